"""Questions made of sentences by taking a figure out: it is known where it stands, and it is not told."""

from __future__ import annotations

import gzip
import json
import random
from itertools import islice
from pathlib import Path

import pytest

from eval.masked_figures import MOST_VALUES, Masked, of_news, of_translations, question
from index.language import find_numbers

VI = "Đến năm 2015, 77% hộ có nước sạch, tăng 12% so với năm 2010; đã xây 1.250 bể nước."
EN = "By 2015, 77% of households had clean water, 12% more than in 2010; 1,250 tanks were built."
OTHERS = (
    ("Xã có 3 trường học và 41 giáo viên dạy giỏi.", "The commune has 3 schools and 41 excellent teachers."),
    ("Thu 5,2 tỷ đồng, chi 4,9 tỷ đồng trong cả năm qua.", "Revenue was 5.2 billion dong and spending 4.9 billion in the year."),
    ("Có 18 km đường và 6 cây cầu được sửa chữa lại.", "Some 18 km of road and 6 bridges were repaired."),
)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    (tmp_path / "parallel").mkdir()
    (tmp_path / "mono").mkdir()
    for name in ("human", "mt"):
        with gzip.open(tmp_path / "parallel" / f"MERGED_{name}.tsv.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"{vi}\t{en}\n" for vi, en in [(VI, EN), *OTHERS])
    with gzip.open(tmp_path / "mono" / "hddtvn_econ_news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": "\n".join([VI, *(vi for vi, _ in OTHERS)])}) + "\n")
    return tmp_path


def said(one: Masked, at: int) -> str:
    text, start, end, _ = one.values[at]
    return one.texts[text][start:end]


def test_the_figure_is_found_in_the_translation_and_not_told(shared: Path) -> None:
    made = list(of_translations(shared, random.Random(1)))
    assert len(made) > 10
    for one in made:
        assert 0 < len(one.values) <= MOST_VALUES
        if one.right is not None:
            digits = "".join(char for char in said(one, one.right) if char.isdigit())
            assert digits not in one.question.replace(",", "").replace(".", "").split()
    of_water = [one for one in made if "water" in one.question and one.right is not None and one.texts[0] == VI]
    assert {said(one, one.right) for one in of_water if one.right is not None} <= {"77%", "12%", "1.250 bể nước", "1.250"}
    assert any(one.right is None for one in made)


def test_news_is_asked_in_its_own_words(shared: Path) -> None:
    made = [one for seed in range(8) for one in of_news(shared, random.Random(seed))]
    assert made
    assert all(one.right is None or one.values[one.right][0] == 0 for one in made)


def test_other_figures_go_and_the_same_chance_makes_the_same(shared: Path) -> None:
    number = next(n for n in find_numbers(EN) if n.text.startswith("77"))
    for seed in range(40):
        asked = question(EN, number, "en", random.Random(seed))
        assert not {"77", "77%", "12%", "12", "1,250"} & set(asked.split())
    first, second = (list(islice(of_translations(shared, random.Random(3)), 20)) for _ in range(2))
    assert first == second
