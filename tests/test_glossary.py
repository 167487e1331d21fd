"""The glossary of report terms: its file keeps its promises, and its finder keeps neighbours apart in three spellings."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from itertools import pairwise

import pytest

from index.language.normalise import fold
from index.lexicon.glossary import KINDS, Glossary, read_lines

HEADER = "concept\tkind\tvi\ten\tbroader\n"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary.load()


def concepts(glossary: Glossary, text: str, language=None) -> list[str]:
    return [mention.concept for mention in glossary.find(text, language)]


def test_size(glossary: Glossary) -> None:
    named = [c for c in glossary.concepts.values() if c.kind != "unit"]
    assert len(named) >= 700
    assert len([c for c in named if c.kind == "indicator"]) >= 300
    assert sum(len(c.vi) + len(c.en) for c in named) >= 6000


def test_every_concept_has_both_sides_a_kind_and_a_known_broader(glossary: Glossary) -> None:
    for concept in glossary.concepts.values():
        assert concept.kind in KINDS
        assert concept.vi, concept.id
        assert concept.en, concept.id
        assert not concept.broader or concept.broader in glossary.concepts, concept.id
        assert concept.id not in glossary.related(concept.id)
        assert len(set(concept.vi)) == len(concept.vi), concept.id
        assert len(set(concept.en)) == len(concept.en), concept.id


def test_no_term_belongs_to_two_concepts(glossary: Glossary) -> None:
    for table in (glossary._vi, glossary._en):
        owners = defaultdict(set)
        for entry in table.entries():
            owners[entry.key].add(entry.concept)
        assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


def test_every_term_is_found_as_itself(glossary: Glossary) -> None:
    missed = []
    for concept in glossary.concepts.values():
        for language, terms in (("vi", concept.vi), ("en", concept.en)):
            for term in terms:
                unmarked = language == "vi" and fold(term) == term.lower() and " " not in term
                text = f"tỷ lệ và {term} và đều được" if unmarked else term
                if concept.id not in concepts(glossary, text, language):
                    missed.append((concept.id, term))
    assert missed == []


@pytest.mark.parametrize(
    "text",
    ["Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?", "ty le ho dan dung nuoc sach", "What share of households use clean water?"],
)
def test_the_same_question_in_three_spellings(glossary: Glossary, text: str) -> None:
    assert {"share", "household", "clean_water"} <= set(concepts(glossary, text))


PAIRS = [
    ("nước sạch", "nước hợp vệ sinh", "clean water", "hygienic water"),
    ("hộ nghèo", "hộ cận nghèo", "poor households", "near-poor households"),
    ("bảo hiểm y tế", "bảo hiểm xã hội", "health insurance", "social insurance"),
    ("lao động qua đào tạo", "lao động qua đào tạo có chứng chỉ", "trained workers", "trained workers with certificates"),
    ("thu ngân sách", "chi ngân sách", "budget revenue", "budget expenditure"),
    ("gia đình văn hóa", "thôn văn hóa", "cultural families", "cultural villages"),
    ("rác thải sinh hoạt", "chất thải y tế", "household waste", "medical waste"),
    ("nông thôn mới", "nông thôn mới nâng cao", "new rural", "advanced new rural"),
    ("nông thôn mới nâng cao", "nông thôn mới kiểu mẫu", "advanced new rural", "model new rural"),
    ("suy dinh dưỡng thấp còi", "suy dinh dưỡng nhẹ cân", "stunting", "underweight"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[3])
def test_neighbours_are_kept_apart(glossary: Glossary, pair: tuple[str, str, str, str]) -> None:
    first, second, first_en, second_en = pair
    (one,), (other,) = concepts(glossary, first), concepts(glossary, second)
    assert one != other
    assert concepts(glossary, fold(first)) == concepts(glossary, first_en) == [one]
    assert concepts(glossary, fold(second)) == concepts(glossary, second_en) == [other]


def test_offsets_are_those_of_the_text_given(glossary: Glossary) -> None:
    text = 'Đến nay 10/10 thôn giữ danh hiệu "Thôn văn hóa"; THU NSNN đạt 108%, tỉ lệ hộ\nnghèo còn 2,1%.'
    for given in (text, unicodedata.normalize("NFD", text)):
        found = {m.concept: given[m.start : m.end] for m in glossary.find(given)}
        assert unicodedata.normalize("NFC", found["poor_household"]) == "hộ\nnghèo"
        assert unicodedata.normalize("NFC", found["budget_revenue"]) == "THU NSNN"
        assert unicodedata.normalize("NFC", found["share"]) == "tỉ lệ"
        assert "cultural_village" in found


def test_mentions_do_not_overlap_and_are_in_order(glossary: Glossary) -> None:
    found = glossary.find(
        "Tỷ lệ dân số tham gia bảo hiểm y tế đạt 95,6%, hộ cận nghèo giảm; health insurance for near-poor households"
    )
    assert [m.start for m in found] == sorted(m.start for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("Tổ chức thực hiện nhiệm vụ và phục vụ Nhân dân", "case"),
        ("Đồng chí Bí thư phát biểu", "dong"),
        ("cơ bản hoàn thành, ban hành văn bản", "village"),
        ("hộ | nghèo", "poor_household"),
        ("Có 20 hộ. Nghèo đói đã hết", "poor_household"),
        ("cấp nước, sạch sẽ", "clean_water"),
        ("In Ho Chi Minh City the office was moved", "household"),
        ("more than that", "coal"),
        ("Đồng chí Ngô Văn Cảng", "maize"),
        ("mọi cá nhân đều yêu cầu", "fish"),
        ("tỷ lệ hộ nghèo xã Bản Sen", "village"),
        ("xa Hai Dong dat duoc may chi tieu", "earthquake"),
        ("xa Phu Hai Tay con bao nhieu ho can ngheo", "storm"),
        ("Health insurance in Hai Dong", "dong"),
        ("Which villages meet the standard", "meeting"),
        ("parking for 20 cars", "park"),
    ],
)
def test_what_only_looks_like_a_term_is_left_alone(glossary: Glossary, text: str, absent: str) -> None:
    assert absent not in concepts(glossary, text)


def test_a_term_with_a_comma_is_found_with_and_without_it(glossary: Glossary) -> None:
    assert concepts(glossary, "phòng, chống dịch") == concepts(glossary, "phòng chống dịch") == ["epidemic"]
    assert concepts(glossary, "hộ nghèo, cận nghèo") == ["poor_household", "near_poor_household"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("số hộ nghèo", ["number", "poor_household"]),
        ("con bao hiem y te thi sao", ["health_insurance"]),
        ("tỷ lệ tăng dân số tự nhiên", ["share", "natural_increase"]),
        ("trẻ em dưới 5 tuổi suy dinh dưỡng thể thấp còi", ["child_under_five", "stunting"]),
        ("hộ gia đình thể thao", ["sports_family"]),
        ("households living in poverty", ["poor_household"]),
    ],
)
def test_overlapping_terms_are_read_the_way_a_person_does(glossary: Glossary, text: str, expected: list[str]) -> None:
    assert concepts(glossary, text) == expected


def test_spellings_of_tone_and_of_i(glossary: Glossary) -> None:
    assert concepts(glossary, "gia đình văn hoá") == ["cultural_family"]
    assert concepts(glossary, "uỷ ban nhân dân; tỉ lệ; kỹ") == ["peoples_committee", "share"]


def test_possessives_and_acronyms(glossary: Glossary) -> None:
    assert concepts(glossary, "the People’s Committee, peoples committee, the Women's Union") == [
        "peoples_committee", "peoples_committee", "womens_union"
    ]  # fmt: skip
    assert concepts(glossary, "bhyt, ubnd, hđnd") == ["health_insurance", "peoples_committee", "peoples_council"]


def test_one_language_only(glossary: Glossary) -> None:
    text = "poor households (hộ nghèo)"
    assert [m.language for m in glossary.find(text)] == ["en", "vi"]
    assert [m.language for m in glossary.find(text, "en")] == ["en"]
    assert [m.language for m in glossary.find(text, "vi")] == ["vi"]


def test_translations_and_relations(glossary: Glossary) -> None:
    assert glossary.translations("nước hợp vệ sinh", "en")[0] == "hygienic water"
    assert glossary.translations("tap water", "vi")[0] == "nước sạch"
    assert glossary.translations(glossary.find("BHYT")[0], "en")[0] == "health insurance"
    assert glossary.translations("zebra crossing", "vi") == ()
    assert glossary.related("stunting") == ("malnutrition", "health")
    assert "hygienic_water" in glossary.neighbours("clean_water")
    assert glossary.kind("clean_water") == "indicator"


@pytest.mark.parametrize(
    "line",
    ["a\tindicator\tmột\tone\n", "a\tcolour\tđỏ\tred\t\n", "a\tunit\tđỏ\tred\t\na\tunit\txanh\tblue\t\n"],
    ids=["four cells", "unknown kind", "id twice"],
)
def test_a_malformed_file_is_named_by_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="glossary line"):
        read_lines(iter((HEADER + line).splitlines(keepends=True)))


def test_a_compound_does_not_swallow_the_term_beside_it(glossary: Glossary) -> None:
    assert concepts(glossary, "tỷ lệ sử dụng nước hợp vệ sinh của dân cư") == ["share", "use", "hygienic_water", "resident"]


def test_odd_input(glossary: Glossary) -> None:
    for text in ("", " ", "🙂", "\u0301\u0301", "s's's", "%", "ß" * 50, "a" * 10_000, "hộ " * 2000, "," * 5000):
        for mention in glossary.find(text):
            assert 0 <= mention.start < mention.end <= len(text)
