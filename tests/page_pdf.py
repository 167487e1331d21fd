"""A report as a PDF made by reportlab, with every line's place known: what a box on its picture is compared with.

Coordinates are points from the lower left corner of an A4 page; `QUOTE` stands on page 2 in two lines, `ROW` in a ruled table.
"""

from __future__ import annotations

import io

WIDTH, HEIGHT = 595.28, 841.89
SIZE, LEFT = 12, 72
QUOTE_LINES = (
    "In 2023, the share of households that use clean water reached 85.1 percent, which is",
    "2.4 points more than in 2022.",
)
QUOTE_TOP, LEADING = 560, 15  # baseline of the first line, and how far down the next one is
ROW = ("Poor households", "2.4", "2.1")
ROW_BASELINE, ROW_EDGES = 400, (72, 252, 342, 432)  # left edges of its cells and its right end


def report_pdf(title: str = "Report of Tan Lam commune on the year 2023") -> bytes:
    """Three pages: a title and text; the cited sentence and a table; an end."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)

    def lines(top: float, *texts: str) -> None:
        canvas.setFont("Helvetica", SIZE)
        for number, text in enumerate(texts):
            canvas.drawString(LEFT, top - LEADING * number, text)

    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(LEFT, 760, title)
    lines(700, "The commune has 12 villages and 3,215 households.", "Its people live on rice and fishing.")
    canvas.showPage()
    lines(760, "I. Water and sanitation")
    lines(700, "The commune built two new pumping stations and repaired the pipes of four villages.")
    lines(QUOTE_TOP, *QUOTE_LINES)
    _table(canvas, ("Indicator", "2022", "2023"), ROW, ("Health insurance", "93.0", "95.2"))
    canvas.showPage()
    lines(760, "II. Outlook")
    lines(720, "In 2024 the commune plans to repair the road to the market.")
    canvas.save()
    return buffer.getvalue()


def _table(canvas: object, *rows: tuple[str, ...]) -> None:
    """Ruled, the second row on `ROW_BASELINE`."""
    from reportlab.pdfgen.canvas import Canvas

    assert isinstance(canvas, Canvas)
    top = ROW_BASELINE + 36
    for number, row in enumerate(rows):
        for edge, cell in zip(ROW_EDGES, row, strict=False):
            canvas.drawString(edge + 4, ROW_BASELINE + 20 - 20 * number, cell)
    for number in range(len(rows) + 1):
        canvas.line(ROW_EDGES[0], top - 20 * number, ROW_EDGES[-1], top - 20 * number)
    for edge in ROW_EDGES:
        canvas.line(edge, top, edge, top - 20 * len(rows))
