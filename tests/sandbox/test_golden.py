"""Every golden file, and an answer that must look like it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.access_client import EVERYTHING, USERINFO, consent, exchange, granted, switch
from tests.sandbox.client import Books
from tests.sandbox.facts.refusals import item, ordered
from tests.sandbox.facts.section_01_consent import discovered
from tests.sandbox.facts.section_08_notices import created_and_merged
from tests.sandbox.golden import NAMES, assert_golden


def _query(statement: str) -> Callable[[Books], Any]:
    return lambda books: books.ok("GET", "query", query=statement)


def _feed_after(happens: Callable[[Books], Any]) -> Callable[[Books], Any]:
    def ask(books: Books) -> Any:
        happens(books)
        return books.ok("GET", "cdc", entities="Term,Invoice,Item", changedSince="2026-11-02")

    return ask


def _a_deletion_and_a_change(books: Books) -> None:
    made = books.invoice()
    books.later(seconds=1)
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    books.later(seconds=1)
    books.post("Term", {"Id": "2", "SyncToken": "0", "sparse": True, "DueDays": 16})


def _batch_with_a_fault(books: Books) -> Any:
    items = [
        {"bId": "one", "operation": "create", "Customer": {"DisplayName": "Ada"}},
        {"bId": "two", "operation": "create", "Customer": {"DisplayName": "ada"}},
        {"bId": "three", "Query": "select count(*) from Term"},
    ]
    return books.ok("POST", "batch", {"BatchItemRequest": items})


def _person(books: Books) -> Any:
    granted(books, EVERYTHING)
    return json.loads(books.raw("GET", USERINFO).body)


def _after_order(answer: str) -> Callable[[Books], Any]:
    def ask(books: Books) -> Any:
        ordered(books, answer=answer)
        return json.loads(item(books).body)

    return ask


def _webhook(form: str) -> Callable[[Books], Any]:
    def ask(books: Books) -> Any:
        switch(books, webhook_format=form)
        return created_and_merged(books)

    return ask


ANSWERS: dict[str, Callable[[Books], Any]] = {
    "query_empty": _query("select * from Term where Name = 'never'"),
    "query_rows": _query("select * from Term orderby Id startposition 2 maxresults 2"),
    "query_invoices": _query("select * from Invoice orderby Id maxresults 1"),
    "query_columns": _query("select Id, Name from Term where Id = '3'"),
    "query_count": _query("select count(*) from Term"),
    "query_fault": lambda books: books.call("POST", "query", b"select * from Unicorn")[1],
    "cdc_tombstone": _feed_after(_a_deletion_and_a_change),
    "cdc_nothing": _feed_after(lambda books: None),
    "batch_with_a_fault": _batch_with_a_fault,
    "discovery": discovered,
    "tokens": lambda books: exchange(books, consent(books)["code"])[1],
    "userinfo": _person,
    "validation_fault_400": lambda books: books.call("POST", "customer", {"DisplayName": "Emily Platt"})[1],
    "unauthenticated_401": lambda books: json.loads(item(books, authorization="Bearer x").body),
    "forbidden_403": lambda books: json.loads(books.raw("GET", "/v3/company/9999999999999999/item/1").body),
    "throttled_429": _after_order("throttled"),
    "webhook_legacy": _webhook("legacy"),
    "webhook_cloudevents": _webhook("cloudevents"),
}


@pytest.mark.parametrize("name", NAMES)
def test_answers_look_like_their_golden_ones(books: Books, name: str):
    assert_golden(name, ANSWERS[name](books))
