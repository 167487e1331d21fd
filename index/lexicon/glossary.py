"""The hand-written bilingual glossary of report terms, and a finder of its concepts in text.

`glossary.tsv` holds one concept a line: id, kind, Vietnamese terms, English terms, broader concept ("" where none); terms are
separated by ";", the most usual first. Near neighbours (clean water, hygienic water) are different concepts on purpose: whoever
answers one with the other answers wrongly. Marks may end a term in the file and are no part of it. Two a Vietnamese term:

    term*   one syllable, yet safe to recognise in text typed without diacritics ("hộ*")
    term^   several syllables, yet never to be recognised without diacritics

and one an English term:

    term=   recognised in this form and its plural in -s only, not by its stem: "meeting" is no form of "to meet"

Otherwise a term of several syllables is recognised with and without diacritics, one of a single syllable only with them.
`compounds.txt` lists everyday compounds with a syllable that is a term by itself ("vụ" in "nhiệm vụ");
read whole, they name nothing.
Acronyms are recognised in small letters too, unless they have two letters or read like a syllable ("THA"): those need capitals.

    >>> [m.concept for m in Glossary.load().find("ty le ho dan dung nuoc sach")]
    ['share', 'household', 'clean_water']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

from index.language.normalise import fold
from index.lexicon.terms import Entry, Index, Page, cuts_a_name, fits_marks, make_entry, read_page, same_commas, words_of
from index.once import once
from index.records import Language

ConceptKind = Literal[
    "indicator", "subject", "sector", "administration", "unit", "status", "event", "document", "facility", "crop", "other"
]
KINDS: frozenset[str] = frozenset(get_args(ConceptKind))
COLUMNS = ("concept", "kind", "vi", "en", "broader")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a report can speak of. `vi` and `en` are its terms, the most usual first; `broader` is a concept id or ""."""

    id: str
    kind: ConceptKind
    vi: tuple[str, ...]
    en: tuple[str, ...]
    broader: str = ""

    def terms(self, language: Language) -> tuple[str, ...]:
        return self.vi if language == "vi" else self.en


class ConceptMention(NamedTuple):
    """`text[start:end]` names `concept`; `term` is the glossary's own wording of it, in `language`."""

    concept: str
    start: int
    end: int
    term: str
    language: Language


class Glossary:
    """All concepts, and an index of their terms. Immutable; `load` reads the packaged file once."""

    def __init__(
        self, concepts: Mapping[str, Concept], marks: Mapping[str, str] | None = None, compounds: Iterable[str] = ()
    ) -> None:
        """`marks` maps a term to its mark in the file ("*", "^", "="); `compounds` are Vietnamese words to read whole and skip."""
        self.concepts: Mapping[str, Concept] = dict(concepts)
        self._vi = Index()
        self._en = Index()
        marks = marks or {}
        known = set()
        for concept in self.concepts.values():
            for term in concept.vi:
                entry = make_entry(concept.id, concept.kind, term, "vi", marks.get(term, ""))
                self._vi.add(tuple(fold(word) for word in entry.key), entry)
                known.add(entry.key)
            for term in concept.en:
                self._en.add(
                    tuple(word.stem for word in words_of(term)),
                    make_entry(concept.id, concept.kind, term, "en", marks.get(term, "")),
                )
        for term in compounds:
            entry = make_entry("", "", term, "vi", "^")
            if entry.key not in known:
                self._vi.add(tuple(fold(word) for word in entry.key), entry)
        self._units = {
            entry.key[0] for entry in self._vi.entries() if len(entry.key) == 1 and self._kind_of(entry) == "administration"
        }

    def _kind_of(self, entry: Entry) -> str:
        return self.concepts[entry.concept].kind if entry.concept else ""

    @classmethod
    def load(cls) -> Glossary:
        """The packaged glossary. Raises ValueError where a line of the file is malformed."""
        return _load()

    def kind(self, concept: str) -> ConceptKind:
        """Raises KeyError for an unknown concept."""
        return self.concepts[concept].kind

    def related(self, concept: str) -> tuple[str, ...]:
        """The broader concepts of `concept`, nearest first."""
        chain: list[str] = []
        broader = self.concepts[concept].broader
        while broader and broader not in chain:
            chain.append(broader)
            broader = self.concepts[broader].broader
        return tuple(chain)

    def neighbours(self, concept: str) -> tuple[str, ...]:
        """Concepts of the same kind under the same broader one: what `concept` is most easily mistaken for."""
        own = self.concepts[concept]
        if not own.broader:
            return ()
        return tuple(
            other.id
            for other in self.concepts.values()
            if other.id != concept and other.broader == own.broader and other.kind == own.kind
        )

    def translations(self, term: str | ConceptMention, target: Language) -> tuple[str, ...]:
        """The terms of `target` for a mention, a concept id or a term in either language; () where it is not in the glossary."""
        if isinstance(term, ConceptMention):
            return self.concepts[term.concept].terms(target)
        if term in self.concepts:
            return self.concepts[term].terms(target)
        whole = [m for m in self.find(term) if m.start == 0 and m.end == len(term)]
        return self.concepts[whole[0].concept].terms(target) if whole else ()

    def find(self, text: str, language: Language | None = None) -> list[ConceptMention]:
        """Mentions that do not overlap, left to right, in both languages or the one named.

        Where terms overlap, the reading that covers the text with the longest terms is chosen (the largest sum of squared
        numbers of words; of equals, indicators first): "số | hộ nghèo", not "số hộ | nghèo". Offsets are those of `text`
        as given. Vietnamese is matched mark by mark where the text carries marks; in text with few or none, unmarked words
        stand for any marking, and a term that two concepts share in that spelling is passed over.
        """
        page = read_page(text, language)
        count = len(page.words)
        weight = [0] * (count + 1)
        chosen: list[tuple[int, Entry] | None] = [None] * count
        for i in range(count - 1, -1, -1):
            best, weight[i] = None, weight[i + 1]
            for size, entry in self._candidates(page, i):
                total = entry.weight + weight[i + size]
                if total > weight[i] or (best is None and total == weight[i]):
                    best, weight[i] = (size, entry), total
            chosen[i] = best
        found: list[ConceptMention] = []
        i = 0
        while i < count:
            pick = chosen[i]
            if pick is None:
                i += 1
                continue
            size, entry = pick
            if entry.concept:
                start, end = page.spans[i].start(), page.spans[i + size - 1].end()
                found.append(ConceptMention(entry.concept, start, end, entry.term, entry.language))
            i += size
        return found

    def _candidates(self, page: Page, i: int) -> list[tuple[int, Entry]]:
        """At most one entry for each number of words, longest first; of equals, the one in the language of the text."""
        run = page.runs[i]
        candidates: dict[int, Entry] = {}
        if page.language != "en":
            for size, entries in self._vi.at(page.folded, i, run):
                if not (page.lax and cuts_a_name(page, i, size)) and (pick := self._vietnamese(page, i, size, entries)):
                    candidates[size] = pick
        if page.language != "vi":
            for size, entries in self._en.at(page.stems, i, run):
                if (size not in candidates or not page.vietnamese) and (pick := self._english(page, i, size, entries)):
                    candidates[size] = pick
        return sorted(candidates.items(), reverse=True) if len(candidates) > 1 else list(candidates.items())

    def _vietnamese(self, page: Page, i: int, size: int, entries: list[Entry]) -> Entry | None:
        window = page.words[i : i + size]
        key = tuple([word.accented for word in window])
        fits = [entry for entry in entries if fits_marks(entry, key, window, page.lax) and same_commas(entry, page.commas, i)]
        if len(fits) > 1:
            fits = [entry for entry in fits if entry.key == key] or fits
        if not fits or len({entry.concept for entry in fits}) > 1 or (size == 1 and self._is_name(page, i, fits[0])):
            return None
        return fits[0]

    def _english(self, page: Page, i: int, size: int, entries: list[Entry]) -> Entry | None:
        last = page.words[i + size - 1].raw
        for entry in entries:
            if entry.capitals and last != entry.term:
                continue
            if entry.exact and last.lower() not in (entry.key[-1], entry.key[-1] + "s"):
                continue
            if entry.syllable and page.vietnamese and page.language is None:
                continue
            if same_commas(entry, page.commas, i) and not (size == 1 and self._is_name(page, i, entry)):
                return entry
        return None

    def _is_name(self, page: Page, i: int, entry: Entry) -> bool:
        """Whether one word belongs to a name: "Ngô" in "Ngô Thị", "Bản" in "xã Bản Sen", "Dong" in "Hai Dong"."""
        words = page.words
        if not words[i].raw.istitle():
            return False
        before = i > 0 and page.runs[i - 1] > 1
        after_title = before and words[i - 1].raw.istitle()
        before_title = page.runs[i] > 1 and words[i + 1].raw.istitle()
        kind = self._kind_of(entry)
        if kind == "unit":
            return after_title or before_title
        if entry.language == "en":
            return False
        if kind in ("administration", "status", "document"):
            return (before_title or kind == "status") and before and (after_title or words[i - 1].accented in self._units)
        return before_title


def read_lines(lines: Iterator[str]) -> tuple[dict[str, Concept], dict[str, str]]:
    """Concepts by id, and the marks of those terms that bear one. Raises ValueError naming a malformed line."""
    if tuple(next(lines).rstrip("\n").split("\t")) != COLUMNS:
        raise ValueError("glossary line 1: the header must be " + " ".join(COLUMNS))
    concepts: dict[str, Concept] = {}
    marks: dict[str, str] = {}
    for number, line in enumerate(lines, start=2):
        cells = line.rstrip("\n").split("\t")
        if len(cells) != len(COLUMNS) or cells[1] not in KINDS or cells[0] in concepts:
            raise ValueError(f"glossary line {number}: five cells, a known kind and a new id are needed: {line!r}")
        marks |= {term[:-1]: term[-1] for term in _split(cells[2]) if term[-1] in "*^"}
        marks |= {term[:-1]: term[-1] for term in _split(cells[3]) if term[-1] == "="}
        vi = tuple(term.rstrip("*^") for term in _split(cells[2]))
        en = tuple(term.rstrip("=") for term in _split(cells[3]))
        concepts[cells[0]] = Concept(cells[0], cells[1], vi, en, cells[4])  # type: ignore[arg-type]
    return concepts, marks


def _split(cell: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in cell.split(";") if term.strip())


@once
def _load() -> Glossary:
    folder = files("index.lexicon")
    compounds = folder.joinpath("compounds.txt").read_text(encoding="utf-8").split("\n")
    with folder.joinpath("glossary.tsv").open(encoding="utf-8") as lines:
        return Glossary(*read_lines(iter(lines)), [term for term in compounds if term])
