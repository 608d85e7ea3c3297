"""Countries in the three-letter form of ISO 3166, which company addresses are read back in."""

from collections.abc import Mapping
from typing import Final

from bookipi_app.sandbox.jsontext import JsonObject, as_object

ADDRESSES: Final = ("BillAddr", "ShipAddr", "ShipFromAddr", "PrimaryAddr")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "USA": ("us", "united states", "united states of america", "u.s.", "u.s.a", "u.s.a."),
    "CAN": ("ca", "canada"),
    "MEX": ("mx", "mexico"),
    "GBR": ("gb", "uk", "united kingdom", "great britain", "england", "scotland", "wales"),
    "IRL": ("ie", "ireland"),
    "AUS": ("au", "australia"),
    "NZL": ("nz", "new zealand"),
    "DEU": ("de", "germany", "deutschland"),
    "FRA": ("fr", "france"),
    "ESP": ("es", "spain"),
    "ITA": ("it", "italy"),
    "NLD": ("nl", "netherlands", "the netherlands"),
    "BEL": ("be", "belgium"),
    "AUT": ("at", "austria"),
    "CHE": ("ch", "switzerland"),
    "PRT": ("pt", "portugal"),
    "SWE": ("se", "sweden"),
    "NOR": ("no", "norway"),
    "DNK": ("dk", "denmark"),
    "FIN": ("fi", "finland"),
    "POL": ("pl", "poland"),
    "CZE": ("cz", "czechia", "czech republic"),
    "GRC": ("gr", "greece"),
    "ISR": ("il", "israel"),
    "IND": ("in", "india"),
    "CHN": ("cn", "china"),
    "JPN": ("jp", "japan"),
    "KOR": ("kr", "south korea", "korea"),
    "SGP": ("sg", "singapore"),
    "PHL": ("ph", "philippines"),
    "ZAF": ("za", "south africa"),
    "BRA": ("br", "brazil"),
    "ARG": ("ar", "argentina"),
    "CHL": ("cl", "chile"),
    "COL": ("co", "colombia"),
    "PRI": ("pr", "puerto rico"),
}
_CODES: Final = {name: code for code, names in _NAMES.items() for name in (code.lower(), *names)}


def iso_country(written: str) -> str:
    """The three-letter code of a country however it was written; what is not known stays as it is."""
    return _CODES.get(written.strip().casefold(), written)


def with_iso_countries(body: JsonObject) -> JsonObject:
    """The object with the countries of its addresses in three letters."""
    changed: JsonObject = {}
    for name in ADDRESSES:
        address = as_object(body.get(name))
        if "Country" in address:
            changed[name] = {**address, "Country": iso_country(str(address["Country"]))}
    return {**body, **changed}
