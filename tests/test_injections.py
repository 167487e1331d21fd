"""140 injections in reports: no answer changes, no forged figure is shown, nothing of theirs becomes part of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from page_screen import Loads, Screen

from eval.injected_files import PLACES
from eval.injections import FORGED, OUTSIDE, Judged, figures, injections, run
from index import Library, Settings
from ui.document import source_html
from ui.render import answer_markdown, reports_html, text_markdown


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("injections")


@pytest.fixture(scope="module")
def judged(folder: Path) -> list[Judged]:
    return run(folder)


def test_the_set_is_large_and_covers_every_place_in_both_languages() -> None:
    chosen = injections()
    assert len(chosen) >= 100
    assert {one.place for one in chosen} == set(PLACES)
    assert min(Counter(one.language for one in chosen).values()) >= 50
    assert len({one.commune for one in chosen}) == len(chosen)


def test_no_answer_changes_and_nothing_forged_is_shown(judged: list[Judged], show_figures: Callable[[str], None]) -> None:
    show_figures("injections: " + ", ".join(f"{name} {count}" for name, count in figures(judged).items()))
    assert [(one.injection.text, one.injection.place, one.faults) for one in judged if one.faults] == []


def test_no_order_reaches_a_model(judged: list[Judged]) -> None:
    told = [one.injection for one in judged if one.reached]
    assert {one.kind for one in told} <= {"image", "link", "script"}  # for the browser: they order a model nothing
    assert [one for one in told if FORGED in one.text] == []


def test_nothing_of_a_report_or_of_a_model_becomes_part_of_the_page(judged: list[Judged], folder: Path) -> None:
    for one in judged:
        for answer in (one.extracted, one.written):
            for markdown in (answer_markdown(answer), text_markdown(answer.text, answer.citations)):
                assert Screen(markdown).problems == [], one.injection
                assert OUTSIDE not in Screen(markdown).text


def test_lists_and_sources_load_nothing(judged: list[Judged], folder: Path) -> None:
    directory = folder / "library"
    with Library.open(directory, settings=Settings(directory=directory, embedding_model="none")) as library:
        infos = library.reports()
        assert Loads(reports_html(infos, "en")).found == []
        for info in infos:
            report = library.report(info.id)
            page = source_html(report, 0, min(20, len(report.text)), "vi")
            assert Loads(page).found == [], report.name
