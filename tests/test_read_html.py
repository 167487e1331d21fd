"""Web pages: the article without its surroundings."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from read_files import check, rows, texts

from index.errors import NoTextFound, ReadError
from index.read import read_bytes, read_file

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Xã Đông Sơn năm 2023 - Cổng thông tin huyện</title>
<meta property="article:published_time" content="2023-12-29T10:00:00+07:00"><style>p{color:red}</style>
<script>var a = "bí mật";</script></head>
<body>
<header class="site"><a href="/">Trang chủ</a></header>
<nav><ul><li><a href="/a">Tin tức</a></li><li><a href="/b">Liên hệ</a></li></ul></nav>
<div class="sidebar"><h3>Tin liên quan</h3><p>Một tin khác của huyện bên.</p></div>
<main>
<h1>Xã Đông Sơn tổng kết năm 2023</h1>
<p>Tỷ lệ hộ dùng <b>nước sạch</b> đạt
  91,8%.<br>Thu ngân sách 6,85 tỷ đồng.</p>
<p style="display: none">Đoạn ẩn 99%</p><p hidden>Đoạn ẩn 98%</p>
<h2>Chỉ tiêu</h2>
<ul><li>Trồng 12 ha rừng</li><li><p>Nuôi 300 con bò</p></li></ul>
<table>
<caption>Bảng 1. Thu nhập (triệu đồng)</caption>
<thead><tr><th rowspan="2">Thôn</th><th colspan="2">Năm 2023</th></tr><tr><th>Kế hoạch</th><th>Thực hiện</th></tr></thead>
<tbody><tr><td>Đông</td><td>50</td><td>52,5</td></tr>
<tr><td rowspan="2">Tây</td><td>40</td><td>41</td></tr><tr><td>42</td><td>43</td></tr>
<tr><td colspan="3">Ghi chú chung</td></tr></tbody></table>
<p>&lt;script&gt;alert(1)&lt;/script&gt; là chữ.</p>
</main>
<footer>Bản quyền thuộc huyện</footer>
</body></html>"""


def test_the_article_is_kept_and_its_surroundings_are_not() -> None:
    document = check(read_bytes(PAGE.encode(), name="tin.html"))
    assert document.title == "Xã Đông Sơn năm 2023 - Cổng thông tin huyện"
    assert document.date == "2023-12-29"
    assert texts(document, "title") == ["Xã Đông Sơn tổng kết năm 2023"]
    assert texts(document, "paragraph")[:2] == ["Tỷ lệ hộ dùng nước sạch đạt 91,8%.", "Thu ngân sách 6,85 tỷ đồng."]
    assert texts(document, "item") == ["Trồng 12 ha rừng", "Nuôi 300 con bò"]
    for gone in ("Trang chủ", "Tin tức", "tin khác", "Bản quyền", "ẩn", "bí mật", "color"):
        assert gone not in document.text
    assert "<script>alert(1)</script> là chữ." in document.text


def test_merged_cells_and_rows_of_headers() -> None:
    document = read_bytes(PAGE.encode(), name="tin.html")
    assert texts(document, "caption") == ["Bảng 1. Thu nhập (triệu đồng)"]
    assert texts(document, "table_header") == ["Thôn | Năm 2023", "Thôn | Kế hoạch | Thực hiện"]
    heads = ("Thôn", "Năm 2023 / Kế hoạch", "Năm 2023 / Thực hiện")
    assert rows(document)[0] == list(zip(("Đông", "50", "52,5"), heads, strict=True))
    assert rows(document)[2] == list(zip(("Tây", "42", "43"), heads, strict=True))


def test_a_page_without_main_part_or_head() -> None:
    document = check(
        read_bytes("<p>Thu ngân sách đạt 108% dự toán.</p>chữ rời<div>Khối <span>chữ</span></div>".encode(), name="a.htm")
    )
    assert texts(document) == ["Thu ngân sách đạt 108% dự toán.", "chữ rời", "Khối chữ"]


PORTAL = """<html><head><title>Tin | Cổng thông tin</title></head><body><form><div class="a">
<table><tr><td><a href=1>Trang chủ</a></td><td><a href=2>Giới thiệu</a></td><td><a href=3>Tin tức</a></td>
<td><a href=4>Văn bản</a></td></tr></table>
<div class="b"><div>Thống kê truy cập</div><p>Tổng lượt truy cập: 1.234.567</p></div>
<div class="c"><div class="ttl">Xã Đông Sơn tổng kết năm 2022</div><div>28/12/2022 10:10</div><div class="ct">
{article}
<table><tr><td>Chỉ tiêu</td><td>Năm 2022</td></tr><tr><td>Hộ nghèo</td><td>2,1</td></tr></table></div>
<ul><li><a href=1>Hội nghị triển khai công tác dân vận năm 2023</a></li>
<li><a href=2>Khai mạc hội thi nông dân giỏi</a></li></ul></div>
<div class="f">Điện thoại: 0203 3881 234</div></div></form></body></html>"""
PROSE = (
    "Tỷ lệ dân số tham gia bảo hiểm y tế đạt 95,6%, dự kiến cả năm đạt trên 96%, " * 2,
    "Giữ vững tỷ lệ che phủ rừng đạt 39,5% trở lên. " * 3,
)


@pytest.mark.parametrize("article", ["".join(f"<p>{text}</p>" for text in PROSE), "<br><br>".join(PROSE)])
def test_a_portal_page_of_divs(article: str) -> None:
    document = check(read_bytes(PORTAL.replace("{article}", article).encode(), name="tin.html"))
    assert texts(document, "title") == ["Xã Đông Sơn tổng kết năm 2022"]
    assert texts(document, "paragraph") == ["28/12/2022 10:10", *(text.strip() for text in PROSE)]
    assert rows(document) == [[("Hộ nghèo", "Chỉ tiêu"), ("2,1", "Năm 2022")]]


def test_the_declared_code_page_is_used() -> None:
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
    page = f"<html><head>{meta}</head><body><p>Café – 5 %</p></body></html>"
    assert read_bytes(page.encode("cp1252"), name="a.html").text == "Café – 5 %"


def test_a_layout_table_is_read_as_text() -> None:
    page = "<table><tr><td><h1>Báo cáo</h1><p>Đoạn một nói về lúa.</p></td></tr></table>"
    document = check(read_bytes(page.encode(), name="a.html"))
    assert texts(document) == ["Báo cáo", "Đoạn một nói về lúa."]
    head = "<table><tr><td>UBND XÃ ĐÔNG SƠN</td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</td></tr></table>"
    letterhead = f"{head}<p>BÁO CÁO</p><p>Kết quả năm 2022</p>"
    document = check(read_bytes(letterhead.encode(), name="a.html"))
    assert texts(document, "title") == ["BÁO CÁO", "Kết quả năm 2022"]
    assert not rows(document)


def test_markup_by_content_not_by_name() -> None:
    assert read_bytes(PAGE.encode(), name="tin.txt").format == "html"


def test_nesting_and_spans_that_lie_do_no_harm() -> None:
    deep = "<div>" * 30_000 + "chữ ở đáy" + "</div>" * 30_000
    with contextlib.suppress(ReadError):  # libxml2 may refuse it
        check(read_bytes(deep.encode(), name="a.html"))
    wide = (
        '<table><tr><td colspan="99999999" rowspan="999999">a</td><td>1</td></tr>'
        + "<tr><td colspan=65000>2</td></tr>" * 300
        + "</table>"
    )
    check(read_bytes(wide.encode(), name="a.html"))
    tables = "<table><tr><td>" * 2_000 + "x1"
    with contextlib.suppress(ReadError):
        check(read_bytes(tables.encode(), name="a.html"))


def test_entities_do_not_explode() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    document = read_bytes((bomb + "]><html><body><p>chữ &j;</p></body></html>").encode(), name="a.html")
    assert len(document.text) < 1000


FURNITURE = {
    "menu": '<div class="menu-top"><a href=1>Trang chủ</a><a href=2>Giới thiệu</a></div>',
    "breadcrumb": '<div class="breadcrumb"><a href=1>Tin tức</a> › <a href=2>Kinh tế</a></div>',
    "advert": '<div class="quang-cao"><p>Mua ngay hôm nay, giảm giá 50% cho mọi khách hàng thân thiết.</p></div>',
    "english advert": '<div id="ads-right"><p>Mua ngay hôm nay, giảm giá 70% cho mọi khách hàng.</p></div>',
    "cookies": '<div class="cookie-consent">Trang này dùng cookie. <button>Đồng ý</button></div>',
    "consent": '<div id="gdpr">Chúng tôi tôn trọng quyền riêng tư của bạn đọc.</div>',
    "related": '<div class="tin-lien-quan"><h3>Tin liên quan</h3><p>Một tin của huyện bên: đạt 77,7% kế hoạch.</p></div>',
    "others": '<div class="tin-khac"><ul><li><a href=1>Khai mạc hội thi nông dân giỏi</a></li></ul></div>',
    "sharing": '<div class="chia-se"><a href=1>Facebook</a><a href=2>Zalo</a></div>',
    "comments": '<section class="binh-luan"><p>Bạn đọc: tôi thấy 66,6% là đúng.</p></section>',
    "login": '<div class="dang-nhap"><p>Đăng nhập để xem tiếp bài viết này.</p></div>',
    "footer": '<div class="footer"><p>Cơ quan chủ quản: UBND huyện. Điện thoại: 0203 3881 234.</p></div>',
}


@pytest.mark.parametrize("kind", sorted(FURNITURE))
def test_what_stands_round_an_article_is_dropped(kind: str) -> None:
    article = "".join(f"<p>{text}</p>" for text in PROSE)
    page = f"<body>{FURNITURE[kind]}<div class='bai'><h2>Xã Đông Sơn tổng kết</h2>{article}</div>{FURNITURE[kind]}</body>"
    document = check(read_bytes(page.encode(), name="tin.html"))
    assert texts(document) == ["Xã Đông Sơn tổng kết", *(text.strip() for text in PROSE)]


def test_program_code_of_a_page_is_no_text_of_it() -> None:
    picture = """<?php echo '<img src="' . $dir . '1.jpg" alt="">'; ?>"""
    page = f"<?php $dir = $_SERVER['PHP_SELF'].'/'; ?><h1>Kỳ họp</h1><div>{picture} <i>Chủ tọa</i></div>"
    assert texts(check(read_bytes(page.encode(), name="a.php.html"))) == ["Kỳ họp", "Chủ tọa"]


@pytest.mark.parametrize(
    "page", ["<?php header('Location: /a'); exit(); ?>", "<html><body><div id='root'></div><script src=a.js></script></body>"]
)
def test_an_empty_shell_is_called_one(page: str) -> None:
    with pytest.raises(NoTextFound, match=r"a\.html.*empty shell"):
        read_bytes(page.encode(), name="a.html")


def test_a_page_that_scripts_fill_says_so() -> None:
    page = "<html><body><h1>Bộ pháp điển</h1><p>Bấm chuột để mở.</p><script>load()</script></body></html>"
    assert any("scripts" in note for note in read_bytes(page.encode(), name="a.html").notes)
    assert read_bytes(PAGE.encode(), name="a.html").notes == ()


@pytest.mark.data
def test_a_page_without_an_article_is_an_error(shared: Path) -> None:
    with pytest.raises(NoTextFound, match="empty shell"):
        read_file(shared / "reports" / "html_news_binhdinh" / "0003.php.html")


@pytest.mark.data
def test_saved_news_pages(shared: Path) -> None:
    document = check(read_file(shared / "reports" / "html_news_binhdinh" / "0001.php.html"))
    assert texts(document, "title") == ["Kỳ họp thứ 22 (kỳ họp chuyên đề), HĐND tỉnh khóa XIII"]
    assert "Tham dự kỳ họp có 50/53 đại biểu HĐND tỉnh." in document.text
    assert "?>" not in document.text
