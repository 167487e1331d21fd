"""A model's text as it comes, piece by piece -> whole sentences. Pure; knows nothing of models and evidence.

"Tỷ lệ là 85", ",1% [", "1]. Xã", " có" -> Sentence("", "Tỷ lệ là 85,1% [1].") as soon as its full stop is there
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.language import sentences

from .cite import MARKER

LONGEST = 1_500  # characters without the end of a sentence: no sentence
_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning|reflection)>|◁think▷", re.IGNORECASE)
_THOUGHT_END = re.compile(r"</(think|thinking|thought|reasoning|reflection)>|◁/think▷", re.IGNORECASE)
_TAG_BEGUN = re.compile(r"(?:<|◁)/?[a-z]{0,12}$", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+")
_CITED_END = re.compile(r"[\]】］]\s*[.!?…]+[\"”’»)]*$")
_MARKERS_LEAD = re.compile(rf"(?:\s*{MARKER.pattern}[.;,]?)+", re.IGNORECASE)
_MARKUP = re.compile(r"^#{1,6}\s+|^>\s*|!\[[^\]]*\]\([^)]*\)|</?[a-zA-Z][^<>]{0,200}>|<!--.*?-->")
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(r"\b(?:https?|ftp|data|javascript):\S+|\bwww\.\S+", re.IGNORECASE)


class Thoughts:
    """Leaves out what a reasoning model thinks aloud: <think>…</think>, its tags split over pieces or not.

    `restarted` turns True where a thought ends that never began: all text before it was thought.
    """

    def __init__(self) -> None:
        self._held = ""
        self._inside = False
        self.restarted = False

    def feed(self, piece: str) -> str:
        self._held += piece
        out = ""
        while True:
            if self._inside:
                end = _THOUGHT_END.search(self._held)
                if end is None:
                    self._held = self._held[-16:]
                    return out
                self._held, self._inside = self._held[end.end() :], False
                continue
            start, end = _THOUGHT.search(self._held), _THOUGHT_END.search(self._held)
            if end is not None and (start is None or end.start() < start.start()):
                self._held, out, self.restarted = self._held[end.end() :], "", True
            elif start is not None:
                out, self._held, self._inside = out + self._held[: start.start()], self._held[start.end() :], True
            else:
                begun = _TAG_BEGUN.search(self._held)
                cut = begun.start() if begun else len(self._held)
                out, self._held = out + self._held[:cut], self._held[cut:]
                return out

    def close(self) -> str:
        """What was held back as the possible beginning of a tag."""
        held, self._held = self._held, ""
        return "" if self._inside else held


@dataclass(frozen=True, slots=True)
class Sentence:
    """`lead` is what stands before it: "" at the very beginning, " " within a line, "\\n" or "\\n- " on a line of its own."""

    lead: str
    text: str


class SentenceBuffer:
    """Cuts a stream into sentences, each with the markers that follow its full stop, as early as that is certain."""

    def __init__(self) -> None:
        self._held = ""
        self._line_begins = True
        self._first = True
        self.overlong = False

    def feed(self, piece: str) -> Iterator[Sentence]:
        self._held += piece.replace("\r\n", "\n").replace("\r", "\n")
        while (cut := self._cut()) is not None:
            yield from self._taken(cut)
        if len(self._held) > LONGEST:
            self.overlong, self._held = True, ""

    def close(self) -> Iterator[Sentence]:
        """The sentences that only the end of the text completes."""
        while self._held.strip():
            yield from self._taken(self._cut() or len(self._held))

    def _cut(self) -> int | None:
        """Where the first sentence ends, None where that is not certain yet."""
        line, newline, _ = self._held.partition("\n")
        if not line.strip():
            return len(line) + 1 if newline else None
        bullet = _BULLET.match(line.lstrip())
        skip = len(line) - len(line.lstrip()) + (bullet.end() if bullet else 0) if self._line_begins else 0
        spans = [(skip + s, skip + e) for s, e in sentences(_without_markers(line)[skip:])]
        if not spans:
            return len(line) + 1 if newline else None
        end = spans[0][1]
        markers = _MARKERS_LEAD.match(line, end)
        end = markers.end() if markers else end
        rest = line[end:].strip()
        if newline:
            return end if rest else len(line) + 1
        if rest and rest[0] not in "[【［.,;:)" and not (len(spans) > 1 and spans[1][0] < end < spans[1][1]):
            return end
        return end if not rest and _CITED_END.search(line[:end]) else None

    def _taken(self, cut: int) -> Iterator[Sentence]:
        raw, self._held = self._held[:cut], self._held[cut:]
        text = raw.strip()
        ended = raw.endswith("\n") or self._held.startswith("\n")
        if text:
            bullet = _BULLET.match(text) if self._line_begins else None
            body = text[bullet.end() :] if bullet else text
            line = ("- " if self._first else "\n- ") if bullet else ("" if self._first else "\n")
            clean = plain_text(body)
            if clean:
                yield Sentence(line if self._line_begins else " ", clean)
                self._first = False
            self._line_begins = False
        if ended:
            self._line_begins = True


def plain_text(text: str) -> str:
    """A sentence without headings, images, links' addresses, tags and bare addresses; emphasis and markers stay."""
    bare = _LINK.sub(lambda m: m[1] if not m[1].strip().isdigit() else f"[{m[1].strip()}]", _MARKUP.sub("", text))
    bare = _ADDRESS.sub("", bare)
    bare = re.sub(r"(?<!\*)\*(?!\*)|\*{3,}|__|~~", "", bare)
    if bare.count("**") % 2:
        bare = bare.replace("**", "")
    return re.sub(r"\s+", " ", bare).strip()


def _without_markers(line: str) -> str:
    """As long as before: a marker after a full stop as spaces, so that the sentence ends there; one inside a sentence as a word."""

    def blank(match: re.Match[str]) -> str:
        stopped = line[: match.start()].rstrip()[-1:] in tuple(".!?…]】］")
        return (" " if stopped else "x") * len(match[0])

    return re.sub(r"[\[【［][^\]】］]{0,40}$", lambda m: " " * len(m[0]), MARKER.sub(blank, line))
