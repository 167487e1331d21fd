"""Sentences that rank without a number: "đứng đầu cả nước", "the best in the province". A number gate does not see them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language import fold

from .evidence import Unit

# Each kind of rank with the words that tell it, on folded text. "nhất là" (above all), "thống nhất" (agree), "thứ nhất" (firstly),
# "báo cáo nhất trí" and "người đứng đầu" rank nothing.
_KINDS: dict[str, str] = {
    "top": r"(?<!bao )\b(?:cao|lon|nhieu|tot|manh|nhanh|som|hang|xuat sac) nhat\b(?! la\b)|(?<!nguoi )\b(?:dung|dan) "
    r"(?:dau|nhat)\b|\b(?:vuot troi|hang dau)\b|\b(?:the )?(?:highest|largest|biggest|best|most|fastest|foremost|leading)\b|"
    r"\b(?:ranks?|ranked|comes?|came|stands?|is|was) first\b|\bleads? the\b|\btops? the\b",
    "bottom": r"\b(?:thap|nho|it|kem|cham|xau|te) nhat\b(?! la\b)|\b(?:dung )?(?:cuoi bang|chot bang|cuoi cung)\b|"
    r"\b(?:the )?(?:lowest|smallest|fewest|worst|slowest|least)\b|\b(?:ranks?|ranked|comes?|came|stands?|is|was) last\b",
    "sole": r"\bduy nhat\b|\bdau tien\b|\b(?:the )?(?:only|sole|first ever)\b",
    "record": r"\bky luc\b|\bchua tung co\b|\brecord (?:high|low|level)\b|\bunprecedented\b",
}
_RANKS = {kind: re.compile(words) for kind, words in _KINDS.items()}
_AT_LEAST = re.compile(r"\bat (?:least|most|best)\b|\bit nhat (?=\d)|\bnot only\b|\bmost of\b|\bonly (?=\d)|\bnhieu nhat la\b")


def unsupported_rank(sentence: str, cited: Sequence[Unit]) -> bool:
    """Whether the sentence ranks (first, last, only, record) where nothing that it cites does."""
    told = _AT_LEAST.sub(" ", fold(sentence))
    held = " ".join(fold(unit.surroundings) for unit in cited)
    return any(rank.search(told) and not rank.search(held) for rank in _RANKS.values())
