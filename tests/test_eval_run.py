"""eval/run.py, output.py, gate.py: a small library and an assistant that says what the test wants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.answers import Answer, Citation, Evidence, Message, Refusal, Value
from eval.formats import Question, Span
from eval.gate import load_gate, verdicts
from eval.output import result_json, result_table, save_result
from eval.run import Outcome, Result, evaluate, figures, passage_ndcg, value_right
from index.records import Passage, Report, ReportInfo, ScoredPassage

TEXT = "Xã có 10 thôn.\n\nTỷ lệ hộ dùng nước sạch đạt 85,1%.\n\nTỷ lệ dân dùng nước hợp vệ sinh đạt 100%."
WATER = TEXT.index("Tỷ lệ hộ"), TEXT.index("85,1%.") + 6
HYGIENIC = TEXT.index("Tỷ lệ dân"), len(TEXT)
VILLAGES = 0, 14

HOW_MUCH = Question("q1", "en", "Share with clean water?", True, ("85.1",), ("nước sạch đạt 85,1%",), "a.txt", "plain")
ELSEWHERE = Question("q2", "en", "Share in another commune?", False, note="other_place")


class OneReport:
    """A library of one report; `search` gives its passages in the order of `ranking`."""

    def __init__(self, *ranking: tuple[int, int]) -> None:
        self._ranking = ranking or (WATER, HYGIENIC, VILLAGES)
        self._report = Report(
            id="r1", title="A", source="/x/a.txt", name="a.txt", format="txt", language="vi", text=TEXT, characters=len(TEXT)
        )

    def reports(self) -> Sequence[ReportInfo]:
        return [self._report]

    def report(self, report_id: str) -> Report:
        assert report_id == "r1"
        return self._report

    def search(self, query: str, k: int = 10) -> Sequence[ScoredPassage]:
        return [ScoredPassage(Passage("r1", s, e, TEXT[s:e], 1), 1.0 / rank) for rank, (s, e) in enumerate(self._ranking, 1)][:k]


class Scripted:
    """Gives the answers of `script` by question, and remembers the histories."""

    def __init__(self, **script: Answer | Exception) -> None:
        self._script = script
        self.histories: list[Sequence[Message]] = []

    def answer(self, question: str, history: Sequence[Message] = ()) -> Answer:
        self.histories.append(history)
        given = self._script[question]
        if isinstance(given, Exception):
            raise given
        return given


def found(span: tuple[int, int] = WATER, shown: str = "85.1 %", quote: str | None = None) -> Answer:
    start, end = span
    text = TEXT[start:end]
    return Answer(
        question="?",
        language="en",
        text=f"**{shown}** of households [1]\n\n> {text}",
        value=Value(text=shown, shown=shown, start=start, end=end, kind="percentage", number=Decimal("85.1")),
        citations=(Citation(1, "r1", "A", "/x/a.txt", 1, start, end, text if quote is None else quote),),
        shown=(Evidence("r1", start, end, text, 1, "", "A", "/x/a.txt", 0.9),),
        fingerprint="f00d",
    )


def refused() -> Answer:
    return Answer(
        question="?", language="en", text="The reports do not say.", refusal=Refusal("not_found", "…"), fingerprint="f00d"
    )


def run(questions: Sequence[Question], library: OneReport | None = None, **script: Answer | Exception) -> Result:
    return evaluate(questions, library or OneReport(), Scripted(**script), name="tiny")


def test_a_right_answer_and_a_right_refusal_score_one() -> None:
    result = run([HOW_MUCH, ELSEWHERE], **{HOW_MUCH.question: found(), ELSEWHERE.question: refused()})
    for measure, figure in result.figures.items():
        if not measure.endswith("seconds"):
            assert figure.value == 1.0, measure
    assert not [outcome.wrong for outcome in result.outcomes if outcome.wrong]
    assert result.fingerprint == "f00d"


def test_other_evidence_is_not_a_hit_and_a_wrong_number_not_exact() -> None:
    result = run([HOW_MUCH], **{HOW_MUCH.question: found(HYGIENIC, "100 %")})
    assert result.figures["Success@1"].value == 0.0
    assert result.figures["citation_precision"].value == 0.0
    assert result.figures["value_exactness"].value == 0.0
    assert result.figures["verbatim"].value == 1.0
    assert result.outcomes[0].wrong == "wrong value"


def test_refusing_what_the_reports_say_counts_against_value_and_precision() -> None:
    result = run([HOW_MUCH, ELSEWHERE], **{HOW_MUCH.question: refused(), ELSEWHERE.question: refused()})
    assert result.figures["value_exactness"].value == 0.0
    assert result.figures["refusal_precision"].value == 0.5
    assert result.figures["refusal_recall"].value == 1.0
    assert result.figures["Success@1"].value == 0.0


def test_a_quote_that_is_not_in_the_text_is_not_verbatim() -> None:
    result = run([HOW_MUCH], **{HOW_MUCH.question: found(quote="Tỷ lệ hộ dùng nước sạch đạt 85.1%.")})
    assert result.figures["verbatim"].value == 0.5  # the quote is not, the evidence shown is
    assert result.figures["verbatim"].n == 2


def test_a_question_that_raises_is_zero_and_counted() -> None:
    result = run([HOW_MUCH, ELSEWHERE], **{HOW_MUCH.question: ValueError("oh"), ELSEWHERE.question: refused()})
    assert result.outcomes[0].error == "ValueError: oh"
    assert result.figures["value_exactness"].value == 0.0
    assert result.figures["nDCG@10"].value == 0.0
    assert result_json(result)["failed"] == 1


def test_a_gold_quote_that_is_nowhere_is_zero_and_unscored() -> None:
    lost = Question("q3", "en", "Lost?", True, ("7",), ("không có trong báo cáo",), "a.txt")
    result = run([lost], **{"Lost?": found()})
    assert result.figures["Success@1"].value == 0.0
    assert result_json(result)["unscored"] == 1


def test_the_gold_report_is_the_named_one() -> None:
    other = Question("q4", "en", "Share?", True, ("85.1",), HOW_MUCH.quotes, "b.txt")
    assert run([other], **{"Share?": found()}).outcomes[0].unscored


def test_history_is_asked_first_and_handed_on() -> None:
    follow_up = Question("q5", "en", "And water?", True, ("85.1",), HOW_MUCH.quotes, history=("How many hamlets?",))
    assistant = Scripted(**{"How many hamlets?": found(VILLAGES, "10"), "And water?": found()})
    evaluate([follow_up], OneReport(), assistant)
    assert [message.role for message in assistant.histories[1]] == ["user", "assistant"]
    assert assistant.histories[1][0].text == "How many hamlets?"


def test_ndcg_takes_the_first_passage_that_says_it() -> None:
    gold = [Span("r1", *WATER)]
    assert passage_ndcg([Span("r1", *WATER), Span("r1", *WATER)], gold) == 1.0
    assert passage_ndcg([Span("r1", *VILLAGES), Span("r1", *WATER)], gold) == pytest.approx(0.6309, abs=1e-4)
    assert passage_ndcg([], gold) == 0.0


def test_a_number_in_the_quote_alone_was_not_given() -> None:
    bare = found()
    plain = Answer(question="?", language="en", text=f"See here: {TEXT[WATER[0] : WATER[1]]} [1]", citations=bare.citations)
    assert not value_right(plain, ["85.1"])
    assert value_right(plain, ["nước sạch"])
    assert value_right(Answer(question="?", language="en", text="It is 85.1 % [1]", citations=bare.citations), ["85,1%"])
    assert not value_right(refused(), ["85.1"])


def test_the_table_names_every_measure_and_the_failures() -> None:
    result = run([HOW_MUCH, ELSEWHERE], **{HOW_MUCH.question: found(HYGIENIC, "100 %"), ELSEWHERE.question: refused()})
    table = result_table(result, failures=True)
    for measure in result.figures:
        assert f"| {measure} |" in table
    assert "- q1 [plain] wrong value" in table
    assert "| other_place | 1 |" in table


def test_a_kept_result_names_its_origin_and_holds_no_words(tmp_path: Path) -> None:
    result = run([HOW_MUCH, ELSEWHERE], **{HOW_MUCH.question: found(HYGIENIC, "100 %"), ELSEWHERE.question: refused()})
    kept = save_result(result, tmp_path)
    assert kept.name == "tiny-f00d.json"
    shape = json.loads(kept.read_text(encoding="utf-8"))
    assert {"commit", "dirty", "versions", "fingerprint", "failed", "unscored", "measures", "by_note"} <= shape.keys()
    assert shape["failures"] == [{"id": "q1", "note": "plain", "wrong": "wrong value"}]
    assert HOW_MUCH.question not in kept.read_text(encoding="utf-8")
    assert result_json(result)["failures"][0]["value"] == "100 %"


def test_the_gate_passes_at_the_threshold_and_fails_below() -> None:
    result = run([HOW_MUCH, ELSEWHERE], **{HOW_MUCH.question: found(), ELSEWHERE.question: ValueError("oh")})
    passed, failed = verdicts(result, {"tiny": {"value_exactness": 1.0, "refusal_recall": 0.9}})
    assert passed.passed
    assert not failed.passed
    assert failed.line().startswith("FAIL  tiny  refusal_recall 0.000")
    assert verdicts(result, {"other": {"value_exactness": 1.0}}) == []


def test_the_gate_fails_what_was_not_counted_and_knows_its_measures() -> None:
    nothing_refused = run([HOW_MUCH], **{HOW_MUCH.question: found()})
    assert not verdicts(nothing_refused, {"tiny": {"refusal_precision": 0.9}})[0].passed
    with pytest.raises(KeyError):
        verdicts(nothing_refused, {"tiny": {"value_exactnes": 0.9}})
    known = set(figures([Outcome(HOW_MUCH, None, 0.0)], rounds=0))
    for thresholds in load_gate().values():
        assert set(thresholds) <= known
