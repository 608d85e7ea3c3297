"""The twelve cells, in one process: create and update, three kinds, both directions; and silence afterwards."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bookipi_app.models import Customer, Flag, Invoice, Item, Kind
from bookipi_app.services.invoice_form import LineForm
from tests.engine import opening
from tests.engine.world import World, money


def lines(*pairs: tuple[str, str]) -> list[LineForm]:
    return [
        LineForm(description=f"Work {at}", quantity=qty, price=price) for at, (qty, price) in enumerate(pairs)
    ]


def flag(world: World, kind: Kind, local_id: object) -> Flag:
    return world.record(kind, local_id=local_id).flag  # type: ignore[arg-type]


def test_a_customer_made_here_is_in_quickbooks(world: World) -> None:
    customer = world.customer(
        email="hello@lakeline.example", bill_line1="12 Oak St", bill_city="Austin", bill_region="TX"
    )
    world.sync()
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    there = world.get("Customer", record.remote_id or "")
    assert there["DisplayName"] == "Lakeline Homeowners"
    assert there["PrimaryEmailAddr"]["Address"] == "hello@lakeline.example"
    assert there["BillAddr"]["Line1"] == "12 Oak St"
    assert record.flag == Flag.SYNCED


def test_an_edit_of_a_customer_here_reaches_quickbooks_and_leaves_the_rest_alone(world: World) -> None:
    customer = world.customer()
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", remote_id, Suffix="Esq.")
    world.sync()
    world.customer(customer.id, name="Lakeline HOA", phone="512 555 0101")
    world.sync()
    there = world.get("Customer", remote_id)
    assert (there["DisplayName"], there["PrimaryPhone"]["FreeFormNumber"]) == ("Lakeline HOA", "512 555 0101")
    assert there["Suffix"] == "Esq."
    assert flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


def test_a_customer_made_in_quickbooks_is_here_and_its_edit_too(world: World) -> None:
    made = world.make(
        "Customer", DisplayName="Hill Country Brewing", PrimaryEmailAddr={"Address": "ap@hill.example"}
    )
    world.sync()
    customer = world.only(Customer, name="Hill Country Brewing")
    assert (customer.email, customer.origin.value) == ("ap@hill.example", "quickbooks")
    world.change("Customer", made["Id"], DisplayName="Hill Country Brewing Co.")
    world.sync()
    assert world.here(Customer, customer.id).name == "Hill Country Brewing Co."
    assert flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


def test_an_item_travels_both_ways(world: World) -> None:
    item = world.item(sku="LR-1", taxable=True)
    world.sync()
    record = world.record(Kind.ITEM, local_id=item.id)
    there = world.get("Item", record.remote_id or "")
    assert (there["Name"], money(there["UnitPrice"]), there["Taxable"], there["Sku"]) == (
        "Leaf removal", Decimal("212.25"), True, "LR-1",
    )  # fmt: skip
    world.item(item.id, sku="LR-1", taxable=True, price="199.5")
    world.sync()
    assert money(world.get("Item", record.remote_id or "")["UnitPrice"]) == Decimal("199.5")
    world.change("Item", record.remote_id or "", UnitPrice=Decimal("0.5306667"), Description="Per bag")
    world.sync()
    here = world.here(Item, item.id)
    assert (here.price, here.description) == (5306667, "Per bag")


def test_an_item_made_in_quickbooks_is_here(world: World) -> None:
    world.make("Item", Name="Hardwood mulch", Type="Service", UnitPrice=Decimal("50.5"),
               IncomeAccountRef={"value": world.income_account()})  # fmt: skip
    world.sync()
    assert world.only(Item, name="Hardwood mulch").price == 505_000_000


def test_an_invoice_brings_its_customer_and_item_along(world: World) -> None:
    customer, item = world.customer(), world.item()
    line = LineForm(item_id=str(item.id), description="Per truck load", quantity="3", price="212.25")
    invoice = world.invoice(customer, line, *lines(("2", "10.005")), number="INV-77", notes="Thank you")
    world.sync()
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    there = world.get("Invoice", record.remote_id or "")
    assert there["DocNumber"] == "INV-77"
    assert there["CustomerRef"]["value"] == world.record(Kind.CUSTOMER, local_id=customer.id).remote_id
    assert money(there["TotalAmt"]) == Decimal(invoice.total_cents) / 100 == Decimal("656.76")
    assert record.flag == Flag.SYNCED
    assert world.count()["POST invoice"] == world.count()["POST customer"] == world.count()["POST item"] == 1


def test_an_edit_of_an_invoice_here_reaches_quickbooks(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100"), ("2", "25")))
    world.sync()
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    form = world.form_of(invoice.id)
    world.edit(invoice.id, lines=[form.lines[0], replace(form.lines[1], quantity="3")], notes="Changed")
    world.sync()
    there = world.get("Invoice", record.remote_id or "")
    assert money(there["TotalAmt"]) == Decimal(175)
    assert there["CustomerMemo"]["value"] == "Changed"
    assert flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED


def test_an_invoice_made_in_quickbooks_is_here_with_its_older_customer(world: World) -> None:
    older = world.all("Customer")[0]
    made = world.make(
        "Invoice",
        CustomerRef={"value": older["Id"]},
        DocNumber="QB-9",
        Line=[{"Amount": 120, "DetailType": "SalesItemLineDetail",
               "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 4, "UnitPrice": 30}}],
    )  # fmt: skip
    world.sync()
    invoice = world.only(Invoice, number="QB-9")
    assert world.here(Customer, invoice.customer_id).name == older["DisplayName"]
    assert money(made["TotalAmt"]) == Decimal(invoice.total_cents) / 100
    assert flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED


def test_an_edit_of_an_invoice_in_quickbooks_arrives(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100"), ("2", "25")))
    world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    there = world.get("Invoice", remote_id)
    kept = [line for line in there["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    kept[0]["SalesItemLineDetail"]["UnitPrice"] = kept[0]["Amount"] = Decimal("110.10")
    world.change("Invoice", remote_id, Line=kept, CustomerMemo={"value": "From the books"},
                 CustomerRef=there["CustomerRef"])  # fmt: skip
    world.sync()
    here = world.here(Invoice, invoice.id)
    assert (here.total_cents, here.notes) == (16010, "From the books")
    assert flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED


def test_after_any_change_ten_more_rounds_make_no_write(world: World) -> None:
    invoice = world.invoice(
        world.customer(), *lines(("1", "100"), ("2.5", "19.99")), tax_mode="exclusive", tax_rate="8.25"
    )
    world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.change(
        "Invoice", remote_id, PrivateNote="seen", CustomerRef=world.get("Invoice", remote_id)["CustomerRef"]
    )
    world.sync()
    version = world.here(Invoice, invoice.id).version
    with world.still():
        for _ in range(10):
            world.pass_time(seconds=61)
            world.sync(rounds=1)
    assert world.here(Invoice, invoice.id).version == version


def test_a_payment_in_quickbooks_changes_nothing_here_and_causes_no_write(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    before = world.here(Invoice, invoice.id)
    customer = world.get("Invoice", record.remote_id or "")["CustomerRef"]
    world.make("Payment", CustomerRef=customer, TotalAmt=100,
               Line=[{"Amount": 100, "LinkedTxn": [{"TxnId": record.remote_id, "TxnType": "Invoice"}]}])  # fmt: skip
    with world.still():
        for _ in range(10):
            world.pass_time(seconds=61)
            world.sync(rounds=1)
    assert world.here(Invoice, invoice.id) == before
    assert money(world.get("Invoice", record.remote_id or "")["Balance"]) == 0
    world.edit(invoice.id, notes="after the payment")
    world.sync()
    there = world.get("Invoice", record.remote_id or "")
    assert (there["CustomerMemo"]["value"], money(there["Balance"])) == ("after the payment", 0)


def test_a_payment_here_causes_no_write(world: World) -> None:
    from bookipi_app.services import invoices

    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    with world.still():
        with world.database.transaction() as session:
            invoices.mark_paid(session, world.company_id, invoice.id, now=world.now, who="Maria")
        world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    assert money(world.get("Invoice", remote_id)["Balance"]) == 100


def test_drafts_and_older_records_stay_here(world: World) -> None:
    from bookipi_app.services import invoices
    from bookipi_app.services.invoice_form import InvoiceForm

    with opening.before_connecting(world):
        older = world.customer(name="From before")
    with world.database.transaction() as session:
        invoices.save(session, world.company_id, None, InvoiceForm(customer_id=str(older.id), lines=lines(("1", "5"))),
                      issue=False, now=world.now, who="Maria")  # fmt: skip
    with world.still():
        world.sync()
    assert not [row for row in world.all("Customer") if row["DisplayName"] == "From before"]
    assert flag(world, Kind.CUSTOMER, older.id) == Flag.NOT_SYNCED


def test_our_own_echoes_cost_no_read(world: World) -> None:
    world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    reads = [path for method, path in world.requests if method == "GET" and "/cdc" not in path]
    assert [path for path in reads if "/query" in path or "/invoice/" in path or "/customer/" in path] == []
