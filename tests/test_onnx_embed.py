"""The small transformer of this package, which reads passages closely."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.language.sentences import sentences
from index.library import Library
from index.onnx_embed import LONGEST, TRANSFORMER_PATH, Reading, TransformerEmbedder
from index.settings import Settings

TEXTS = [
    "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%.",
    "85.1 per cent of households use clean water.",
    "Sản lượng lúa cả năm giảm do thiên tai.",
    "The school year began with new classrooms.",
    "ty le ho dan su dung nuoc sach dat 85,1%.",
    "xa\u0303 Ha\u0309i Đông",
    "emoji 🙂 日本語 ß ﬁ ½",
    "nước " * 3000,
]
PASSAGE = (
    "Năm 2023, 85,1% hộ dân trong xã được dùng nước sạch. Sản lượng lúa cả năm giảm do bão và ngập lụt. "
    "Ba trường học có thêm phòng học mới. Trạm y tế đã tiêm vắc xin cho toàn bộ trẻ em dưới một tuổi."
)
QUESTIONS = [
    ("Có bao nhiêu hộ gia đình dùng nước sạch?", "How many homes have clean water?"),
    ("Vì sao mùa màng thất bát?", "Why was the harvest poor?"),
    ("Nơi nào được xây thêm lớp cho học sinh?", "Where were classrooms built?"),
    ("Trẻ sơ sinh có được chủng ngừa không?", "Were infants vaccinated?"),
]


@pytest.fixture(scope="module")
def model() -> TransformerEmbedder:
    return TransformerEmbedder.load()


def bounds(text: str) -> np.ndarray:
    return np.array(sentences(text), np.int64).reshape(-1, 2)


def read(model: TransformerEmbedder, *texts: str, heading: str = "") -> list[Reading]:
    return model.read([(heading, text, bounds(text)) for text in texts])


def vectors(model: TransformerEmbedder, *texts: str) -> np.ndarray:
    return np.stack([reading.vector for reading in read(model, *texts)])


def test_readings_have_length_one_and_do_not_depend_on_company(model: TransformerEmbedder) -> None:
    together = read(model, *TEXTS)
    for text, reading in zip(TEXTS, together, strict=True):
        [alone] = read(model, text)
        assert reading.vector.shape == (model.dimension,)
        assert reading.sentences.shape == (len(bounds(text)), model.dimension)
        for found, wanted in zip(reading, alone, strict=True):
            assert found.dtype == np.float32
            np.testing.assert_allclose(np.linalg.norm(np.atleast_2d(found), axis=1), 1, atol=1e-5)
            np.testing.assert_allclose(found, wanted, atol=1e-6)
    query = model.embed_query(TEXTS[0])
    assert (query.shape, query.dtype) == ((model.dimension,), np.float32)
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)


def test_translations_are_nearer_than_other_sentences(model: TransformerEmbedder) -> None:
    vi, en, rice, school, _ = vectors(model, *TEXTS[:5])
    asked = model.embed_query("What share of families have clean water?")
    assert vi @ en > max(vi @ rice, vi @ school, en @ rice) + 0.04
    assert asked @ vi > max(asked @ rice, asked @ school) + 0.04


def test_a_text_without_diacritics_is_near_the_same_with_them(model: TransformerEmbedder) -> None:
    vi, _, rice, school, folded = vectors(model, *TEXTS[:5])
    assert folded @ vi > max(folded @ rice, folded @ school) + 0.02


def test_composed_and_decomposed_letters_are_one_text(model: TransformerEmbedder) -> None:
    np.testing.assert_allclose(model.embed_query("xã Hải Đông"), model.embed_query(TEXTS[5]), atol=1e-5)
    [one] = read(model, "Số hộ nghèo.", heading="xã Hải Đông")
    [other] = read(model, "Số hộ nghèo.", heading=TEXTS[5])
    np.testing.assert_allclose(one.vector, other.vector, atol=1e-5)


def test_text_without_words_is_no_error(model: TransformerEmbedder) -> None:
    assert np.isfinite(vectors(model, "", "   ", "?!", "\n\t\n")).all()
    assert np.isfinite([model.embed_query(text) for text in ("", "   ", "?!")]).all()
    assert model.read([]) == []
    [reading] = model.read([("", "nước sạch", np.zeros((0, 2), np.int64))])
    assert reading.sentences.shape == (0, model.dimension)


def test_a_long_text_is_cut_and_its_last_sentences_are_zeros(model: TransformerEmbedder) -> None:
    sentence = "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%."
    text = " ".join([sentence] * 60)
    [reading] = read(model, text)
    lengths = np.linalg.norm(reading.sentences, axis=1)
    whole = int((lengths > 0.5).sum())
    assert LONGEST / 40 < whole < LONGEST / 8
    np.testing.assert_allclose(lengths, [1.0] * whole + [0.0] * (60 - whole), atol=1e-5)
    [longer] = read(model, text + " Sản lượng lúa cả năm giảm." * 40)
    np.testing.assert_allclose(longer.vector, reading.vector, atol=1e-6)  # what lies behind is not read
    np.testing.assert_allclose(model.embed_query(TEXTS[7]), model.embed_query(TEXTS[7] + "lúa " * 100), atol=1e-6)


def test_sentences_are_told_apart_and_the_right_one_answers(model: TransformerEmbedder) -> None:
    [reading] = read(model, PASSAGE, heading="Kết quả năm 2023")
    assert len(reading.sentences) == len(QUESTIONS)
    among = reading.sentences @ reading.sentences.T
    assert (among - np.eye(len(among))).max() < 0.98
    for number, questions in enumerate(QUESTIONS):
        for question in questions:
            assert int(np.argmax(reading.sentences @ model.embed_query(question))) == number, question


def test_a_sentence_is_read_in_the_company_of_its_passage(model: TransformerEmbedder) -> None:
    said = "Con số này cao hơn năm trước."
    one, other = read(model, f"Xã có 250 hộ nghèo. {said}", f"Nông dân thu hoạch 900 tấn lúa. {said}")
    asked = model.embed_query("Số hộ nghèo có tăng không?")
    assert one.sentences[1] @ asked > other.sentences[1] @ asked


def test_threads_share_one_model(model: TransformerEmbedder) -> None:
    texts = TEXTS[:7]
    expected = [model.embed_query(text) for text in texts]
    readings = read(model, *texts)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            for row, wanted in zip(pool.map(model.embed_query, texts), expected, strict=True):
                np.testing.assert_allclose(row, wanted, atol=1e-5)
        for again in pool.map(lambda _: read(model, *texts), range(3)):
            for found, wanted in zip(again, readings, strict=True):
                np.testing.assert_allclose(found.vector, wanted.vector, atol=1e-5)
                np.testing.assert_allclose(found.sentences, wanted.sentences, atol=1e-5)
    given = [("", text, bounds(text)) for text in texts]
    for threads in (1, 3):
        for found, wanted in zip(model.read(given, threads), readings, strict=True):
            np.testing.assert_allclose(found.vector, wanted.vector, atol=1e-6)


def test_the_name_tells_versions_apart(model: TransformerEmbedder) -> None:
    assert model.name.startswith("transformer@")
    assert TransformerEmbedder.load() is model


def test_it_needs_no_torch() -> None:
    code = (
        "import sys; import numpy as np; from index.onnx_embed import TransformerEmbedder; model = TransformerEmbedder.load();"
        "model.embed_query('nước sạch'); model.read([('', 'nước sạch', np.array([[0, 9]]))] * 2);"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'onnx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_library_read_closely_is_asked_in_the_other_language(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Năm 2023, 85,1% hộ dân trong xã được dùng nước sạch.", "utf-8")
    (tmp_path / "b.txt").write_text("Sản lượng lúa cả năm giảm do thiên tai.", "utf-8")
    with Library.open(tmp_path / "library", Settings()) as library:
        library.add([tmp_path / "a.txt", tmp_path / "b.txt"])
        assert library.closeness() == (0, 2)
        assert library.read_closely()
        assert library.closeness() == (2, 2)
        best = library.search("Do families have safe water to drink?", 2, sentences=True)
    assert "nước sạch" in best[0].passage.text
    assert best[0].arms["vectors"] == max(scored.arms["vectors"] for scored in best) > 0.5
    assert best[0].sentences


def test_the_files_stay_under_their_budget(model: TransformerEmbedder) -> None:
    assert sum(file.stat().st_size for file in TRANSFORMER_PATH.iterdir()) <= 33e6
    assert model.dimension == 384
