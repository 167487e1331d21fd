"""Where sentences and clauses end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import clauses, sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Tỷ lệ đạt 97,5%.", "Thu ngân sách năm 2022 đạt dự toán."],
        ["Đó là kết quả của xã.", "10/10 thôn đạt chuẩn."],
        ["Kế hoạch cho năm 2022.", "Thu ngân sách tăng."],
        ["Hội nghị họp tại TP. Móng Cái sáng nay.", "Có 50 người dự."],
        ["ThS. Nguyễn Văn An và GS.TS. Lê Bình phát biểu.", "Đ/c Hà Mai chủ trì."],
        ["Đ/c. Hà Mai dự."],
        ["He moved from St. Louis to the U.S. in 1990.", "No. 5 is empty."],
        ["Dự án ở Q.1 và P.5 đã xong.", "Còn lại chậm."],
        ["It was written by J. K. Rowling.", "She said so."],
        ["Diện tích là 12.5 ha.", "Dân số là 1.234 người."],
        ["Ngày 28.12.2022 xã tổng kết.", "Xong."],
        ["Phương châm là “Của dân, do dân, vì dân.”", "Tiếp tục thực hiện."],
        ["(Theo báo cáo.)", "Kết quả tốt."],
        ["Có đúng không?", "Đúng!", "Vâng."],
        ["1. Thu ngân sách đạt 108%.", "Chi đạt 95%."],
        ["1.2. Kết quả cụ thể.", "Tốt."],
        ["I. Kết quả năm 2022"],
        ["Điều 5. Phạm vi điều chỉnh của quy định này."],
        ["Trồng rừng, làm đường, v.v. đều đạt."],
        ["Xã đạt loại A.", "Các xã khác đạt loại B."],
        ["Hoàn thành trong quý I.", "Các việc khác chậm."],
        ["Thu đạt 108%; chi đạt 95%; còn lại chuyển sang năm sau."],
        ["Công tác còn chậm.", "Do thiếu vốn…", "Sẽ khắc phục."],
        ["Mr. Smith met Dr. Brown.", "They agreed on 3.5 percent."],
        ["The U.S. economy grew.", "It slowed later."],
        ["It rose on Sept. 12 and fell on Oct. 3.", "Later it rose."],
        ['He said: "It works. "'],
        ["Sản lượng 45 tạ/ha.", "- Chăn nuôi phát triển."],
    ],
)
def test_sentences_on_one_line(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


def test_a_missing_space_after_the_full_stop() -> None:
    assert split("Công tác còn chậm.Thu ngân sách đạt 108%.Chi đạt.") == [
        "Công tác còn chậm.",
        "Thu ngân sách đạt 108%.",
        "Chi đạt.",
    ]
    assert split("Xem www.example.vn hoặc TP.Móng Cái.") == ["Xem www.example.vn hoặc TP.Móng Cái."]


def test_line_ends_end_sentences_and_white_space_is_left_out() -> None:
    assert split("  Báo cáo năm 2022 \n\n I. Kết quả\nTốt. \n") == ["Báo cáo năm 2022", "I. Kết quả", "Tốt."]
    assert split("") == []
    assert split(" \n ") == []


@given(st.text(alphabet=st.sampled_from('aĐT19 .?!…;,:"”“)( \n%-|x'), max_size=60))
def test_sentences_cover_everything_once_in_order(text: str) -> None:
    for spans in (sentences(text), clauses(text)):
        covered = [False] * len(text)
        last = 0
        for start, end in spans:
            assert last <= start < end
            assert not text[start].isspace()
            assert not text[end - 1].isspace()
            assert "\n" not in text[start:end]
            covered[start:end] = [True] * (end - start)
            last = end
        assert all(done or char.isspace() for done, char in zip(covered, text, strict=True))


@given(st.text(max_size=80))
def test_any_text_is_covered(text: str) -> None:
    spans = sentences(text)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())


def test_dot_leaders_take_no_time() -> None:
    assert sentences("Mục lục" + "." * 200_000 + "x")
    assert sentences(". " * 50_000)
    assert sentences("A. " * 50_000)


@pytest.mark.parametrize(
    "parts",
    [
        ["Thu đạt 108%;", "chi đạt 95%."],
        ["Đạt 100%,", "trong đó có 85,1% số hộ dùng nước sạch."],
        ["Hai xã đạt,", "còn ba xã chưa đạt."],
        ["It has 120 households,", "of which 12 are poor,", "while others are not."],
        ["Một, hai, ba.", "Bốn."],
    ],
)
def test_clauses(parts: list[str]) -> None:
    text = " ".join(parts)
    assert [text[start:end] for start, end in clauses(text)] == parts
