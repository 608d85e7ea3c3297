"""Setting an invoice as a PDF, warm, beside reportlab with the same words. No figure unless both show them all."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import asdict, replace

from pypdf import PdfReader
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from bookipi_app.documents.invoice_pdf import invoice_pdf
from bookipi_app.documents.paper import Paper, PaperLine, PaperSum
from tests.bench.figures import Figure, Unequal, beside, percentile, within

SHEETS = 40  # of a round, each another one: what was set before is kept
P95_MS, TIMES = 20.0, 2.0
LINE = PaperLine("0", "Hardwood mulch", "Cubic yard, installed", "12", "$47.50", "$570.00")
SHEET = Paper(
    company_name="Cedar & Stone Landscaping LLC", company_initials="CS",
    company_address="2108 E Cesar Chavez St\nAustin, TX 78702", number="INV-1052",
    customer_name="Pecan Grove Apartments", issued="Nov 18, 2026", due_date="Dec 18, 2026", terms="Net 30",
    lines=(LINE,) * 5, sums=(PaperSum("Subtotal", "$2,850.00"), PaperSum("Sales tax (8.25%)", "$235.13")),
    due="$3,085.13", note="Thank you.",
)  # fmt: skip
WORDS = ("INV-", "Pecan Grove Apartments", "Hardwood mulch", "$570.00", "$235.13", "$3,085.13", "Thank you.")


def figures(rounds: int) -> list[Figure]:
    """Ours and reportlab's in turn, sheet by sheet; the first of each only warms."""
    ours: list[float] = []
    peer: list[float] = []
    for engine in (invoice_pdf, by_reportlab):
        _require_words(engine)
    for number in range(rounds):
        sheets = [replace(SHEET, number=f"INV-{number}-{at}") for at in range(SHEETS)]
        pairs = [(_milliseconds(invoice_pdf, sheet), _milliseconds(by_reportlab, sheet)) for sheet in sheets]
        ours.append(percentile([one for one, _ in pairs], 95))
        peer.append(percentile([one for _, one in pairs], 95))
    return [
        within("P12-pdf", "an invoice as PDF, warm, p95, reportlab", "ms", (ours, peer), P95_MS),
        beside("P12-pdf-times", "the same, in times of reportlab", "ms", (ours, peer), TIMES),
    ]


def by_reportlab(paper: Paper) -> bytes:
    """The same words in its own tables."""
    styles, made = getSampleStyleSheet(), io.BytesIO()
    head = [paper.company_name, paper.company_address, paper.number, paper.customer_name]
    head += [paper.issued, paper.due_date, paper.terms]
    rows: list[list[str]] = [
        [text for text in asdict(line).values() if isinstance(text, str)] for line in paper.lines
    ]
    sums: list[list[str]] = [[one.label, one.amount] for one in paper.sums]
    story: list[Flowable] = [Paragraph("Invoice", styles["Title"])]
    story += [Paragraph(text.replace("&", "&amp;"), styles["Normal"]) for text in head]
    story += [Spacer(1, 12), Table(rows), Table([*sums, ["Due", paper.due]])]
    story.append(Paragraph(paper.note, styles["Normal"]))
    SimpleDocTemplate(made, pagesize=LETTER, title=paper.number).build(story)
    return made.getvalue()


def _milliseconds(engine: Callable[[Paper], bytes], paper: Paper) -> float:
    begun = time.perf_counter()
    engine(paper)
    return (time.perf_counter() - begun) * 1000


def _require_words(engine: Callable[[Paper], bytes]) -> None:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(engine(SHEET))).pages)
    missing = [words for words in WORDS if words not in text]
    if missing:
        raise Unequal(f"{engine.__name__} does not show {missing}")
