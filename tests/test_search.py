"""Searching small libraries held in memory: words by tantivy, vectors by numpy, the catalog by a dictionary."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.catalog import Signals, titled
from index.embed import Embedder, load_embedder
from index.forward import forward_of
from index.language.normalise import fold
from index.lexicon.glossary import Glossary
from index.lexicon.lexicon import Lexicon
from index.query import LONGEST_QUERY, plan
from index.records import Language, Passage, ScoredPassage
from index.scoring import WordScorer
from index.search import FIELDS, embedding_text, explain, passage_fields, search
from index.words import WordIndex

TITLE = "Báo cáo xã Hải Đông năm 2022"
REPORT = [
    "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%, tăng 2,3% so với năm trước.",
    "Tỷ lệ người dân tham gia bảo hiểm y tế đạt 93,4% dân số.",
    "Toàn xã có 56 hộ nghèo, chiếm 1,2%; 102 hộ cận nghèo.",
    "Tổng thu ngân sách nhà nước trên địa bàn là 12.345 triệu đồng.",
    "Trường tiểu học có 620 học sinh, 100% hoàn thành chương trình lớp học.",
    "Ông Nguyễn Văn Hòa giữ chức Chủ tịch Ủy ban nhân dân xã Hải Đông.",
    "Diện tích lúa mùa 420 ha, năng suất 58 tạ/ha.",
    "Thu gom rác thải sinh hoạt đạt 95% ở các thôn.",
]
ENGLISH = [
    "The share of households with clean water reached 85.1 percent.",
    "Health insurance covers 93.4 percent of the population.",
    "The commune has 56 poor households, 1.2 percent of all.",
    "The primary school has 620 students.",
    "Rice was grown on 420 hectares.",
]


class Vectors:
    def __init__(self, rows: np.ndarray, reports: Sequence[str]) -> None:
        self.rows, self.reports = rows, reports

    def search(self, vector: np.ndarray, limit: int, report_ids: Collection[str] | None = None) -> list[tuple[int, float]]:
        cosines = self.rows @ vector
        order = [i for i in np.argsort(-cosines) if report_ids is None or self.reports[i] in report_ids]
        return [(int(i), float(cosines[i])) for i in order[:limit]]


class Catalog:
    def __init__(self, passages: Sequence[Passage], rows: np.ndarray | None) -> None:
        self.held = dict(enumerate(passages))
        self.kept = {
            i: Signals(
                p.report_id,
                TITLE if p.report_id == "r" else "",
                forward_of(titled(TITLE if p.report_id == "r" else "", p.heading), p.text),
                None if rows is None else rows[i],
            )
            for i, p in self.held.items()
        }

    def signals(self, keys: Collection[int]) -> dict[int, Signals]:
        return {key: self.kept[key] for key in keys if key in self.held}

    def passages(self, keys: Collection[int]) -> dict[int, Passage]:
        return {key: self.held[key] for key in keys if key in self.held}


class Held:
    """A library in memory."""

    def __init__(self, folder: Path, passages: Sequence[Passage], language: Language, embedder: Embedder | None) -> None:
        self.words = WordIndex.open(folder, FIELDS, create=True)
        self.words.add((i, p.report_id, passage_fields(p, language)) for i, p in enumerate(passages))
        self.embedder = embedder
        rows = embedder and embedder.embed_passages([embedding_text(p) for p in passages])
        self.vectors = None if rows is None else Vectors(rows, [p.report_id for p in passages])
        self.catalog = Catalog(passages, rows)

    def ask(self, query: str, k: int = 10, reports: Sequence[str] | None = None) -> list[ScoredPassage]:
        return search(
            query,
            k,
            words=self.words,
            vectors=self.vectors,  # type: ignore[arg-type]
            catalog=self.catalog,  # type: ignore[arg-type]
            embedder=self.embedder,
            report_ids=reports,
        )


def passages(texts: Sequence[str], report: str = "r", heading: str = "") -> list[Passage]:
    return [Passage(report, i * 1000, i * 1000 + len(text), text, 1, heading) for i, text in enumerate(texts)]


@pytest.fixture(scope="module", params=["bundled", "none"])
def vietnamese(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Held:
    return Held(tmp_path_factory.mktemp("words"), passages(REPORT), "vi", load_embedder(request.param))


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return Held(tmp_path_factory.mktemp("words"), passages(ENGLISH), "en", load_embedder("bundled"))


QUESTIONS = [
    ("Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?", 0),
    ("What share of households use clean water?", 0),
    ("Bao nhiêu người tham gia bảo hiểm y tế?", 1),
    ("How many people have health insurance?", 1),
    ("Có bao nhiêu hộ nghèo?", 2),
    ("How many poor households are there?", 2),
    ("What was the state budget revenue?", 3),
    ("How many pupils does the primary school have?", 4),
    ("Ai là chủ tịch xã?", 5),
    ("Who chairs the People's Committee of Hai Dong commune?", 5),
    ("rice yield", 6),
    ("How is domestic waste collected in the villages?", 7),
]


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_questions_in_both_languages_find_the_vietnamese_passage(vietnamese: Held, question: str, expected: int) -> None:
    assert vietnamese.ask(question)[0].passage.text == REPORT[expected]


@pytest.mark.parametrize(("question", "expected"), [q for q in QUESTIONS if not q[0].isascii()])
def test_so_do_questions_without_diacritics(vietnamese: Held, question: str, expected: int) -> None:
    assert vietnamese.ask(fold(question))[0].passage.text == REPORT[expected]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Tỷ lệ hộ dùng nước sạch", 0),
        ("ty le ho dung nuoc sach", 0),
        ("bảo hiểm y tế", 1),
        ("Có bao nhiêu hộ nghèo?", 2),
        ("Trường tiểu học có bao nhiêu học sinh?", 3),
        ("How many students are in the primary school?", 3),
        ("diện tích trồng lúa", 4),
    ],
)
def test_questions_in_both_languages_find_the_english_passage(english: Held, question: str, expected: int) -> None:
    assert english.ask(question)[0].passage.text == ENGLISH[expected]


@pytest.mark.parametrize("question", ["tỷ lệ household dùng clean water", "Hải Đông chairman", "HAI DONG", "thuỷ lợi Hoà chủ tịch"])
def test_mixed_questions_and_names_find_something(vietnamese: Held, question: str) -> None:
    assert vietnamese.ask(question)


def test_both_tone_placements_are_one_word(vietnamese: Held) -> None:
    assert vietnamese.ask("Nguyễn Văn Hoà")[0].passage.text == vietnamese.ask("Nguyễn Văn Hòa")[0].passage.text == REPORT[5]


def test_numbers_are_found_as_either_language_writes_them(vietnamese: Held) -> None:
    assert vietnamese.ask("85.1%")[0].passage.text == vietnamese.ask("85,1%")[0].passage.text == REPORT[0]


def test_scores_fall_and_name_their_arms(vietnamese: Held) -> None:
    results = vietnamese.ask("nước sạch nông thôn")
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)
    assert all(0 <= r.arms["words"] <= 1 and -1.001 <= r.arms["vectors"] <= 1.001 for r in results)
    assert max(r.arms["words"] for r in results) == 1


def test_k_limits_and_reports_restrict(tmp_path: Path) -> None:
    both = passages(REPORT[:4], "a") + passages(REPORT[:4], "b")
    held = Held(tmp_path, both, "vi", load_embedder("bundled"))
    assert len(held.ask("hộ nghèo", 3)) == 3
    assert {r.passage.report_id for r in held.ask("hộ nghèo", 10, ["b"])} == {"b"}
    assert held.ask("hộ nghèo", 10, []) == []


@pytest.mark.parametrize("question", ["", "   ", "?!…", "🙂", "là của và", "日本語", "a" * 10_000, "nước " * 2000, "\x00 nước"])
def test_odd_questions_are_no_error(vietnamese: Held, question: str) -> None:
    assert len(vietnamese.ask(question, 5)) <= 5


def test_headings_count(tmp_path: Path) -> None:
    texts = ["Đạt 95% kế hoạch.", "Đạt 80% kế hoạch."]
    rows = [Passage("r", 0, 17, texts[0], 1, "II. Văn hóa › Y tế"), Passage("r", 50, 67, texts[1], 1, "I. Kinh tế › Trồng rừng")]
    held = Held(tmp_path, rows, "vi", load_embedder("none"))
    assert held.ask("trồng rừng đạt bao nhiêu")[0].passage.text == texts[1]
    assert held.ask("How far was afforestation completed, forest planting?")[0].passage.text == texts[1]


def test_a_passage_gone_from_the_catalog_is_left_out(tmp_path: Path) -> None:
    held = Held(tmp_path, passages(REPORT), "vi", load_embedder("bundled"))
    del held.catalog.held[0]
    assert REPORT[0] not in [r.passage.text for r in held.ask("nước sạch")]


def test_fields_are_tokens_in_every_spelling() -> None:
    fields = passage_fields(Passage("r", 0, 10, "Hoà giải 9/12 vụ, COVID-19 reports", 1, "Tư pháp"), "vi")
    assert set(fields) == set(FIELDS)
    assert fields["text"].split() == ["tư", "pháp", "hòa", "giải", "9/12", "vụ", "covid", "19", "reports"]
    assert "hòa_giải" in fields["pairs"].split()
    assert "pháp_hòa" not in fields["pairs"].split()  # a heading and what follows are not adjacent
    assert "hoa_giai" in fields["folded_pairs"].split()
    assert "report" in fields["stems"].split()


def test_explain_says_which_words_were_searched_for() -> None:
    asked = {a.text: dict(a.terms) for a in explain("share of households with clean water in Hai Dong")}
    assert "hộ" in asked["households"]
    assert next(iter(asked["clean water"])) == "nước sạch"
    assert "hai dong" not in asked  # nothing else stands for the name
    assert all(0 < share <= 1 for terms in asked.values() for share in terms.values())
    assert "poor household" in dict({a.text: a.terms for a in explain("tỷ lệ hộ nghèo")}["hộ nghèo"])
    assert explain("") == []


def test_long_questions_are_cut_and_terms_are_single_tokens(vietnamese: Held) -> None:
    asked = plan("nước sạch nông thôn " * 500, Lexicon.load(), Glossary.load())
    found = WordScorer(asked, vietnamese.words).clauses()
    assert 0 < len(found) <= LONGEST_QUERY * 12
    assert all(" " not in term and term and boost > 0 for _, term, boost in found)
