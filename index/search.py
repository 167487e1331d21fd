"""Query -> scored passages: one lexical query over the word index."""

from __future__ import annotations

from collections.abc import Sequence

from .catalog import Catalog
from .language.normalise import fold
from .language.tokens import words as tokens
from .records import Language, Passage, ScoredPassage
from .vectors import VectorIndex
from .words import WordIndex

FIELDS = ("text", "folded", "heading")
_BOOSTS = {"text": 1.0, "folded": 0.4, "heading": 0.5}


def passage_fields(passage: Passage, language: Language) -> dict[str, str]:
    """field -> tokens joined by single spaces, for each of FIELDS."""
    text = [token.text.lower() for token in tokens(passage.text)]
    heading = [fold(token.text) for token in tokens(passage.heading)]
    return {"text": " ".join(text), "folded": " ".join(fold(token) for token in text), "heading": " ".join(heading)}


def embedding_text(passage: Passage) -> str:
    """What the embedding model is given for a passage."""
    return passage.text


def search(
    query: str,
    k: int,
    *,
    words: WordIndex,
    vectors: VectorIndex | None,
    catalog: Catalog,
    embedder: object | None,
    report_ids: Sequence[str] | None = None,
) -> list[ScoredPassage]:
    """The `k` best passages, best first."""
    asked = [token.text.lower() for token in tokens(query)]
    clauses = [(field, term if field == "text" else fold(term), boost) for term in asked for field, boost in _BOOSTS.items()]
    hits = words.search(clauses, k, report_ids)
    found = catalog.passages([key for key, _ in hits])
    return [ScoredPassage(found[key], score, {"words": score}) for key, score in hits if key in found]
