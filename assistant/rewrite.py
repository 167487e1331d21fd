"""A follow-up question + the questions before it -> a question complete in itself, by a language model, checked by the rules.

    "Còn hộ cận nghèo của xã đó thì sao?" after "Tỷ lệ hộ nghèo của xã Hải Đông năm 2022?"
    -> "Tỷ lệ hộ cận nghèo của xã Hải Đông năm 2022 là bao nhiêu?"

The model may only put together what was asked: a year, place, number or indicator that no question named makes its wording void,
and so does one of this question's that it dropped. The rules of followup.py then stand, as they do without a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index import Place
from index.language import detect_language, fold, same_place
from index.lexicon.glossary import Glossary

from .followup import without_lead_in
from .models import LanguageModel
from .prompts import rewrite_messages
from .question import Question, analyse
from .streams import Thoughts

CHARACTERS = 400
NEW_WORDS = 0.34  # share of content words that may be in none of the questions: forms of words, "là bao nhiêu"
_BACK = re.compile(r"\b(đó|nó|họ|ấy|vừa rồi|vừa nêu|nói trên|thì sao|thi sao|it|its|they|them|their|those|these)\b", re.IGNORECASE)
_POINTER = re.compile(  # "của xã đó", "at that commune"
    r"\b(?:(?:của|cua|ở|o|tại|tai|trong)\s+)?(?:xã|xa|phường|phuong|huyện|huyen|tỉnh|tinh|nơi|noi|năm|nam)\s+(?:đó|do|này|nay|ấy|ay|kia)\b"
    r"|\b(?:(?:of|in|at|for)\s+)?(?:that|this|the same)\s+(?:commune|ward|district|province|place|year)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W*(?:câu hỏi(?: đầy đủ| cuối| viết lại)?|(?:complete |standalone |rewritten |last )?question)\s*:\s*", re.IGNORECASE
)


def leans_back(question: str, completed: str, earlier: Sequence[str]) -> bool:
    """Whether `question` may need the ones before it: the rules completed it, it is short, or a word of it points back."""
    if not earlier:
        return False
    return completed != question or len(question.split()) <= 4 or bool(_BACK.search(question) or _POINTER.search(question))


def rewrite(
    model: LanguageModel,
    question: str,
    completed: str,
    earlier: Sequence[str],
    *,
    glossary: Glossary,
    known_places: Iterable[Place] = (),
) -> str:
    """The complete question: the model's where the check lets it pass, else `completed`, the rules' own. Raises a ModelError."""
    places = list(known_places)
    bare = _POINTER.sub(" ", without_lead_in(question)) or question
    asked = analyse(bare, glossary=glossary, known_places=places)
    language = detect_language(question if len(question.split()) > 2 else earlier[-1])
    thoughts, said = Thoughts(), ""
    for piece in model.stream(rewrite_messages(question, earlier, language)):
        seen = thoughts.feed(piece)
        said, thoughts.restarted = (seen if thoughts.restarted else said + seen), False
        if len(said) > 4 * CHARACTERS:
            break
    wording = one_line(said + thoughts.close())
    before = [analyse(text, glossary=glossary, known_places=places) for text in earlier]
    made = analyse(wording, glossary=glossary, known_places=places)
    rules = analyse(completed, glossary=glossary, known_places=places)
    sound = bool(wording) and made.language == language and faithful(made, asked, before, rules, glossary)
    return wording if sound else completed


def one_line(said: str) -> str:
    """The wording without label and quotes; "" where it is no single line of a question's length."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if len(lines) != 1:
        return ""
    text = _LABEL.sub("", lines[0]).strip(" \"'“”«»*`")
    return text if 3 <= len(text) <= CHARACTERS else ""


def faithful(made: Question, asked: Question, before: Sequence[Question], rules: Question, glossary: Glossary) -> bool:
    """Whether `made` asks what `asked` does, with nothing but what `asked` and `before` name. `rules` is the rules' completion:
    where it found periods and places, they are the ones."""
    questions = [asked, *before]
    if asked.periods and made.periods != asked.periods:
        return False
    if not asked.periods and (rules.periods or made.periods) and set(made.periods) != set(rules.periods):
        allowed = {period for question in before for period in question.periods}
        if rules.periods or not set(made.periods) <= allowed:
            return False
    wanted = asked.places or rules.places
    if any(not any(same_place(p, q) for q in made.places) for p in wanted):
        return False
    if any(not any(same_place(p, q) for question in questions for q in question.places) for p in made.places):
        return False
    if not set(made.numbers) <= {number for question in questions for number in question.numbers}:
        return False
    topics = {c for c in made.concepts if glossary.kind(c) not in ("status", "unit")}
    named = {concept for question in questions for concept in question.concepts}
    own = {c for c in asked.concepts if glossary.kind(c) not in ("status", "unit", "subject")}
    if not topics <= named or not own <= topics:
        return False
    held = {word.key for question in questions for word in question.words} | set(fold(" ".join(q.text for q in questions)).split())
    new = [word for word in made.words if word.key not in held and fold(word.text) not in held]
    return made.has_subject_matter and len(new) <= NEW_WORDS * max(3, len(made.words))
