"""Payments at the web face."""

from tests.sandbox.client import Books, line
from tests.sandbox.person import Person, error_at


def test_a_payment_for_two_invoices(joan: Person, books: Books):
    first, second = books.invoice(line(50)), books.invoice(line(30))
    assert "Choose a customer" in joan.page("payments/new")
    answer = joan.save(
        "payments/new?Customer=3",
        **{
            "Method": "1",
            "PaymentRefNum": "77",
            f"apply{first['Id']}": "$20",
            f"apply{second['Id']}": "30.00",
        },
    )
    assert answer.status == 302
    assert books.read("Invoice", first["Id"])["Balance"] == 30
    assert books.read("Invoice", second["Id"])["Balance"] == 0
    [payment] = books.query("select * from Payment where PaymentRefNum = '77'")["Payment"]
    assert (payment["TotalAmt"], payment["UnappliedAmt"], len(payment["Line"])) == (50, 0, 2)
    assert "Payment 77" in joan.page(f"payments/{payment['Id']}")


def test_a_payment_starts_at_its_invoice(joan: Person, books: Books):
    made = books.invoice(line(50))
    form = joan.form(f"payments/new?invoice={made['Id']}")
    assert (form["Customer"], form["TotalAmt"], form[f"apply{made['Id']}"]) == ("3", "50.00", "50.00")
    joan.at("POST", "payments/new", **form)
    assert books.read("Invoice", made["Id"])["Balance"] == 0


def test_a_payment_is_changed_voided_and_deleted(joan: Person, books: Books):
    made = books.invoice(line(50))
    payment = books.pay(made, 50)["Id"]
    assert (
        joan.form(f"payments/{payment}")[f"apply{made['Id']}"] == "50.00"
    )  # though nothing is open any more
    joan.save(f"payments/{payment}", **{f"apply{made['Id']}": "10"})
    after = books.read("Payment", payment)
    assert (after["TotalAmt"], after["UnappliedAmt"]) == (50, 40)
    assert "Unapplied" in joan.page("payments?status=Unapplied")
    assert b"payments linked" in joan.at("POST", f"invoices/{made['Id']}/void").body
    joan.at("POST", f"payments/{payment}/void")
    assert books.read("Invoice", made["Id"])["Balance"] == 50
    assert books.read("Payment", payment)["TotalAmt"] == 0
    joan.at("POST", f"payments/{payment}/delete")
    assert books.refused("GET", f"payment/{payment}") == "610"


def test_a_refused_payment_says_it_at_the_place(joan: Person, books: Books):
    made = books.invoice(line(50))
    other = books.invoice(line(50), CustomerRef={"value": "1"})
    start = "payments/new?Customer=3"
    page = joan.refused(start, **{f"apply{made['Id']}": "60"})
    assert "greater than the balance" in error_at(page, "Lines")
    assert 'value="60"' in page
    assert "another customer" in error_at(joan.refused(start, **{f"apply{other['Id']}": "5"}), "Lines")
    assert error_at(joan.refused(start, applynothing="5"), "Lines")
    assert "TotalAmt" in error_at(joan.refused(start), "TotalAmt")
    assert "greater than the amount received" in error_at(
        joan.refused(start, TotalAmt="1", **{f"apply{made['Id']}": "5"}), "TotalAmt"
    )
    assert books.read("Invoice", made["Id"])["Balance"] == 50
