"""What was checked of a language model's answer, for the reader: counts, and a mark for every number. Pure.

Text of sentences that were left out is shown nowhere: it was left out because no report bears it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.records import Language
from ui.i18n import text

if TYPE_CHECKING:
    from assistant.answers import Answer, NumberCheck

MOST_MARKS = 24  # numbers marked one by one


def checked_line(answer: Answer, language: Language | None = None) -> str:
    """ "Checked against the cited sentences: 3 figures match, 1 computed. 1 sentence left out.", plain text; "" without a model."""
    if not answer.model:
        return ""
    language = language or answer.language
    shown = _shown(answer)
    counts = {verdict: sum(check.verdict == verdict for check in shown) for verdict in ("match", "computed")}
    parts = [text(language, f"checks.{name}", count=count) for name, count in counts.items() if count]
    told = text(language, "checks.summary", parts=", ".join(parts)) if parts else text(language, "checks.no_figures")
    fates = [claim.fate for claim in answer.claims]
    for fate in ("repaired", "replaced", "removed"):
        if fates.count(fate):
            told += " " + text(language, f"checks.{fate}", count=fates.count(fate))
    if answer.left_out:
        told += " " + text(language, "checks.left_out", count=answer.left_out)
    return told


def number_marks(answer: Answer) -> list[str]:
    """ "85,1% ✓ [1]", "3,2 = 85,1 − 81,9 ✓ [1]" for the numbers of the sentences shown, each once, plain text."""
    marks = []
    for check in _shown(answer)[:MOST_MARKS]:
        formula = f" = {check.formula}" if check.formula and check.formula not in check.text else ""
        marks.append(f"{check.text}{formula} ✓" + (f" [{check.marker}]" if check.marker else ""))
    return list(dict.fromkeys(marks))


def tool_lines(answer: Answer) -> list[str]:
    """ "compute(operation=difference, figures=['F2', 'F1']) → C1 = −2.6 percentage points (…)" of the model's calls, plain text."""
    told = []
    for call in answer.tools:
        arguments = ", ".join(f"{name}={value}" for name, value in call.arguments if value)
        result = call.result if call.name == "compute" else call.result.split("\n")[0][:120]
        told.append(f"{call.name}({arguments}) → {result}")
    return told


def _shown(answer: Answer) -> list[NumberCheck]:
    return [check for claim in answer.claims if claim.fate in ("kept", "repaired") for check in claim.checks]
