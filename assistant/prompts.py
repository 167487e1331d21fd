"""What a language model is told: rules, numbered evidence, the question. Pure.

    [1] Tỷ lệ hộ nghèo năm 2022 là 2,4%. ⟨Báo cáo kinh tế - xã hội | I. Kết quả | xã Hải Đông | 2022 | tr. 3⟩
    [2] Hộ nghèo | Năm 2021: 2,9% | Năm 2022: 2,4% ⟨…⟩

The numbers exist before the answer does: a citation is one of them or it is none. Text of reports is data, so nothing in it keeps a
form that a chat template, a citation or this prompt gives a meaning.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Sequence
from importlib.resources import files

from index import Language
from index.figures.addressed import addresses_program
from index.language import nfc

from .answers import Message
from .evidence import Unit
from .judge import Judged
from .models import Messages

PROMPT_VERSION = "prompt-2"
NO_ANSWER = "NO_ANSWER"
UNITS = 24  # evidence offered where the model's context has room for it
HISTORY_QUESTIONS = 4  # earlier questions that a follow-up is rewritten with
_TEMPLATE = 120  # tokens that a server's chat template adds

_TEXTS: dict[str, dict[str, str]] = tomllib.loads(files(__package__).joinpath("prompts.toml").read_text(encoding="utf-8"))
_BRACKETS = str.maketrans({"[": "(", "]": ")", "【": "(", "】": ")", "［": "(", "］": ")", "⟨": "(", "⟩": ")", "`": "'"})


def tokens(text: str) -> int:
    """Tokens that `text` takes at most, roughly: every digit and sign one, two and a half bytes of anything else one.

    Small models' tokenizers write Vietnamese in 2.6 to 3.5 bytes a token and digits one by one; too many is the safe side here.
    """
    signs = sum(not char.isalpha() and not char.isspace() for char in text)
    return signs + int((len(text.encode()) - signs) / 2.5) + 1


def as_data(text: str) -> str:
    """Text of a report on one line, without invisible characters and without brackets, fences and tags that read as ours."""
    seen = "".join(char for char in nfc(text) if unicodedata.category(char) not in ("Cf", "Cc", "Co", "Cs", "Cn") or char in "\n\t")
    return re.sub(r"\s+", " ", re.sub(r"<\|?|\|?>", " ", seen.translate(_BRACKETS))).strip()


def evidence_line(number: int, unit: Unit, language: Language) -> str:
    """One unit as the model reads it: its text (a row's cells under their headers), then report, heading, place, period, page."""
    where = [unit.report.title, unit.heading, unit.lead[-160:]]
    where += [unit.report.place.label(language) if unit.report.place else ""]
    period = unit.context_period or unit.report.period
    where += [
        period.label(language) if period else "",
        _TEXTS[language]["target"] if unit.target else "",
        f"{_TEXTS[language]['page']} {unit.page}",
    ]
    facts = " | ".join(dict.fromkeys(as_data(fact) for fact in where if fact.strip() and not addresses_program(fact)))
    return f"[{number}] {as_data(_row(unit) if unit.is_row else unit.text)} ⟨{facts}⟩"


def _row(unit: Unit) -> str:
    cells = []
    for cell in unit.cells:
        text = unit.report.text[cell.start : cell.end].strip()
        if text:
            cells.append(f"{cell.header}: {text}" if cell.header and any(char.isdigit() for char in text) else text)
    return " | ".join(cells)


def fit(ranked: Sequence[Judged], question: str, language: Language, room: int) -> tuple[Judged, ...]:
    """The best units whose lines go into `room` tokens together with rules and question; a unit is sent whole or not at all."""
    left = room - _TEMPLATE - tokens(_TEXTS[language]["rules"]) - tokens(_TEXTS[language]["frame"]) - tokens(question)
    kept: list[Judged] = []
    for judged in ranked[:UNITS]:
        cost = tokens(evidence_line(len(kept) + 1, judged.unit, language))
        if cost <= left:
            left -= cost
            kept.append(judged)
        elif not kept:
            break  # the best does not fit: an answer without it would be one from the second best
    return tuple(kept)


def answer_messages(question: str, sent: Sequence[Judged], language: Language, *, only: Collection[int] | None = None) -> Messages:
    """Rules, evidence numbered from 1 (of it the numbers `only`, None for all), question."""
    told = [(number, judged) for number, judged in enumerate(sent, 1) if only is None or number in only]
    lines = "\n".join(evidence_line(number, judged.unit, language) for number, judged in told)
    asked = re.sub(r"\s+", " ", question)
    return [
        ("system", _TEXTS[language]["rules"].format(none=NO_ANSWER)),
        ("user", _TEXTS[language]["frame"].format(lines=lines, question=asked)),
    ]


def repair_messages(
    question: str,
    sent: Sequence[Judged],
    faults: Sequence[tuple[str, str]],
    language: Language,
    *,
    cited: Collection[int],
    room: int,
) -> Messages:
    """The first call again, with each sentence at fault and its fault below the question; [] where that has no room.

    Sentences and faults take room that evidence had: where it does not all fit any more, the evidence `cited` comes first, then the
    best, under the same numbers. A server would cut it without a word otherwise.
    """
    listed = "\n".join(f"S{number}: {sentence}\n    -> {fault}" for number, (sentence, fault) in enumerate(faults, 1))
    wanted = f"\n\n{_TEXTS[language]['repair']}{listed}"
    left = room - _TEMPLATE - tokens(wanted) - sum(tokens(text) for _, text in answer_messages(question, (), language))
    kept: set[int] = set()
    for number in sorted(range(1, len(sent) + 1), key=lambda n: (n not in cited, n)):
        cost = tokens(evidence_line(number, sent[number - 1].unit, language))
        if cost <= left:
            left -= cost
            kept.add(number)
        elif number in cited:
            return []
    if not kept:
        return []
    rules, asked = answer_messages(question, sent, language, only=kept)
    return [rules, ("user", asked[1] + wanted)]


def rewrite_messages(question: str, earlier: Sequence[str], language: Language) -> Messages:
    """For a follow-up: its earlier questions, oldest first."""
    listed = "\n".join(f"- {' '.join(text.split())[:300]}" for text in earlier[-HISTORY_QUESTIONS:])
    return [
        ("system", _TEXTS[language]["rewrite"]),
        ("user", _TEXTS[language]["earlier"].format(earlier=listed, question=" ".join(question.split()))),
    ]


def earlier_questions(history: Sequence[Message]) -> list[str]:
    """The complete form of each earlier question where it is known."""
    return [message.standalone or message.text for message in history if message.role == "user" and message.text.strip()]
