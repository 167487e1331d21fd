"""A question read side by side with the sentences of values: the network that is learned is the one that answers, and it reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from report_fakes import Row, all_units, make_report

from assistant import value_reader
from assistant.judge import Judged
from assistant.softmax import softmax
from assistant.value_reader import Spot, Weights, chances, load, placed, read, scores, spot
from eval.masked_figures import Masked
from eval.train_value_reader import Network, fit, laid_out, save, task_of_masked
from index.figures.units import stretch_units
from index.figures.values import number_candidates
from index.onnx_embed import TransformerEmbedder
from index.side_by_side import SideBySide

MARGIN = "Biên độ lãi suất là: 1,3%/năm cho 05 năm đầu và là 1,5%/năm cho năm thứ 6 và năm thứ 7."
COSTS = "Doanh thu đạt 73 tỷ đồng; chi phí bán hàng giảm 48%, chi phí quản lý giảm 23%."


@pytest.fixture(scope="module")
def both() -> SideBySide:
    return SideBySide(TransformerEmbedder.load())


def judged(*texts: str) -> list[Judged]:
    found = [unit for n, text in enumerate(texts) for unit in all_units(make_report(text, id=f"r{n}"))]
    return [Judged(unit, c, 1.0, 1.0, 1.0, 1.0, 1.0) for unit in found for c in number_candidates(unit)]


def masked(question: str, texts: tuple[str, ...], right: int | None) -> Masked:
    found = judged(*texts)
    own, places = placed(found)
    assert own == list(texts)
    return Masked(question, texts, tuple(places), right)


def test_the_network_that_answers_is_the_one_that_was_learned(
    both: SideBySide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [masked("selling costs fell by", (COSTS, MARGIN), 1), masked("lãi suất năm thứ 6", (MARGIN,), None)]
    tasks = [task_of_masked(both, one) for one in told]
    torch.manual_seed(3)
    network = Network(tasks[0].question.states.shape[1], np.full(384, 0.01, np.float32), np.full(384, -0.01, np.float32)).eval()
    save(network, tmp_path / value_reader.WEIGHTS, {"what": "made"})
    monkeypatch.setattr(value_reader, "files", lambda package: tmp_path)
    learned = value_reader.load.__wrapped__()  # type: ignore[attr-defined]
    with torch.no_grad():
        for part in network.parameters():
            part.copy_(torch.from_numpy(np.asarray(part.numpy().astype(np.float16), np.float32)))
        network.mean_question, network.mean_text = learned.told["mean.question"], learned.told["mean.text"]
        wanted = network(laid_out(tasks, network)).numpy()
    read_again = [both.read(one.question, one.texts) for one in told]
    found = np.concatenate([scores(given, task.spots, learned) for given, task in zip(read_again, tasks, strict=True)])
    assert found.shape == wanted.shape == (sum(len(task.spots) for task in tasks),)
    assert np.ptp(wanted) > 0.01
    assert np.abs(found - wanted).max() < 1e-3


def test_values_of_one_sentence_share_its_text() -> None:
    found = judged(COSTS)
    texts, places = placed(found)
    assert texts == [COSTS]
    assert [COSTS[start:end] for _, start, end, _ in places] == ["73 tỷ đồng", "48%", "23%"]
    assert {at for at, *_ in places} == {0}


def test_a_cell_is_read_as_a_sentence_of_its_row_and_column() -> None:
    report = make_report(Row(("Phí, lệ phí", "210,0", "163,4 triệu đồng"), ("Nội dung thu", "Dự toán", "Thực hiện / Năm 2020")))
    block = report.blocks[0]
    (row,) = stretch_units(report, block.start, block.end, "1. Về thu › Bảng 1. Thu ngân sách (đơn vị: triệu đồng) › Dự toán")
    texts, places = placed([Judged(row, c, 1.0, 1.0, 1.0, 1.0, 1.0) for c in number_candidates(row)])
    assert texts == [
        "Phí, lệ phí, Dự toán: 210,0 triệu đồng (Bảng 1. Thu ngân sách (đơn vị: triệu đồng))",
        "Phí, lệ phí, Thực hiện, Năm 2020: 163,4 triệu đồng (Bảng 1. Thu ngân sách (đơn vị: triệu đồng))",
    ]
    assert [texts[at][start:end] for at, start, end, _ in places] == ["210,0", "163,4 triệu đồng"]


def test_a_value_is_the_words_it_touches(both: SideBySide) -> None:
    words = both.read("chi phí", [COSTS]).texts
    _, places = placed(judged(COSTS))
    first = spot(places[0], words)
    assert [words[0].spelled[n] for n in range(first.first, first.last)] == ["73", "ty", "dong"]
    assert spot((-1, 4, 8, "count"), words) == Spot(-1, -1, -1, "count")
    assert spot((0, 5_000, 5_004, "count"), words) == Spot(0, -1, -1, "count")  # beyond what is read


def test_what_is_read_is_added_to_what_was_known() -> None:
    known = np.array([1.0, -np.inf, 0.5, 0.0])
    found = chances(known, [0, 2], np.array([-1.0, 2.0]), Weights({}, 2.0, 0.5))
    assert found.tolist() == pytest.approx(softmax(np.array([1.0, -np.inf, 3.0, 0.5]))[:-1].tolist())
    assert known.tolist() == [1.0, -np.inf, 0.5, 0.0]


def test_nothing_is_read_where_a_library_is_not_read_closely() -> None:
    class Asked:
        text = "chi phí bán hàng giảm bao nhiêu?"

    assert read(lambda question, texts: None, Asked(), judged(COSTS)) is None  # type: ignore[arg-type]


def test_it_learns_to_find_the_figure_and_the_same_data_give_the_same(both: SideBySide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.train_value_reader.MASKED_ROUNDS", 40)
    monkeypatch.setattr("eval.train_value_reader.ROUNDS", 10)
    monkeypatch.setattr("eval.train_value_reader.WARM", 5)
    told = [
        masked("selling costs fell by how much", (COSTS,), 1),
        masked("management costs fell by how much", (COSTS,), 2),
        masked("what revenue", (COSTS,), 0),
        masked("trường học mấy", (COSTS,), None),
    ]
    tasks = [task_of_masked(both, one) for one in told]
    network = fit(tasks, tasks)
    with torch.no_grad():
        found = network(laid_out(tasks, network)).numpy().reshape(4, 3)
    assert found[:3].argmax(axis=1).tolist() == [1, 2, 0]
    again = fit(tasks, tasks)
    assert all(torch.equal(one, two) for one, two in zip(network.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("chi phi ban hang giam may phan tram", COSTS, "48%"),
        ("By what percentage did management costs fall?", COSTS, "23%"),
        ("Hai năm cuối lãi suất cộng thêm bao nhiêu phần trăm?", MARGIN, "1,5%"),
    ],
)
def test_the_words_beside_a_value_tell_which_of_two_is_asked_for(both: SideBySide, question: str, text: str, value: str) -> None:
    found = [one for one in judged(text) if one.candidate is not None and one.candidate.kind == "percentage"]
    texts, places = placed(found)
    given = both.read(question, texts)
    told = scores(given, [spot(place, given.texts) for place in places], load())
    best = found[int(told.argmax())].candidate
    assert best is not None
    assert best.text.startswith(value)
