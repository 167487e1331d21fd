"""The figures of a library: worked out report by report when first asked for, kept in the catalog, chosen by what they measure."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from index.catalog import Catalog
from index.figures.extract import LEDGER, figures_of
from index.figures.record import Figure, Kept, Kind, dump
from index.language import fold_key, same_place, stem
from index.language.tokens import STOPWORDS
from index.lexicon.glossary import Glossary
from index.records import Period, Place, ReportInfo

MOST_FIGURES = 300_000  # kept in memory
_NAMING = ("indicator", "crop", "facility")
_SHARE_WORDS = frozenset(("ty", "le", "ti", "so", "tong", "muc", "rate", "share", "number", "total", "percentage", "proportion"))


def version_of(info: ReportInfo) -> str:
    """Changes with whatever a report's figures are worked out from: its file, its details, the way they are read."""
    told = f"{LEDGER}|{info.content_hash}|{info.title}|{info.period}|{info.place}|{info.language}"
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def work_out(catalog: Catalog, info: ReportInfo) -> str:
    """The report's figures, read from its text, as they are kept. Raises ReportNotFound."""
    report = catalog.report(info.id)
    return dump(figures_of(report, list(catalog.report_passages(info.id).values())))


class Shelf:
    """The figures of the reports asked for last, by report and version: at most so many figures in all."""

    def __init__(self, most: int = MOST_FIGURES) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, report_id: str, version: str) -> Kept | None:
        with self._lock:
            kept = self._kept.get((report_id, version))
            if kept is not None:
                self._kept.move_to_end((report_id, version))
            return kept

    def put(self, report_id: str, version: str, text: str) -> Kept:
        kept = Kept(report_id, text)
        with self._lock:
            self._kept[report_id, version] = kept
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._most:
                self._kept.popitem(last=False)
        return kept


def chosen(
    kept: Kept,
    *,
    indicator: str = "",
    place: Place | None = None,
    period: Period | None = None,
    kind: Kind | None = None,
) -> list[Figure]:
    """Those that measure `indicator` (a glossary concept or words in either language), of the place, period and kind.

    A period matches where it is the figure's own, or a year that the figure's part of a year lies in.
    """
    fits = _Fits(indicator)
    return [
        figure
        for figure in kept.of(fits.wanted)
        if (not indicator or fits(figure))
        and (place is None or (figure.place is not None and same_place(figure.place, place)))
        and (period is None or (figure.period is not None and (figure.period == period or _inside(figure.period, period))))
        and (kind is None or figure.kind == kind)
    ]


def _inside(own: Period, asked: Period) -> bool:
    return asked.is_whole_year and asked.contains(own)


class _Fits:
    """Whether a figure measures what a text names: all its indicators, and those of its words that no concept covers."""

    def __init__(self, text: str) -> None:
        glossary = Glossary.load()
        if text in glossary.concepts:
            self.wanted, self.also, self.words = {text}, set[str](), set[str]()
            return
        mentions = glossary.find(text)
        self.wanted = {m.concept for m in mentions if glossary.kind(m.concept) in _NAMING}
        self.also = {m.concept for m in mentions if glossary.kind(m.concept) == "subject"} if not self.wanted else set()
        covered = {i for m in mentions for i in range(m.start, m.end)}
        loose = "".join(" " if i in covered else c for i, c in enumerate(text))
        self.words = _words(loose) if not self.wanted else set()

    def __call__(self, figure: Figure) -> bool:
        if self.wanted:
            return figure.indicator in self.wanted and self.wanted <= {figure.indicator, *figure.concepts}
        if not self.also and not self.words:
            return False
        return self.also <= set(figure.concepts) and self.words <= _words(figure.raw_indicator)


def _words(text: str) -> set[str]:
    keys = {stem(word) for word in fold_key(text).split()}
    return {k for k in keys if len(k) > 1 and k not in _SHARE_WORDS and k not in STOPWORDS["en"]}
