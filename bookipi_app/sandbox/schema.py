"""The kinds of object of the accounting API: fields, name spaces, what may be done with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bookipi_app.sandbox.fields import items, lists, people, transactions
from bookipi_app.sandbox.fields.common import NAMED_FILTERS, SETTING_FILTERS
from bookipi_app.sandbox.shapes import Fields


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object. `name_field` is set for name lists, which are inactivated and never deleted."""

    name: str
    fields: Fields
    filters: Mapping[str, str]
    name_field: str = ""
    name_space: str = ""
    id_space: str = ""
    writable: bool = True
    notifies: bool = True
    in_cdc: bool = True

    @property
    def deletable(self) -> bool:
        """Transactions and attachments are deleted; list objects are made inactive instead."""
        return not self.name_field and self.name not in ("Preferences", "CompanyInfo")

    @property
    def nests(self) -> bool:
        """Whether objects of this kind can be below others of it and then carry a qualified name."""
        return "ParentRef" in self.fields


def _person(name: str, fields: Fields, filters: Mapping[str, str]) -> Kind:
    return Kind(name, fields, filters, "DisplayName", "Person", "Person")


def _named(name: str, fields: Fields, filters: Mapping[str, str]) -> Kind:
    return Kind(name, fields, filters, "Name", name, name)


def _tax(name: str, fields: Fields, filters: Mapping[str, str], name_field: str, writable: bool) -> Kind:
    return Kind(name, fields, filters, name_field, name, name, writable, notifies=False, in_cdc=False)


_ALL: Final = (
    Kind("Invoice", transactions.INVOICE, transactions.INVOICE_FILTERS, id_space="Transaction"),
    Kind("Payment", transactions.PAYMENT, transactions.PAYMENT_FILTERS, id_space="Transaction"),
    _person("Customer", people.CUSTOMER, people.CUSTOMER_FILTERS),
    _person("Vendor", people.VENDOR, people.VENDOR_FILTERS),
    _person("Employee", people.EMPLOYEE, people.PERSON_FILTERS),
    _named("Item", items.ITEM, items.ITEM_FILTERS),
    _named("Account", lists.ACCOUNT, lists.ACCOUNT_FILTERS),
    _named("Term", lists.TERM, lists.TERM_FILTERS),
    _named("PaymentMethod", lists.PAYMENT_METHOD, lists.METHOD_FILTERS),
    _named("Class", lists.CLASS, lists.NESTED_FILTERS),
    _named("Department", lists.DEPARTMENT, lists.NESTED_FILTERS),
    _tax("TaxCode", {}, NAMED_FILTERS, "Name", writable=False),
    _tax("TaxRate", {}, NAMED_FILTERS, "Name", writable=False),
    _tax("TaxAgency", lists.TAX_AGENCY, lists.AGENCY_FILTERS, "DisplayName", writable=True),
    Kind("Preferences", {}, SETTING_FILTERS, id_space="Preferences"),
    Kind("CompanyInfo", lists.COMPANY, lists.COMPANY_FILTERS, id_space="CompanyInfo", notifies=False),
    Kind("Attachable", lists.ATTACHABLE, lists.ATTACHABLE_FILTERS, id_space="Attachable", notifies=False),
)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _ALL}
_BY_LOWER: Final = {kind.name.lower(): kind for kind in _ALL}


def kind_called(name: str) -> Kind | None:
    """The kind with this name in any casing."""
    return _BY_LOWER.get(name.lower())
