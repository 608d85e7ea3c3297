"""The kinds of company that the sandbox can open: country, currency, tax, subscription."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Address:
    """Where a company is."""

    street: str
    city: str
    state: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Preset:
    """One kind of company.

    `partner_tax` has three states, as Intuit's preference has: True where automated sales tax works, False where it
    is on offer but nobody has set it up, None where the company is not offered it at all.
    """

    name: str
    about: str
    title: str
    address: Address
    country: str = "US"
    currency: str = "USD"
    using_sales_tax: bool = True
    partner_tax: bool | None = None
    multicurrency: bool = False
    expired: bool = False


_AUSTIN: Final = Address("1807 South Congress Avenue", "Austin", "TX", "78704")
_PORTLAND: Final = Address("412 Harbor Street", "Portland", "OR", "97209")

# The place in this list is part of a company's realm id: new ones go to the end.
PRESETS: Final = (
    Preset(
        *("us-automated-tax", "US, automated sales tax by the ZIP code of the address"),
        *("Cedar & Stone Landscaping LLC", _AUSTIN),
        partner_tax=True,
    ),
    Preset(
        *("us-manual-tax", "US, sales tax by codes the company set up itself"),
        *("Green Thumb LLC", Address("96 Orchard Lane", "San Jose", "CA", "95112")),
    ),
    Preset(
        *("us-no-tax", "US, sales tax switched off", "Harbor Street Design Studio", _PORTLAND),
        using_sales_tax=False,
    ),
    Preset(
        *("canada", "Canada, Canadian dollars, GST and HST codes"),
        *("Maple Ridge Supply Inc.", Address("2215 Dufferin Street", "Toronto", "ON", "M6E 3R9")),
        country="CA",
        currency="CAD",
    ),
    Preset(
        *("us-multicurrency", "US, automated sales tax, several currencies"),
        *("Atlas Trade Partners Inc.", Address("30 Pier Road", "Seattle", "WA", "98104")),
        partner_tax=True,
        multicurrency=True,
    ),
    Preset(
        *("expired", "US, the subscription has ended: the books are read only"),
        *("Old Mill Repairs LLC", Address("7 Mill Road", "Round Rock", "TX", "78664")),
        partner_tax=True,
        expired=True,
    ),
    Preset(
        *("us-tax-not-set-up", "US, automated sales tax on offer, but not set up yet"),
        *("Larkspur Bike Works LLC", Address("58 Mission Street", "Santa Cruz", "CA", "95060")),
        using_sales_tax=False,
        partner_tax=False,
    ),
)
DEFAULT_PRESETS: Final = ("us-automated-tax", "us-manual-tax", "canada")
_FIRST_REALM: Final = 9341452788100001


class UnknownPreset(ValueError):
    """There is no preset of this name."""


def preset_called(name: str) -> Preset:
    """The preset of this name."""
    for preset in PRESETS:
        if preset.name == name:
            return preset
    known = ", ".join(preset.name for preset in PRESETS)
    raise UnknownPreset(f"There is no company preset {name}. Choose one of: {known}.")


def realm_of(preset: Preset, occurrence: int = 0) -> str:
    """The realm id of the n-th company made from a preset; always the same."""
    return str(_FIRST_REALM + 100 * PRESETS.index(preset) + occurrence)
