"""The small transformer of this package: the embedding model "transformer"."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.embed import Embedder, load_embedder
from index.library import Library
from index.onnx_embed import TRANSFORMER_PATH, TransformerEmbedder
from index.settings import Settings

TEXTS = [
    "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%.",
    "85.1 per cent of households use clean water.",
    "Sản lượng lúa cả năm giảm do thiên tai.",
    "The school year began with new classrooms.",
    "ty le ho dan su dung nuoc sach",
    "xa\u0303 Ha\u0309i Đông",
    "emoji 🙂 日本語 ß",
    "nước " * 3000,
]


@pytest.fixture(scope="module")
def model() -> Embedder:
    embedder = load_embedder("transformer")
    assert embedder is not None
    return embedder


def test_vectors_have_length_one_and_do_not_depend_on_company(model: Embedder) -> None:
    together = model.embed_passages(TEXTS)
    assert together.shape == (len(TEXTS), 384) == (len(TEXTS), model.dimension)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.stack([model.embed_query(text) for text in TEXTS])
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_translations_are_nearer_than_other_sentences(model: Embedder) -> None:
    vi, en, rice, school, folded = model.embed_passages(TEXTS[:5])
    assert vi @ en > max(vi @ rice, vi @ school, en @ rice) + 0.2
    assert folded @ vi > folded @ rice + 0.1


def test_composed_and_decomposed_letters_are_one_text(model: Embedder) -> None:
    composed, decomposed = model.embed_passages(["xã Hải Đông", TEXTS[5]])
    np.testing.assert_allclose(composed, decomposed, atol=1e-5)


def test_text_without_words_is_no_error(model: Embedder) -> None:
    assert np.isfinite(model.embed_passages(["", "   ", "?!"])).all()
    assert model.embed_passages([]).shape == (0, 384)


def test_threads_share_one_model(model: Embedder) -> None:
    expected = [model.embed_query(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            for row, wanted in zip(pool.map(model.embed_query, TEXTS), expected, strict=True):
                np.testing.assert_allclose(row, wanted, atol=1e-5)


def test_the_name_tells_versions_apart(model: Embedder) -> None:
    assert model.name.startswith("transformer@")
    assert load_embedder("transformer") is model


def test_it_needs_no_torch() -> None:
    code = (
        "import sys; from index.embed import load_embedder; load_embedder('transformer').embed_query('nước sạch');"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_library_can_be_built_with_it_and_asked_in_the_other_language(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Năm 2023, 85,1% hộ dân trong xã được dùng nước sạch.", "utf-8")
    (tmp_path / "b.txt").write_text("Sản lượng lúa cả năm giảm do thiên tai.", "utf-8")
    with Library.open(tmp_path / "library", Settings(embedding_model="transformer")) as library:
        library.add([tmp_path / "a.txt", tmp_path / "b.txt"])
        best = library.search("Do families have safe water to drink?", 2)
    assert "nước sạch" in best[0].passage.text
    assert best[0].arms["vectors"] == max(scored.arms["vectors"] for scored in best)
    assert "transformer@" in json.loads((tmp_path / "library" / "manifest.json").read_text("utf-8"))["embedder"]


def test_the_files_stay_under_their_budget() -> None:
    assert sum(file.stat().st_size for file in TRANSFORMER_PATH.iterdir()) <= 30e6
    assert TransformerEmbedder.load().dimension == 384
