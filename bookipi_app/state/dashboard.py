"""The dashboard: four figures, the months, the newest invoices, and what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bookipi_app.services import activity, companies, invoices
from bookipi_app.services.lists import ListQuery
from bookipi_app.services.words import counted
from bookipi_app.state.app import AppState, Follows, Who, system_clock
from bookipi_app.state.chart import Age, Chart, draw, draw_ages

NEWEST, NEEDS, FEW_MONTHS = 6, 5, 6
WIDE, NARROW = (648, 212), (328, 180)


@dataclass(frozen=True)
class Figures:
    """The metric strip in words."""

    outstanding: str = ""
    outstanding_note: str = ""
    overdue: str = ""
    overdue_note: str = ""
    overdue_more: str = ""
    has_overdue: bool = False
    paid: str = ""
    paid_note: str = ""
    drafts: str = ""
    drafts_note: str = ""


@dataclass(frozen=True)
class Glance:
    """Everything the dashboard shows, from one reading of the database."""

    today: str
    figures: Figures
    wide: Chart
    narrow: Chart
    ages: list[Age]
    newest: tuple[invoices.InvoiceRow, ...]
    needs: list[activity.RecordNote]


class DashboardState(Follows, AppState):
    """The dashboard."""

    today: str = ""
    figures: Figures = Figures()
    wide: Chart = Chart()
    narrow: Chart = Chart()
    ages: list[Age] = []
    owed: bool = False
    newest: list[invoices.InvoiceRow] = []
    needs: list[activity.RecordNote] = []

    async def _reload(self, who: Who) -> None:
        self._show(await self._read(_glance, who))

    async def _follow(self, who: Who) -> None:
        glance = await self._read(_glance, who)
        async with self:
            self._show(glance)
            self.loaded = True

    def _show(self, glance: Glance) -> None:
        self.today, self.figures, self.wide, self.narrow = (
            glance.today,
            glance.figures,
            glance.wide,
            glance.narrow,
        )
        self.ages, self.owed = glance.ages, any(age.width != "0%" for age in glance.ages)
        self.newest, self.needs = list(glance.newest), glance.needs


def _glance(session: Session, who: Who) -> Glance:
    now = system_clock()
    today = companies.today(session, who.company_id, now)
    currency = companies.get(session, who.company_id).currency
    months = invoices.by_month(session, who.company_id, today)
    newest = ListQuery(sort="issued", descending=True, size=NEWEST)
    return Glance(
        today=_long_day(today),
        figures=_figures(invoices.figures(session, who.company_id, today)),
        wide=draw(months, *WIDE, currency),
        narrow=draw(months[-FEW_MONTHS:], *NARROW, currency),
        ages=draw_ages(invoices.by_age(session, who.company_id, today)),
        newest=invoices.page(session, who.company_id, newest, now=now).rows,
        needs=activity.needs_you(session, who.company_id, now, NEEDS),
    )


def _figures(found: invoices.DashboardFigures) -> Figures:
    days = found.oldest_overdue_days
    return Figures(
        outstanding=found.outstanding,
        outstanding_note=counted(found.outstanding_count, "invoice"),
        overdue=found.overdue,
        overdue_note=counted(found.overdue_count, "invoice"),
        overdue_more=f", oldest {counted(days, 'day')}" if found.overdue_count else "",
        has_overdue=found.overdue_count > 0,
        paid=found.paid_this_month,
        paid_note=counted(found.paid_count, "invoice"),
        drafts=found.drafts,
        drafts_note=counted(found.drafts_count, "invoice"),
    )


def _long_day(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}"
