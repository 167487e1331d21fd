from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from index import Block, Cell, Passage
from index.language.sentences import sentences
from index.split import split

SENTENCES = [
    "Tỷ lệ hộ dân dùng nước sạch là 85,1%.",
    "UBND xã Hải Đông đã hoàn thành 9/12 chỉ tiêu.",
    "Đ/c Nguyễn Văn A được bầu ngày 28.12.2022.",
    "The share of poor households fell to 2.1% in 2022.",
    "Trong đó, thu ngân sách đạt 1.234,5 triệu đồng; chi đạt 98% dự toán.",
    "x" * 300 + ".",
    "Không.",
]


def document(parts: list[tuple[str, str]]) -> tuple[str, list[Block]]:
    """(kind, text) -> the text and its blocks; rows of one run share a table."""
    text, blocks, table = "", [], 0
    for i, (kind, content) in enumerate(parts):
        start = len(text) + (2 if text else 0)
        text = f"{text}\n\n{content}" if text else content
        in_table = kind.startswith("table")
        if in_table and (i == 0 or not parts[i - 1][0].startswith("table")):
            table += 1
        middle = start + content.find(" | ")
        cells = (Cell(start, middle, "Chỉ tiêu"), Cell(middle + 3, len(text), "Năm 2022")) if in_table else ()
        level = {"heading": 1, "subheading": 2}.get(kind, 0)
        blocks.append(Block("heading" if level else kind, start, len(text), 1 + i // 6, level, table * in_table, cells))  # type: ignore[arg-type]
    return text, blocks


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


prose = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9).map(" ".join)
names = st.sampled_from(["I. Kết quả", "1.1. Kinh tế", "Xã hội"])
rows = st.sampled_from(["Hộ nghèo | 2,1", "Nước sạch | 85,1", "y" * 400 + " | 1"])
part = st.one_of(
    st.tuples(st.sampled_from(["paragraph", "item", "note", "caption"]), prose),
    st.tuples(st.sampled_from(["heading", "subheading", "title"]), names),
    st.tuples(st.sampled_from(["table_header", "table_row", "table_row"]), rows),
)
parts = st.lists(part, min_size=1, max_size=20)


@settings(max_examples=150, deadline=None)
@given(parts, st.sampled_from([100, 300, 700]))
def test_passages_are_whole_sentences_and_rows_in_order(content: list[tuple[str, str]], target: int) -> None:
    text, blocks = document(content)
    passages = split("r", text, blocks, target=target, maximum=target * 10 // 7)
    assert passages
    end = 0
    for passage in passages:
        assert passage.text == text[passage.start : passage.end] == passage.text.strip() != ""
        assert passage.start >= end
        end = passage.end
    tables = {block.table for block in blocks if block.kind == "table_row"}
    covered = [position for passage in passages for position in range(passage.start, passage.end)]
    held = set(covered)
    for i, block in enumerate(blocks):
        follows = blocks[i + 1].kind if i + 1 < len(blocks) else ""
        inside = {position for position in range(block.start, block.end) if not text[position].isspace()}
        if block.kind in ("paragraph", "item", "note") or (block.kind == "caption" and not follows.startswith("table")):
            assert inside <= held
        if block.kind == "table_row" or (block.kind == "table_header" and block.table not in tables):
            assert inside <= held
    units = [(b.start, b.end) for b in blocks if b.kind.startswith("table")]
    units += [
        (b.start + s, b.start + e) for b in blocks if not b.kind.startswith("table") for s, e in sentences(text[b.start : b.end])
    ]
    for passage in passages:
        for start, stop in units:
            assert stop <= passage.start or passage.end <= start or (passage.start <= start and stop <= passage.end)


@settings(max_examples=60, deadline=None)
@given(parts)
def test_only_a_lone_sentence_or_row_is_longer_than_the_maximum(content: list[tuple[str, str]]) -> None:
    text, blocks = document(content)
    for passage in split("r", text, blocks, target=140, maximum=200):
        if len(passage.text) > 200:
            assert len(sentences(passage.text)) == 1


def test_the_heading_path_stands_with_each_passage() -> None:
    above = [("title", "Báo cáo"), ("heading", "I. Kết quả"), ("subheading", "1. Xã hội")]
    text, blocks = document([*above, ("paragraph", "Hộ nghèo 2,1%."), ("heading", "II. Tồn tại"), ("item", "Thiếu vốn.")])
    assert [(p.text, p.heading) for p in split("r", text, blocks)] == [
        ("Hộ nghèo 2,1%.", "I. Kết quả › 1. Xã hội"),
        ("Thiếu vốn.", "II. Tồn tại"),
    ]


def test_rows_carry_caption_and_column_headers_and_stay_apart_from_prose() -> None:
    text, blocks = document(
        [
            ("heading", "I. Kết quả"),
            ("paragraph", "Xem bảng sau."),
            ("caption", "Bảng 1. Chỉ tiêu"),
            ("table_header", "Chỉ tiêu | Năm 2022"),
            ("table_row", "Hộ nghèo | 2,1"),
            ("table_row", "Nước sạch | 85,1"),
        ]
    )
    blocks = [Block(b.kind, b.start, b.end, 1, b.level, b.table, b.cells) for b in blocks]
    assert [(p.text, p.heading) for p in split("r", text, blocks)] == [
        ("Xem bảng sau.", "I. Kết quả"),
        ("Hộ nghèo | 2,1\n\nNước sạch | 85,1", "I. Kết quả › Bảng 1. Chỉ tiêu › Chỉ tiêu; Năm 2022"),
    ]


def test_headings_alone_are_still_found() -> None:
    text, blocks = document([("title", "Báo cáo"), ("heading", "I. Hộ nghèo: 2,1%"), ("heading", "II. Nước sạch: 85,1%")])
    assert " ".join(texts(split("r", text, blocks))).count("%") == 2
    only_title, block = document([("title", "Báo cáo năm 2022")])
    assert texts(split("r", only_title, block)) == ["Báo cáo năm 2022"]


def test_a_heading_with_nothing_under_it_is_a_passage() -> None:
    text, blocks = document([("heading", "Hộ nghèo: 2,1%"), ("heading", "II. Khác"), ("paragraph", "Không.")])
    assert texts(split("r", text, blocks)) == ["Hộ nghèo: 2,1%", "Không."]


def test_a_long_paragraph_is_cut_into_about_equal_pieces() -> None:
    text, blocks = document([("paragraph", " ".join(f"Câu số {i} có chừng bốn mươi ký tự ở đây." for i in range(40)))])
    lengths = [len(passage) for passage in texts(split("r", text, blocks))]
    assert len(lengths) == 3
    assert max(lengths) - min(lengths) < 60


def test_short_neighbours_are_gathered_and_pages_kept_apart() -> None:
    blocks = [Block("item", 0, 5, page=1), Block("item", 7, 12, page=1), Block("item", 14, 19, page=2)]
    passages = split("r", "Một a\n\nHai b\n\nBa c.", blocks)
    assert [(p.text, p.page) for p in passages] == [("Một a\n\nHai b", 1), ("Ba c.", 2)]


def test_text_without_blocks_is_one_paragraph() -> None:
    assert texts(split("r", "Một câu.", [])) == ["Một câu."]
