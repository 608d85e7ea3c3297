"""The state on disk: whatever was answered is there again, and a file that cannot be used is said to be so."""

from pathlib import Path

import pytest

from bookipi_app.sandbox.core import Sandbox
from bookipi_app.sandbox.jsontext import dump_json, parse_json
from bookipi_app.sandbox.statefile import StateFile, UnusableState
from tests.sandbox.client import Books, line


@pytest.fixture
def file(tmp_path: Path) -> StateFile:
    return StateFile(tmp_path / "state.json")


def _loaded(file: StateFile) -> Sandbox:
    sandbox = Sandbox(companies=())
    file.load(sandbox)
    return sandbox


def _state(sandbox: Sandbox) -> list[str]:
    """All that is kept, but for webhooks on their way: a kill loses those, as any network would."""
    return [dump_json(entry) for entry in sandbox.dump()["entries"] if entry["is"] != "webhooks"]


def _busy(books: Books, file: StateFile) -> None:
    """Two companies at work; the file hears of every write, as the server tells it."""
    books.sandbox.add_company("us-automated-tax", books.now)
    books.control("POST", f"companies/{books.sandbox.realms[1]}/v3/customer", {"DisplayName": "Elsewhere"})
    file.append(books.sandbox)
    paid = books.invoice(line(100))
    file.append(books.sandbox)
    books.pay(paid, 40)
    file.append(books.sandbox)
    books.post("Invoice", {**paid, "SyncToken": "1", "sparse": True, "PrivateNote": "x"}, requestid="r")
    books.ok("POST", "invoice", {"Id": books.invoice()["Id"], "SyncToken": "0"}, operation="delete")
    books.post("Customer", {"DisplayName": "Ada", "BillAddr": {"Line1": "1 Road"}})
    file.append(books.sandbox)


def test_a_killed_process_loses_nothing(books: Books, file: StateFile):
    file.open(books.sandbox)
    _busy(books, file)
    assert _state(_loaded(file)) == _state(books.sandbox)


def test_what_was_being_written_at_the_end_is_left_out(books: Books, file: StateFile, tmp_path: Path):
    file.open(books.sandbox)
    _busy(books, file)
    with (tmp_path / "state.json.journal").open("ab") as journal:
        journal.write(b'{"is":"record","realm":"93')
    assert _state(_loaded(file)) == _state(books.sandbox)


def test_a_journal_with_an_entry_a_line_is_read(books: Books, file: StateFile, tmp_path: Path):
    file.open(books.sandbox)
    _busy(books, file)
    journal = tmp_path / "state.json.journal"
    entries = [dump_json(entry) for line in journal.read_bytes().splitlines() for entry in parse_json(line)]
    journal.write_text("\n".join([*entries, ""]))
    assert _state(_loaded(file)) == _state(books.sandbox)


def test_a_request_is_kept_whole_or_not_at_all(books: Books, file: StateFile, tmp_path: Path):
    file.open(books.sandbox)
    before = _state(books.sandbox)
    books.post("Invoice", {"CustomerRef": {"value": "3"}, "Line": [line(100)]}, requestid="r")
    file.append(books.sandbox)
    journal = tmp_path / "state.json.journal"
    journal.write_bytes(journal.read_bytes()[:-1])
    assert _state(_loaded(file)) == before


def test_an_old_journal_over_a_newer_snapshot_ends_the_same(books: Books, file: StateFile, tmp_path: Path):
    file.open(books.sandbox)
    _busy(books, file)
    old = (tmp_path / "state.json.journal").read_bytes()
    file.open(books.sandbox)
    (tmp_path / "state.json.journal").write_bytes(old)
    again = _loaded(file)
    assert again.company(books.realm).last_number == books.sandbox.company(books.realm).last_number
    assert _state(again) == _state(books.sandbox)


def test_numbers_go_on_where_they_stopped(books: Books, file: StateFile):
    file.open(books.sandbox)
    last = books.invoice()
    file.append(books.sandbox)
    file.close(books.sandbox)
    books.sandbox = _loaded(file)
    following = books.invoice()
    assert int(following["DocNumber"]) == int(last["DocNumber"]) + 1
    assert int(following["Id"]) == int(last["Id"]) + 1


def test_a_file_of_the_first_form_is_read(books: Books, file: StateFile, tmp_path: Path):
    (tmp_path / "state.json").write_text(dump_json(books.sandbox.dump()))
    assert _state(_loaded(file)) == _state(books.sandbox)


@pytest.mark.parametrize("content", ["", "nonsense", '{"version": 9}\n', '{"version":2}\n{"is":"riddle"}\n'])
def test_what_is_no_state_is_said_to_be_none(file: StateFile, tmp_path: Path, content: str):
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(UnusableState, match="holds no sandbox state"):
        _loaded(file)


def test_a_file_is_used_by_one(file: StateFile, tmp_path: Path):
    file.reserve()
    other = StateFile(tmp_path / "state.json")
    with pytest.raises(UnusableState, match="in use by another sandbox"):
        other.reserve()
    file.close(Sandbox(companies=()))
    other.reserve()


def test_the_journal_says_only_what_is_new(books: Books, file: StateFile, tmp_path: Path):
    file.open(books.sandbox)
    sizes: list[int] = []
    for _ in range(3):
        before = (tmp_path / "state.json.journal").stat().st_size
        books.invoice()
        file.append(books.sandbox)
        sizes.append((tmp_path / "state.json.journal").stat().st_size - before)
    assert sizes[1] == sizes[2] < 4000
