"""What the demo company knows: its customers and items, and the pattern its year follows. Invented, all of it."""

from __future__ import annotations

from typing import NamedTuple


class DemoCustomer(NamedTuple):
    """A customer, in Texas like the firm itself."""

    name: str
    email: str
    phone: str
    line1: str
    city: str
    postal_code: str
    terms: str


class DemoItem(NamedTuple):
    """An item with its price as text."""

    name: str
    sku: str
    description: str
    price: str
    taxable: bool


CUSTOMERS = (
    DemoCustomer(
        "Barton Creek Dental", "frontdesk@bartoncreekdental.example", "(512) 555-0121",
        "2700 Bee Caves Rd", "Austin", "78746", "Net 15",
    ),
    DemoCustomer(
        "Blue Heron Cafe", "lena@blueheroncafe.example", "(512) 555-0134",
        "1109 S Lamar Blvd", "Austin", "78704", "Due on receipt",
    ),
    DemoCustomer(
        "Bouldin Bungalows", "office@bouldinbungalows.example", "(512) 555-0147",
        "901 W Mary St", "Austin", "78704", "Net 30",
    ),
    DemoCustomer(
        "Daniel Okafor", "d.okafor@mail.example", "(512) 555-0152",
        "5404 Avenue G", "Austin", "78751", "Net 15",
    ),
    DemoCustomer(
        "Hill Country Brewing Co.", "ap@hillcountrybrewing.example", "(512) 555-0163",
        "8500 Burnet Rd", "Austin", "78757", "Net 30",
    ),
    DemoCustomer(
        "Lakeline Homeowners Association", "board@lakelinehoa.example", "(512) 555-0175",
        "11200 Lakeline Mall Dr", "Cedar Park", "78613", "Net 30",
    ),
    DemoCustomer(
        "Pecan Grove Apartments", "ap@pecangrove.example", "(512) 555-0186",
        "8800 N Lamar Blvd", "Austin", "78753", "Net 30",
    ),
    DemoCustomer(
        "Priya Raman", "priya.raman@mail.example", "(512) 555-0119",
        "3208 Hemlock Ave", "Austin", "78722", "Net 15",
    ),
    DemoCustomer(
        "Rosewood Estates", "manager@rosewoodestates.example", "(512) 555-0198",
        "1180 Rosewood Ave", "Austin", "78702", "Net 30",
    ),
    DemoCustomer(
        "South Lamar Vet Clinic", "hello@southlamarvet.example", "(512) 555-0105",
        "2424 S Lamar Blvd", "Austin", "78704", "Net 15",
    ),
    DemoCustomer(
        "Travis Heights Condominiums", "treasurer@travisheights.example", "(512) 555-0116",
        "1500 E Riverside Dr", "Austin", "78741", "Net 30",
    ),
    DemoCustomer(
        "Westlake Montessori School", "billing@westlakemontessori.example", "(512) 555-0127",
        "701 Westlake Dr", "Austin", "78746", "Net 60",
    ),
)  # fmt: skip

ITEMS = (
    DemoItem("Grounds maintenance", "GM-01", "Weekly visit: mowing, edging, blowing", "384.10", False),
    DemoItem("Leaf removal and haul-off", "LR-01", "Per truck load", "212.25", False),
    DemoItem("Hardwood mulch", "MU-01", "Cubic yard, installed", "50.50", True),
    DemoItem("Texas sage, 1 gal", "PL-01", "Planted", "16.85", True),
    DemoItem("Irrigation check", "IR-01", "Per zone", "43.25", False),
    DemoItem("Tree limb removal", "TR-01", "Per limb, with haul-off", "164.50", False),
    DemoItem("Live oak, 15 gal", "PL-02", "Planted and staked", "189.00", True),
    DemoItem("River rock", "RR-01", "Ton, delivered and spread", "118.40", True),
    DemoItem("Drip line", "IR-02", "Per foot, with emitters", "1.375", True),
    DemoItem("Landscape design", "DS-01", "Per hour, with plan", "95.00", False),
    DemoItem("Flagstone path", "HS-01", "Square foot, set in sand", "22.60", True),
    DemoItem("Fertilizer treatment", "GM-02", "Slow release, per 1,000 sq ft", "28.75", True),
)  # fmt: skip

# Each recipe is a kind of job: (item, quantity) as places in ITEMS.
JOBS = (
    ((0, "4"), (4, "6")),
    ((0, "4"), (1, "2"), (2, "8.5")),
    ((2, "12"), (3, "26"), (8, "140")),
    ((5, "3"),),
    ((9, "6"), (10, "84"), (7, "2.25")),
    ((0, "4"), (11, "5")),
    ((6, "2"), (2, "4"), (8, "60")),
    ((4, "9"), (8, "35")),
)
NOTES = "Thank you for your business. Please pay by check to Cedar & Stone Landscaping or by bank transfer."
