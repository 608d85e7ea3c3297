"""The mapping: what is sent, what is left out, what is refused, and that it comes back as it went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bookipi_app.models.record import ItemKind, Kind, LineKind, Rate, TaxMode
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import mapping
from bookipi_app.sync.carrying import CannotCarry, TaxSetup
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import of_local, of_remote
from tests.sync.samples import ONE, RICH, Pair, changed, context, customer, invoice, item, line


def rendered(names: tuple[str, ...], one: Pair) -> dict[str, Any]:
    return mapping.render_update(one.kind, names, one.local, one.remote, one.agreement, one.context).body


def test_a_customer_is_created_without_what_is_empty() -> None:
    body = mapping.render_create(Kind.CUSTOMER, customer(), context()).body
    assert body == {
        "DisplayName": "Ada Lane",
        "PrimaryEmailAddr": {"Address": "ada@lane.test"},
        "BillAddr": {"Line1": "1 Oak Street", "City": "Austin", "CountrySubDivisionCode": "TX",
                     "PostalCode": "78701", "Country": "US"},
    }  # fmt: skip


def test_an_item_is_created_as_a_service_with_its_account() -> None:
    body = mapping.render_create(Kind.ITEM, item(price=5_306_667), context()).body
    assert (body["Type"], body["IncomeAccountRef"], body["UnitPrice"]) == (
        "Service", {"value": "79"}, Decimal("0.5306667")
    )  # fmt: skip


def test_our_ids_never_travel() -> None:
    text = mapping.dumps(mapping.render_create(Kind.INVOICE, invoice(), context()).body)
    assert not any(own in text for own in ("cus1", "itm1", '"l1"', '"inv"'))


def test_a_request_has_the_same_bytes_every_time_and_exact_numbers() -> None:
    texts = {
        mapping.dumps(mapping.render_create(Kind.INVOICE, invoice(**RICH), context()).body) for _ in range(3)
    }
    assert len(texts) == 1
    assert '"UnitPrice":3.3333333' in texts.pop()


def test_an_ordinary_line_satisfies_6070() -> None:
    one = line(1, quantity=1_283_500_000, price=145_000_000)  # 128.35 × 14.50 = 1861.075
    wire = mapping.render_create(Kind.INVOICE, invoice(lines=(one,)), context()).body["Line"][0]
    assert wire["Amount"] == Decimal("1861.08")


def test_a_discounted_line_travels_at_its_net_price_with_words() -> None:
    one = line(5, discount_kind=Rate.PERCENT, discount_value=10 * ONE)  # 2 × 50 less 10 %
    wire = mapping.render_create(Kind.INVOICE, invoice(lines=(one,)), context()).body["Line"][0]
    assert (wire["Amount"], wire["SalesItemLineDetail"]["UnitPrice"]) == (Decimal(90), Decimal(45))
    assert wire["Description"] == "Work 5 (10% off 2 × 50.00)"


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [(3 * ONE, ("3", "6.6666667", "20")), (3_000_000 * ONE, ("1", "29999990", "29999990"))],
)
def test_a_net_price_without_end_keeps_its_quantity_where_seven_decimals_suffice(
    quantity: int, wanted: tuple[str, str, str]
) -> None:
    """3 × 10 less 10, and three million of them: there seven decimals come to another cent, so it travels once."""
    one = line(1, quantity=quantity, discount_kind=Rate.FIXED, discount_value=10 * ONE)
    wire = mapping.render_create(Kind.INVOICE, invoice(lines=(one,)), context()).body["Line"][0]
    inner = wire["SalesItemLineDetail"]
    assert (inner["Qty"], inner["UnitPrice"], wire["Amount"]) == tuple(map(Decimal, wanted))


def test_discount_shipping_and_tax_have_their_places() -> None:
    body = mapping.render_create(Kind.INVOICE, invoice(**RICH), context()).body
    kinds = [entry["DetailType"] for entry in body["Line"]]
    assert kinds[-2:] == ["DiscountLineDetail", "SalesItemLineDetail"]
    assert body["Line"][-1]["SalesItemLineDetail"]["ItemRef"] == {"value": "SHIPPING_ITEM_ID"}
    assert body["Line"][-2]["DiscountLineDetail"] == {"PercentBased": True, "DiscountPercent": Decimal(5)}
    assert (body["ApplyTaxAfterDiscount"], body["ShippingTaxIncludedInTotalTax"]) == (True, True)
    assert body["TxnTaxDetail"]["TxnTaxCodeRef"] == {"value": "2"}


def test_no_tax_is_sent_where_quickbooks_keeps_none() -> None:
    body = mapping.render_create(Kind.INVOICE, invoice(**RICH), context(tax=TaxSetup(using=False))).body
    assert "TxnTaxDetail" not in body


@pytest.mark.parametrize("mode", [TaxMode.NONE, TaxMode.EXCLUSIVE, TaxMode.INCLUSIVE])
def test_totals_agree_to_the_cent(mode: TaxMode) -> None:
    one = invoice(**{**RICH, "tax_mode": mode})
    assert Pair(Kind.INVOICE, one).remote["TotalAmt"] * 100 == one.total_cents


def test_terms_unknown_there_travel_as_a_due_date() -> None:
    body = mapping.render_create(Kind.INVOICE, invoice(terms_name="Net 47"), context()).body
    assert "SalesTermRef" not in body
    assert body["DueDate"] == "2026-12-01"


@pytest.mark.parametrize(
    ("record", "values", "cause"),
    [
        (invoice(**{**RICH, "tax_mode": TaxMode.DEDUCTIBLE}), {}, "deductible_tax"),
        (replace(invoice(), subtotal_cents=1), {}, "does_not_add_up"),
        (invoice(lines=()), {}, "no_lines"),
        (invoice(currency="CAD"), {}, "currency"),
        (invoice(customer_id="stranger"), {}, "missing_reference"),
        (invoice(**RICH), {"allow_discount": False}, "discounts_off"),
        (invoice(lines=(line(1, kind=LineKind.FOREIGN),)), {}, "foreign_line"),
        (invoice(memo="x" * 4001), {}, "too_long"),
        (customer(name="Lane: Ada"), {}, "refused_character"),
        (customer(email="nowhere"), {}, "email"),
        (item(kind=ItemKind.BUNDLE), {}, "item_kind"),
        (item(), {"income_account_id": ""}, "income_account"),
    ],
)
def test_what_cannot_be_carried_says_so(record: Any, values: dict[str, Any], cause: str) -> None:
    kind = {"LocalCustomer": Kind.CUSTOMER, "LocalItem": Kind.ITEM}.get(type(record).__name__, Kind.INVOICE)
    with pytest.raises(CannotCarry) as refusal:
        mapping.render_create(kind, record, context(**values))
    assert refusal.value.cause == cause
    assert refusal.value.words.endswith(".")


def test_unchanged_and_foreign_lines_are_resent_untouched() -> None:
    one = Pair(Kind.INVOICE, invoice())
    lines = [dict(entry) for entry in one.remote["Line"]]
    lines[0]["SalesItemLineDetail"] = {**lines[0]["SalesItemLineDetail"], "ClassRef": {"value": "7"}}
    bundle = {"DetailType": "GroupLineDetail", "Id": "77", "Amount": 0, "GroupLineDetail": {
        "GroupItemRef": {"value": "5", "name": "Kit"},
        "Line": [{"DetailType": "SalesItemLineDetail", "Amount": Decimal(8)}]}}  # fmt: skip
    one.quickbooks.edit(one.id, Line=[*lines[:3], bundle])
    one.local, one.agreement = taken(one, ("lines", "tax"))
    one.local = changed(
        one.local, lines=(*one.local.lines[:2], replace(one.local.lines[2], price=ONE), one.local.lines[3])
    )
    sent = rendered(("lines", "discount", "shipping", "tax"), one)["Line"]
    now = one.remote["Line"]
    assert sent[0] == now[0]
    assert sent[0]["SalesItemLineDetail"]["ClassRef"] == {"value": "7"}
    assert sent[3] == now[3]
    assert sent[2]["Id"] == now[2]["Id"]
    assert sent[2]["Amount"] == Decimal(2)


def taken(one: Pair, names: tuple[str, ...], **values: Any) -> tuple[LocalInvoice, Any]:
    result = mapping.take(one.kind, names, one.local, one.remote, one.agreement, one.context, **values)
    assert isinstance(result.local, LocalInvoice)
    return result.local, result.agreement


def test_an_edit_of_one_field_there_leaves_our_others_alone() -> None:
    one = Pair(Kind.INVOICE, invoice())
    assert isinstance(one.local, LocalInvoice)
    one.local = changed(one.local, memo="Ours")
    one.quickbooks.edit(one.id, CustomerMemo={"value": "Theirs"})
    local, agreed = taken(one, ("notes",))
    assert (local.notes, local.memo) == ("Theirs", "Ours")
    assert (agreed.local["notes"], agreed.local["memo"]) == ("Theirs", "")


def edited_lines(one: Pair, at: int, **values: Any) -> None:
    lines = [dict(entry) for entry in one.remote["Line"]]
    lines[at] = {**lines[at], **values}
    one.quickbooks.edit(one.id, Line=lines)


def test_a_line_edited_there_keeps_the_line_discounts_of_the_others_and_its_own() -> None:
    one = Pair(Kind.INVOICE, invoice(**RICH))
    described = one.remote["Line"][0]["Description"]
    edited_lines(one, 0, Description=described.replace("Work 1", "Better work"))
    local, _ = taken(one, ("lines", "tax"))
    assert local.lines[0].description == "Better work"
    assert local.lines[0].discount_value == 10 * ONE
    assert local.lines[1:] == one.local.lines[1:]  # type: ignore[union-attr]


def test_a_line_whose_amount_was_edited_there_is_taken_at_that_amount() -> None:
    one = Pair(Kind.INVOICE, invoice(**RICH))
    detail = {**one.remote["Line"][0]["SalesItemLineDetail"], "Qty": 1, "UnitPrice": Decimal(7)}
    edited_lines(one, 0, Amount=Decimal(7), SalesItemLineDetail=detail)
    local, _ = taken(one, ("lines", "tax"))
    assert (local.lines[0].amount_cents, local.lines[0].discount_kind) == (700, Rate.NONE)
    assert local.lines[0].id == "l1"


def test_lines_merge_line_by_line_and_the_rest_goes_back() -> None:
    one = Pair(Kind.INVOICE, invoice())
    assert isinstance(one.local, LocalInvoice)
    one.local = changed(one.local, lines=(line(1), line(2, description="Ours"), line(3)))
    edited_lines(one, 0, Description="Theirs")
    local, agreed = taken(one, ("lines",))
    assert [entry.description for entry in local.lines] == ["Theirs", "Ours", "Work 3"]
    assert [entry["description"] for entry in agreed.local["lines"]] == ["Theirs", "Work 2", "Work 3"]


def test_prices_that_contain_the_tax_are_taken_back_without_it() -> None:
    one = Pair(Kind.INVOICE, invoice(**{**RICH, "tax_mode": TaxMode.INCLUSIVE}))
    edited_lines(one, 0, Description="Theirs")
    local, _ = taken(one, ("lines", "tax"))
    assert local.tax_mode is TaxMode.EXCLUSIVE
    assert local.total_cents == one.remote["TotalAmt"] * 100


CONTAINED = invoice(**{**RICH, "tax_mode": TaxMode.INCLUSIVE})


def selling(one: Pair, at: int, item: str) -> dict[str, Any]:
    """A line of QuickBooks' with another item, and nothing else."""
    detail = one.remote["Line"][at]["SalesItemLineDetail"]
    return {"SalesItemLineDetail": {**detail, "ItemRef": {"value": item}}}


@pytest.mark.parametrize("boxed", [True, False])
def test_prices_keep_the_tax_that_they_contain_where_lines_only_sell_another_item(boxed: bool) -> None:
    """Shipping too, be it in its box or a line."""
    one = Pair(Kind.INVOICE, CONTAINED, context(allow_shipping=boxed))
    assert isinstance(one.local, LocalInvoice)
    edited_lines(one, 0, **selling(one, 0, "802"))
    local, agreed = taken(one, ("lines", "tax"))
    first, *others = one.local.lines
    assert local == replace(one.local, lines=(replace(first, item_id="itm2"), *others))
    assert agreed.local["lines"] == of_local(Kind.INVOICE, local)["lines"]
    assert agreed.remote == of_remote(Kind.INVOICE, one.remote)


def test_the_tax_leaves_the_prices_where_a_line_that_sells_another_item_costs_something_else() -> None:
    one = Pair(Kind.INVOICE, CONTAINED)
    edited_lines(one, 0, **selling(one, 0, "802"))
    edited_lines(one, 1, Amount=Decimal(7), SalesItemLineDetail={"ItemRef": {"value": "801"}})
    local, _ = taken(one, ("lines", "tax"))
    assert local.tax_mode is TaxMode.EXCLUSIVE
    assert local.total_cents == one.remote["TotalAmt"] * 100


def test_the_tax_leaves_the_prices_where_lines_stand_in_another_order() -> None:
    """As after any edit there but another item: their invoice is taken with its own total and tax."""
    one = Pair(Kind.INVOICE, CONTAINED)
    sold = one.remote["Line"]
    sold[0], sold[1] = sold[1], sold[0]
    local, _ = taken(one, ("lines",))
    assert local.tax_mode is TaxMode.EXCLUSIVE
    assert local.total_cents == one.remote["TotalAmt"] * 100


def test_a_line_that_before_its_discount_comes_to_more_than_can_be_held_is_taken_without_it() -> None:
    dear = line(1, quantity=9 * ONE, price=10**10 * ONE, discount_kind=Rate.PERCENT, discount_value=10 * ONE)
    one = Pair(Kind.INVOICE, invoice(lines=(dear,)))
    detail = {**one.remote["Line"][0]["SalesItemLineDetail"], "Qty": 11}
    edited_lines(one, 0, Amount=Decimal(99 * 10**9), SalesItemLineDetail=detail)
    local, _ = taken(one, ("lines", "tax"))
    assert (local.total_cents, local.lines[0].discount_kind) == (99 * 10**11, Rate.NONE)


@pytest.mark.parametrize(("discount", "kept"), [(Rate.PERCENT, True), (Rate.FIXED, False)])
def test_prices_without_their_tax_explain_the_amounts_that_travelled(discount: Rate, kept: bool) -> None:
    """With a percentage off as before; an amount off, which had tax in it too, is in the price and in the words."""
    off = line(
        1, quantity=3 * ONE, price=876_9100000, taxable=True, discount_kind=discount, discount_value=5 * ONE
    )
    one = Pair(
        Kind.INVOICE,
        invoice(lines=(off, line(2, item_id="")), tax_mode=TaxMode.INCLUSIVE, tax_rate=82_500_000),
    )
    local, agreed = taken(one, ("tax",))
    first, second = local.lines
    assert [entry.id for entry in local.lines] == ["l1", "l2"]
    assert first.discount_kind is (discount if kept else Rate.NONE)
    assert (" off 3 × 876.91)" in first.description) is not kept
    assert [entry.amount_cents for entry in local.lines] == [
        entry["Amount"] * 100 for entry in one.remote["Line"][:2]
    ]
    assert (second.item_id, second.price) == ("", 20 * ONE)
    assert agreed.local["lines"] == of_local(Kind.INVOICE, local)["lines"]


@pytest.mark.parametrize("off", [100 * ONE, 100 * ONE - 1])
def test_a_line_given_away_is_taken_for_nothing(off: int) -> None:
    free = line(1, taxable=True, discount_kind=Rate.PERCENT, discount_value=off)
    one = Pair(Kind.INVOICE, invoice(lines=(free, line(2)), tax_mode=TaxMode.INCLUSIVE, tax_rate=82_500_000))
    local, _ = taken(one, ("tax",))
    assert [entry.amount_cents for entry in local.lines] == [0, 4000]
    assert (local.lines[0].price, local.lines[0].discount_value) == (10 * ONE, off)


def test_an_invoice_made_there_arrives_with_its_own_total() -> None:
    obj = {
        "Id": "5", "SyncToken": "0", "CustomerRef": {"value": "901"}, "DocNumber": "77", "TxnDate": "2026-11-02",
        "DueDate": "2026-12-02", "SalesTermRef": {"value": "3"}, "TotalAmt": Decimal("99.00"),
        "Line": [
            {"Id": "1", "DetailType": "SalesItemLineDetail", "Amount": Decimal(100),
             "SalesItemLineDetail": {"ItemRef": {"value": "801"}, "TaxCodeRef": {"value": "TAX"}}},
            {"Id": "2", "DetailType": "SalesItemLineDetail", "Amount": Decimal(-10),
             "SalesItemLineDetail": {"ItemRef": {"value": "802"}}},
            {"DetailType": "SubTotalLineDetail", "Amount": Decimal(90)},
        ],
        "TxnTaxDetail": {"TotalTax": Decimal(9)},
    }  # fmt: skip
    local = mapping.read(Kind.INVOICE, obj, context())
    assert isinstance(local, LocalInvoice)
    assert (local.total_cents, local.terms_name, local.due_date) == (9900, "Net 30", date(2026, 12, 2))
    assert [entry.kind for entry in local.lines] == [LineKind.ITEM, LineKind.FOREIGN]


def test_another_currency_is_parked_with_its_reason() -> None:
    obj = {**Pair(Kind.INVOICE, invoice()).remote, "CurrencyRef": {"value": "EUR"}}
    with pytest.raises(CannotCarry, match="EUR"):
        mapping.read(Kind.INVOICE, obj, context())


def test_another_number_in_the_reply_stays_a_difference() -> None:
    one = Pair(Kind.INVOICE, invoice())
    reply = one.quickbooks.edit(one.id, DocNumber="77")
    agreed = agreements.after_create(one.kind, of_local(one.kind, one.local), ("l1", "l2", "l3"), reply)
    assert agreed.remote["number"] == "INV-1001"


def test_after_an_update_what_was_still_open_there_stays_open() -> None:
    one = Pair(Kind.INVOICE, invoice())
    one.quickbooks.edit(one.id, DocNumber="77")
    before = of_remote(one.kind, one.remote)
    assert isinstance(one.local, LocalInvoice)
    one.local = changed(one.local, memo="Ours")
    body = rendered(("memo",), one)
    reply = one.quickbooks.update(body)
    agreed = agreements.after_update(
        one.kind, ("memo",), one.agreement, of_local(one.kind, one.local), before, body, (), reply
    )
    assert (agreed.remote["number"], agreed.remote["memo"], agreed.local["memo"]) == (
        "INV-1001",
        "Ours",
        "Ours",
    )


def test_linking_agrees_on_what_is_equal_and_leaves_the_rest_open() -> None:
    mine = customer(phone="555 0100", notes="Ours")
    theirs = {"Id": "9", "SyncToken": "3", "DisplayName": "Ada Lane", "CompanyName": "Lane LLC", "Notes": "Theirs",
              "PrimaryEmailAddr": {"Address": "ada@lane.test"}, "Active": True}  # fmt: skip
    agreed = agreements.link(Kind.CUSTOMER, mine, theirs, context())
    assert agreed.local["name"] == agreed.remote["name"] == "Ada Lane"
    assert "phone" not in agreed.local
    assert agreed.remote["phone"] == ""
    assert "company_name" not in agreed.remote
    assert "notes" not in {**agreed.local, **agreed.remote}


def test_shipping_travels_as_a_line_where_its_box_is_off_and_comes_back_as_shipping() -> None:
    one = Pair(Kind.INVOICE, invoice(shipping_cents=1250), context(allow_shipping=False))
    assert one.remote["TotalAmt"] * 100 == one.local.total_cents  # type: ignore[union-attr]
    edited_lines(one, 3, Amount=Decimal(20))
    local, _ = taken(one, ("lines", "tax"))
    assert (local.shipping_cents, len(local.lines)) == (2000, 3)
