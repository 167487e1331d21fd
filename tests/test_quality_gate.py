"""What the product has to show: the evaluation sets against eval/gate.toml, and the question it was built for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from eval.formats import SharedMissing, load_set
from eval.gate import load_gate, verdicts
from eval.measures import contains_value
from eval.output import result_table
from eval.run import evaluate_set
from index import Library, load_settings

CLEAN_WATER = {
    "en": "What share of households use clean water?",
    "vi": "Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?",
    "vi without diacritics": "ty le ho dan dung nuoc sach",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(load_gate()))
def test_a_set_reaches_its_thresholds(name: str, tmp_path: Path, show_figures: Callable[[str], None]) -> None:
    try:
        load_set(name)
    except SharedMissing as error:
        pytest.skip(str(error))
    result = evaluate_set(name, settings=load_settings(directory=tmp_path))
    judged = verdicts(result, load_gate())
    show_figures(result_table(result) + "\n" + "\n".join(verdict.line() for verdict in judged) + "\n")
    assert judged
    assert [verdict.line() for verdict in judged if not verdict.passed] == []
    assert not [outcome.question.id for outcome in result.outcomes if outcome.error or outcome.unscored]


@pytest.fixture(scope="module", params=["before close reading", "after"])
def seed(shared: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("seed")
    with Library.open(folder, settings=load_settings(directory=folder)) as library:
        assert [result.status for result in library.add([shared / "seed" / "hai-dong-2022.txt"])] == ["added"]
        if request.param == "after":
            library.read_closely()
        yield Assistant(library)


@pytest.mark.data
@pytest.mark.parametrize("spelling", CLEAN_WATER)
def test_clean_water_is_85_1_percent_and_never_100(seed: Assistant, spelling: str, show_figures: Callable[[str], None]) -> None:
    answer = seed.answer(CLEAN_WATER[spelling])
    show_figures(f"clean water, {spelling}: {answer.value.shown if answer.value else answer.text}")
    assert answer.language == spelling[:2]
    assert answer.value is not None
    assert contains_value(answer.value.shown, ["85.1 %"])
    assert answer.value.shown == ("85.1 %" if answer.language == "en" else "85,1%")
    assert "100" not in answer.value.shown
    report = seed.library.report(answer.citations[0].report_id)
    citation = answer.citations[0]
    assert citation.quote == report.text[citation.start : citation.end]
    assert "85,1%" in citation.quote
