"""What a person answers about one record, from its panel or the QuickBooks page. Pages follow by themselves."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.models import Kind
from bookipi_app.services import activity, decisions, money_choices
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Who, system_clock

NAMED_ANEW = {
    "name": decisions.rename,
    "number_taken": decisions.renumber,
    "number_here": decisions.renumber,
}


class FixState(AppState):
    """The handlers behind every way out. They hold nothing: the record and the pair come from what is shown."""

    @rx.event
    @answers
    async def answer(self, record_id: str, question: str, answer: str, pair: str):
        """One of the buttons of a question."""
        who, record_id, answer = await self._me(), as_text(record_id), as_text(answer)
        match as_text(question):
            case "tax":
                await self._decide(who, decisions.answer_tax, record_id, answer, as_text(pair))
            case "number":
                await self._decide(who, decisions.answer_number, record_id, answer, as_text(pair))
            case "match":
                await self._decide(who, decisions.is_new, record_id, as_text(pair))
            case "totals":
                await self._decide(who, decisions.leave_totals, record_id, as_text(pair))
            case "number_here":
                await self._decide(who, decisions.leave_number, record_id)
            case "kept":
                await self._decide(who, decisions.answer_kept, record_id, answer)
            case "double":
                await self._decide(who, decisions.answer_double, record_id, answer == "same")
            case "money" if answer != "retry":
                await self._settle_money(who, answer)
            case "retry" | "money" | "name" | "number_taken":
                await self._write(decisions.retry, who.company_id, record_id, now=system_clock())
            case _:
                raise NotFound

    @rx.event
    @answers
    async def link(self, record_id: str, candidate: str, pair: str):
        """It is this one in QuickBooks."""
        who = await self._me()
        given = (as_text(record_id), as_text(candidate), as_text(pair))
        await self._decide(who, decisions.link_to, *given)

    @rx.event
    @answers
    async def rename(self, record_id: str, question: str, text: str):
        """Take the suggested name or number."""
        await self._rename(await self._me(), as_text(record_id), as_text(question), as_text(text))

    @rx.event
    @answers
    async def rename_as(self, sent: dict[str, Any]):
        """Take the name or number that was typed."""
        if not isinstance(sent, dict):
            raise NotFound
        given = [as_text(sent.get(name)) for name in ("record_id", "question", "text")]
        await self._rename(await self._me(), *given)

    @rx.event
    @answers
    async def sync_this(self, kind: str, local_id: str):
        """Let an older record travel."""
        who = await self._me()
        if as_text(kind) not in set(Kind):
            raise NotFound
        await self._write(
            decisions.sync_this, who.company_id, Kind(kind), as_text(local_id), now=system_clock()
        )
        self._say("ok", "On its way to QuickBooks.")

    @rx.event
    @answers
    async def hurry(self, kind: str, local_id: str):
        """*Sync now*: what waits is looked at at once, and sent again if it was sent without an answer."""
        who = await self._me()
        if as_text(kind) not in set(Kind):
            raise NotFound
        now = system_clock()
        record_id = await self._read(decisions.record_id_of, who.company_id, Kind(kind), as_text(local_id))
        if record_id:
            await self._write(decisions.retry, who.company_id, record_id, now=now)
        held_up = await self._write(activity.sync_now, who.company_id, now)
        return AppState.say("warn", held_up) if held_up else AppState.say("ok", "It is looked at now.")

    @rx.event
    @answers
    async def retry_all(self):
        """Try everything again that was refused; questions stay questions."""
        who = await self._me()
        number = await self._write(decisions.retry_all, who.company_id, now=system_clock())
        words = "Nothing could be tried again." if not number else f"Trying {number:,} again."
        return AppState.say("ok", words)

    async def _settle_money(self, who: Who, answer: str) -> None:
        try:
            await self._write(money_choices.settle_money, who.company_id, answer, now=system_clock())
            self._say("ok", "Saved for all invoices. What waited for it is tried again.")
        except InvalidInput as wrong:
            self._say("bad", wrong.words)

    async def _rename(self, who: Who, record_id: str, question: str, text: str) -> None:
        act = NAMED_ANEW.get(question)
        if act is None:
            raise NotFound
        await self._decide(who, act, record_id, text)

    async def _decide(self, who: Who, act: Any, *given: object) -> None:
        """A mistake in what was typed is said in the message: these forms have one field."""
        try:
            await self._write(act, who.company_id, *given, now=system_clock(), who=who.user_name)
            self._say("ok", "Saved. It is looked at now.")
        except InvalidInput as wrong:
            self._say("bad", next(iter(wrong.fields.values()), wrong.words))
