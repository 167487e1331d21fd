"""Sentences are scored as answers: what the question asks for, in the sentence that says it, in the library's own offsets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from eval import sentences as eval_sentences
from eval import train_sentences
from eval.retrieval import library_of
from index import Library, Settings, sentence_features, sentence_ranker
from index.sentence_features import CLOSE_NAMES, NAMES, names
from index.sentence_ranker import CLOSE_WEIGHTS, RANKED, WEIGHTS, in_order, weights

LIGHTHOUSE = (
    "HẢI ĐĂNG\n\nHải đăng Mũi Sò đứng trên một mỏm đá ở phía đông vịnh. Kiến trúc sư Lê Văn Thuận đã vẽ hải đăng này. "
    "Nó được khánh thành năm 1911 và cao 27 mét. ***  \nNgư dân quanh vịnh vẫn gọi nó là con mắt của biển."
)
OTHER = (
    "CHỢ CÁ\n\nChợ cá họp từ ba giờ sáng. Ngư dân bán tôm, mực và cua. Kiến trúc sư không có ở đó. Năm 1950 chợ dời về phía nam."
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("sentences")
    (folder / "den.txt").write_text(LIGHTHOUSE, "utf-8")
    (folder / "cho.txt").write_text(OTHER, "utf-8")
    with Library.open(folder / "library", settings=Settings()) as library:
        library.add([folder / "den.txt", folder / "cho.txt"])
        yield library


def best(library: Library, question: str) -> str:
    found = eval_sentences.best_sentence(library.search(question, 5, sentences=True))
    assert found is not None
    return library.report(found[0].passage.report_id).text[found[1].start : found[1].end]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Ai đã vẽ hải đăng Mũi Sò?", "Lê Văn Thuận"),
        ("hai dang Mui So khanh thanh nam nao", "1911"),
        ("Hải đăng Mũi Sò khánh thành năm nào?", "1911"),
        ("Which architect drew the lighthouse?", "Lê Văn Thuận"),
        ("Ngư dân gọi hải đăng là gì?", "con mắt của biển"),
    ],
)
def test_the_sentence_that_answers_comes_first(held: Library, question: str, said: str) -> None:
    assert said in best(held, question)


def test_sentences_stand_where_they_say_and_have_words(held: Library) -> None:
    passages = held.search("hải đăng Mũi Sò", 5, sentences=True)
    for scored in passages:
        text = held.report(scored.passage.report_id).text
        assert scored.sentences
        for sentence in scored.sentences:
            assert scored.passage.start <= sentence.start < sentence.end <= scored.passage.end
            assert any(letter.isalnum() for letter in text[sentence.start : sentence.end])
            assert len(sentence.signals) == len(NAMES)
            assert sentence.score == pytest.approx(float(weights(False) @ sentence.signals))


def test_they_are_scored_on_demand_only_and_change_no_order(held: Library) -> None:
    plain, scored = held.search("ngư dân", 5), held.search("ngư dân", 5, sentences=True)
    assert [p.passage.id for p in plain] == [p.passage.id for p in scored]
    assert not any(p.sentences for p in plain)
    assert len(scored) <= RANKED


@pytest.mark.parametrize("question", ["???", "là gì", "và", "a", "12"])
def test_questions_with_nothing_to_go_by_are_no_failure(held: Library, question: str) -> None:
    for scored in held.search(question, 5, sentences=True):
        assert all(sentence.score == sentence.score for sentence in scored.sentences)


def test_a_library_without_vectors_scores_sentences_too(tmp_path: Path) -> None:
    (tmp_path / "den.txt").write_text(LIGHTHOUSE, "utf-8")
    with Library.open(tmp_path / "library", settings=Settings(embedding_model="none")) as library:
        library.add([tmp_path / "den.txt"])
        assert "Lê Văn Thuận" in best(library, "Ai đã vẽ hải đăng?")


@pytest.mark.parametrize(("file", "close"), [(WEIGHTS, False), (CLOSE_WEIGHTS, True)])
def test_weights_are_those_of_the_features(file: str, close: bool) -> None:
    named = json.loads((train_sentences.FOLDER / file).read_text("utf-8"))["weights"]
    assert dict(zip(names(close), weights(close).tolist(), strict=True)) == named
    for other in ({**named, "another": 1.0}, {name: w for name, w in named.items() if name != NAMES[0]}):
        with pytest.raises(ValueError, match="train_sentences"):
            in_order(other, names(close))
    with pytest.raises(ValueError, match="close"):
        in_order(named, names(not close))


def test_cosines_of_sentences_read_closely_are_set_beside_the_others() -> None:
    """Two passages, of three sentences and of one; the mean is 0.8."""
    cosines, passage = np.array([0.8, 0.9, 0.7, 0.8]), np.array([0, 0, 0, 1])
    found = sentence_features._by_reading(cosines, passage)
    assert tuple(found) == CLOSE_NAMES
    expected = {
        "close": [0.8, 0.9, 0.7, 0.8],
        "close_lead": [-0.1, 0.0, -0.2, -0.1],
        "close_above": [0.0, 0.1, -0.1, 0.0],
        "close_here": [-0.1, 0.0, -0.2, 0.0],
        "close_before": [0.0, 0.0, 0.1, 0.0],
        "close_after": [0.1, -0.1, 0.0, 0.0],
    }
    for name, wanted in expected.items():
        assert found[name] == pytest.approx(wanted), name


def test_cosines_count_only_where_every_passage_was_read() -> None:
    numbers = [[0, 2], [0]]  # of the first passage's sentences the second has no word
    read = [np.array([0.8, 0.1, 0.7]), np.array([0.6, 0.5])]
    found = sentence_ranker._close(numbers, [*read, None])
    assert found is not None
    assert found.tolist() == [0.8, 0.7, 0.6]
    assert sentence_ranker._close(numbers, [read[0], None]) is None
    assert sentence_ranker._close(numbers, []) is None


def test_learning_finds_the_signal_that_tells() -> None:
    seen = np.random.default_rng(0).normal(size=(60, 5, len(NAMES))).astype(np.float32)
    examples = []
    for i, signals in enumerate(seen):
        right = np.zeros(5, np.bool_)
        right[int(np.argmax(signals[:, 3]))] = True
        examples.append(train_sentences.Example("vi→vi", str(i), signals, right))
    found = train_sentences.fit(examples)
    assert int(np.argmax(found)) == 3
    assert np.array_equal(found, train_sentences.fit(examples))
    assert train_sentences.cross_validated(examples)["vi→vi"] > 0.4  # 0.2 by chance


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "close", "least"),
    [(0, False, 0.73), (1, False, 0.64), (0, True, 0.74), (1, True, 0.67)],
    ids=["vi-vi", "en-vi", "vi-vi, read closely", "en-vi, read closely"],
)
def test_gold_sentences_of_xquad_r_come_first(shared: Path, number: int, close: bool, least: float) -> None:
    """Every tenth question of XQuAD-R (Roy et al., 2020): n = 119, so the floors lie two standard errors below what is measured."""
    try:
        task = eval_sentences.load_tasks(shared)[number]
    except FileNotFoundError as error:
        pytest.skip(str(error))
    with library_of(task.contexts, close=close) as library:
        found = eval_sentences.measure(library, task, every=10)
    assert found.n == 119
    assert found.success >= least
