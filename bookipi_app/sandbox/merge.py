"""Merging two customers, as the bookkeeper does it: over the API a taken name is only refused."""

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Change, Record, reference_id, render
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.work import Work, shown_name


def merge_customers(work: Work, wanted: JsonObject) -> JsonObject:
    """Moves everything of `loser` to `winner` and removes the loser; both are customer ids."""
    winner, loser = _customer(work, wanted.get("winner")), _customer(work, wanted.get("loser"))
    if winner is loser:
        raise faults.business("A customer cannot be merged with itself.")
    company = work.company
    for kind in ("Invoice", "Payment"):
        for record in [
            entry for entry in company.living(kind) if reference_id(entry.body, "CustomerRef") == loser.id
        ]:
            _repoint(work, record, winner)
    company.delete(loser, work.now)
    company.touch(winner, {}, work.now, raise_token=True)
    # The one event that tells of it names the survivor; what moved along is not announced.
    company.changes = [Change("Customer", winner.id, "Merge", winner.token, work.now, loser.id)]
    return {"Customer": render(company, winner)}


def _customer(work: Work, customer_id: object) -> Record:
    record = work.company.find("Customer", str(customer_id or ""))
    if record is None:
        raise faults.not_found()
    return record


def _repoint(work: Work, record: Record, winner: Record) -> None:
    target = {"CustomerRef": {"value": winner.id, "name": shown_name(winner)}}
    work.company.touch(record, target, work.now, raise_token=True)
