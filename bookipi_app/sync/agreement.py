"""How the agreement moves after an action was carried out: field by field, never further than what really corresponds.

What QuickBooks trims, fills in or works out differently is agreed as it came back. Its number is not: ours was sent, so
another one in the reply stays a difference, and the planner decides about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookipi_app.models.record import Kind
from bookipi_app.sync import canon, fields, lines
from bookipi_app.sync.actions import AdvanceAgreement, Cause
from bookipi_app.sync.carrying import MappingContext
from bookipi_app.sync.mapping import expected
from bookipi_app.sync.snapshot import (
    Agreement,
    LocalInvoice,
    LocalRecord,
    Snapshot,
    Wire,
    of_local,
    of_remote,
)
from bookipi_app.text import fold

_ABSENT: tuple[Any, ...] = (
    "",
    "0",
    False,
    canon.NO_ADDRESS,
    {"kind": "none", "value": "0"},
    {"cents": 0, "taxable": False},
    {"cents": 0},
    {"mode": "none", "rate": "0", "given": None},
)


def after_create(kind: Kind, rendered: Snapshot, line_ids: Sequence[str], reply: Wire) -> Agreement:
    """CreateRemote was answered. `rendered` is the local snapshot that the request was made from."""
    remote = of_remote(kind, reply)
    return Agreement(rendered, _with_sent_number(remote, rendered), _pairs(kind, line_ids, reply))


def after_update(
    kind: Kind,
    names: Sequence[str],
    agreement: Agreement,
    rendered: Snapshot,
    before: Snapshot | None,
    sent: Wire,
    line_ids: Sequence[str],
    reply: Wire,
) -> Agreement:
    """UpdateRemote was answered. `before` is the remote snapshot at the time of the request (None: as agreed).

    What was still open on QuickBooks' side then stays open. A temporary name, sent without being in `names`, leaves
    ours open: it is still to be sent, also if it becomes the one that was agreed before.
    """
    now = of_remote(kind, reply)
    was = agreement.remote if before is None else before
    local = {**agreement.local, **{name: rendered[name] for name in (*names, "totals") if name in rendered}}
    if _is_temporary(kind, names, rendered, sent):
        local.pop("name", None)
    open_there = {
        name for name in now if name not in names and not _is_agreed(kind, name, agreement.remote, was)
    }
    kept = {name: agreement.remote[name] for name in open_there if name in agreement.remote}
    remote = {**{name: value for name, value in now.items() if name not in open_there}, **kept}
    if "number" in names:
        remote = _with_sent_number(remote, rendered)
    sent_lines = kind is Kind.INVOICE and "lines" in names
    pairs = _pairs(kind, line_ids, reply) if sent_lines else _rematched(kind, agreement, remote, reply)
    return Agreement(local, remote, pairs)


def after_lost_update(
    kind: Kind,
    names: Sequence[str],
    agreement: Agreement,
    rendered: Snapshot,
    sent: Wire,
    line_ids: Sequence[str],
    remote: Wire,
) -> Agreement:
    """An update was repeated, and QuickBooks, which had forgotten it, says that it is too old.

    Either it had arrived or somebody else was first. Field by field: where `remote`, read since, has just what was
    sent, it had arrived. A temporary name is agreed on QuickBooks' side alone, and leaves ours open.
    """
    there, as_sent = of_remote(kind, remote), of_remote(kind, {**remote, **sent})
    if there.get("void") or as_sent.get("void"):
        return agreement  # it ended meanwhile, and shows none of its fields any more
    arrived = [name for name in names if fields.same(kind, name, as_sent[name], there[name])]
    among_lines = {*line_ids, *(pair["local"] for pair in agreement.lines)}
    if lines.SHIPPING in among_lines and not fields.same(kind, "lines", as_sent["lines"], there["lines"]):
        arrived = [name for name in arrived if name != "shipping"]  # it is one of them, and reads as none
    ours = {**agreement.local, **{name: rendered[name] for name in arrived if name in rendered}}
    theirs = {**agreement.remote, **{name: there[name] for name in arrived}}
    if "name" not in names and as_sent.get("name") == there.get("name") and _sends_name(kind, sent):
        theirs["name"] = there["name"]
        if _is_temporary(kind, names, rendered, sent):
            ours.pop("name", None)
    if "lines" not in arrived:
        return Agreement(ours, theirs, _rematched(kind, agreement, theirs, remote))
    ours["totals"], theirs["totals"] = rendered.get("totals"), there.get("totals")
    return Agreement(_without_none(ours), _without_none(theirs), _pairs(kind, line_ids, remote))


def _sends_name(kind: Kind, sent: Wire) -> bool:
    return kind is not Kind.INVOICE and fields.field(kind, "name").wire in sent


def _is_temporary(kind: Kind, names: Sequence[str], rendered: Snapshot, sent: Wire) -> bool:
    """Whether another name was sent in the place of ours. What becomes active again carries its own."""
    if "name" in names or not _sends_name(kind, sent):
        return False
    return sent[fields.field(kind, "name").wire] != rendered.get("name")


def after_read(kind: Kind, local: LocalRecord, remote: Wire) -> Agreement:
    """CreateLocal was stored: `local` is what `mapping.read` gave, with its lines in that order."""
    line_ids = [line.id for line in local.lines] if isinstance(local, LocalInvoice) else []
    return Agreement(of_local(kind, local), of_remote(kind, remote), _pairs(kind, line_ids, remote))


def after_end(kind: Kind, local: Snapshot, remote: Snapshot | None, agreement: Agreement) -> Agreement:
    """A void or deletion was carried out on the other side too: both halves are as both sides are now.

    `remote` is None where QuickBooks has nothing left; the half then stays what it was, for *Restore* and the history.
    """
    assert kind is Kind.INVOICE or not (remote or {}).get("void"), "only invoices are voided"
    return Agreement(local, agreement.remote if remote is None else remote, agreement.lines)


def after_advance(
    action: AdvanceAgreement, agreement: Agreement, local: Snapshot, remote: Wire | None
) -> Agreement:
    """AdvanceAgreement. Nothing was written on either side."""
    kind = action.kind
    assert remote is not None, "what QuickBooks no longer has cannot be agreed with"
    there = of_remote(kind, remote)
    if action.cause is Cause.VOID_ON_BOTH:
        return after_end(kind, local, there, agreement)
    ours = {**agreement.local, **{name: local[name] for name in action.local_fields if name in local}}
    theirs = {**agreement.remote, **{name: there[name] for name in action.remote_fields if name in there}}
    for half, side in ((ours, local), (theirs, there)):
        half["totals"] = side.get("totals", half.get("totals"))
    if action.cause is Cause.CHOSEN:
        _ours_was_chosen(kind, action, agreement, ours, there)
    pairs = agreement.lines
    if "lines" in action.local_fields:
        pairs = lines.pairs([line["id"] for line in local["lines"]], remote)
    elif "lines" in action.remote_fields:
        rematch = lines.rematch_for_ours if action.cause is Cause.CHOSEN else lines.rematch
        pairs = rematch(agreement.lines, remote)
    return Agreement(_without_none(ours), _without_none(theirs), pairs)


def _ours_was_chosen(
    kind: Kind, action: AdvanceAgreement, agreement: Agreement, ours: Snapshot, there: Snapshot
) -> None:
    """What they changed and we did not was chosen against too: it counts as edited here, so that it is sent."""
    for name in action.remote_fields:
        if name in there and not _is_agreed(kind, name, agreement.remote, there):
            ours.pop(name, None)


def link(
    kind: Kind, local: LocalRecord, remote: Wire, context: MappingContext, sent_as: Sequence[str] = ()
) -> Agreement:
    """Link: fields are agreed where ours, rendered and read back, equals theirs.

    Absent on one side is edited on the other; two different values are edited on both. Of a record that is active on
    one side only, the active one counts. An invoice that is void there was voided there, and all of ours edited.
    What may have gone there by a name of `sent_as`, and is still called so, was renamed here alone; it was active then,
    and if it is not, it was put away here alone.
    """
    here, there = of_local(kind, local), of_remote(kind, remote)
    if there.get("void"):
        return Agreement({name: value for name, value in here.items() if value in _ABSENT}, {"void": False})
    rendered = expected(kind, local, context)
    ours: Snapshot = {"void": False, "totals": here.get("totals")}
    theirs: Snapshot = {"void": False, "totals": there.get("totals")}
    for name in fields.names(kind, fields.Owner.SHARED, fields.Owner.THEIRS):
        equal = rendered is not None and fields.same(kind, name, rendered[name], there[name])
        if equal or here[name] in _ABSENT:
            ours[name] = here[name]
        if equal or (there[name] in _ABSENT and here[name] not in _ABSENT):
            theirs[name] = there[name]
    called = "number" if kind is Kind.INVOICE else "name"
    if sent_as and fold(str(there[called])) in sent_as:
        ours[called] = theirs[called] = there[called]
    if sent_as and not here.get("active", True):
        ours["active"] = theirs["active"] = True
    pairs: list[lines.Pair] = []
    if "lines" in ours and "lines" in theirs:
        pairs = lines.pairs([line["id"] for line in here["lines"]], remote)
    return Agreement(_without_none(ours), _without_none(theirs), pairs)


def _is_agreed(kind: Kind, name: str, base: Snapshot, now: Snapshot) -> bool:
    if name in ("void", "totals"):
        return True
    return name in base and name in now and fields.same(kind, name, base[name], now[name])


def _with_sent_number(remote: Snapshot, rendered: Snapshot) -> Snapshot:
    return {**remote, "number": rendered["number"]} if rendered.get("number") else remote


def _pairs(kind: Kind, line_ids: Sequence[str], obj: Wire) -> list[lines.Pair]:
    return lines.pairs(line_ids, obj) if kind is Kind.INVOICE else []


def _rematched(kind: Kind, agreement: Agreement, remote: Snapshot, obj: Wire) -> list[lines.Pair]:
    """The pairs under the Ids of now. While lines are still open there, those that show what was edited of them."""
    if kind is not Kind.INVOICE or not _is_agreed(kind, "lines", remote, of_remote(kind, obj)):
        return agreement.lines
    return lines.rematch(agreement.lines, obj)


def _without_none(half: Snapshot) -> Snapshot:
    return {name: value for name, value in half.items() if value is not None}
