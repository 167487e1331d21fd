"""Places that texts name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import find_places, same_place
from index.records import Place


@pytest.mark.parametrize(
    ("text", "mention", "name", "level"),
    [
        ("Thực hiện nhiệm vụ, UBND xã Hải Đông đã", "xã Hải Đông", "Hải Đông", "commune"),
        ("Xã Hải Đông tổ chức", "Xã Hải Đông", "Hải Đông", "commune"),
        ("HĐND huyện Đầm Hà họp", "huyện Đầm Hà", "Đầm Hà", "district"),
        ("filed with Hai Van Dong's ward office", "Hai Van Dong's ward", "Hai Van Dong", "ward"),
        ("xuất khẩu của xã Ea H'leo", "xã Ea H'leo", "Ea H'leo", "commune"),
        ("thu qua Hai quan Cao Bang 2020", "Cao Bang", "Cao Bằng", "province"),
        ("dan so quan Tan Binh", "quan Tan Binh", "Tan Binh", "district"),
        ("Hội LHPN Thành phố Móng Cái.", "Thành phố Móng Cái", "Móng Cái", "city"),
        ("tại TP. Móng Cái", "TP. Móng Cái", "Móng Cái", "city"),
        ("tại TP.Móng Cái", "TP.Móng Cái", "Móng Cái", "city"),
        ("tỉnh Quảng Ninh đạt", "tỉnh Quảng Ninh", "Quảng Ninh", "province"),
        ("Tỉnh ủy Quảng Ninh chỉ đạo", "Tỉnh ủy Quảng Ninh", "Quảng Ninh", "province"),
        ("thị trấn Quảng Hà có", "thị trấn Quảng Hà", "Quảng Hà", "township"),
        ("thị xã Đông Triều có", "thị xã Đông Triều", "Đông Triều", "city"),
        ("ở Quảng Ninh có", "Quảng Ninh", "Quảng Ninh", "province"),
        ("Phường 5 có", "Phường 5", "5", "ward"),
        ("xã Hải Đông, ngày 5", "xã Hải Đông", "Hải Đông", "commune"),
        ("UBND XÃ HẢI ĐÔNG", "XÃ HẢI ĐÔNG", "Hải Đông", "commune"),
        ("XÃ HẢI ĐÔNG BÁO CÁO KẾT QUẢ", "XÃ HẢI ĐÔNG", "Hải Đông", "commune"),
        ("Chủ tịch UBND tỉnh Quảng Trị Hà Sỹ Đồng", "tỉnh Quảng Trị", "Quảng Trị", "province"),
        ("tỉnh Bà Rịa - Vũng Tàu có", "tỉnh Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu", "province"),
        ("Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh", "Hồ Chí Minh", "city"),
        ("in Hai Dong commune?", "Hai Dong commune", "Hai Dong", "commune"),
        ("In Hai Dong Commune, poverty", "Hai Dong Commune", "Hai Dong", "commune"),
        ("the commune of Hai Dong", "commune of Hai Dong", "Hai Dong", "commune"),
        ("Mong Cai City grew", "Mong Cai City", "Mong Cai", "city"),
        ("What about Hải Đông commune", "Hải Đông commune", "Hải Đông", "commune"),
        ("How poor is An Hoa Ward", "An Hoa Ward", "An Hoa", "ward"),
        ("Can Gio District has", "Can Gio District", "Can Gio", "district"),
        ("in Quang Ninh province", "Quang Ninh province", "Quang Ninh", "province"),
        ("budget of xã Hải Đông?", "xã Hải Đông", "Hải Đông", "commune"),
        ("ty le ho ngheo xa hai dong nam 2022", "xa hai dong", "hai dong", "commune"),
        ("xa hai dong co bao nhieu thon", "xa hai dong", "hai dong", "commune"),
        ("ho ngheo o xa Hai Dong", "xa Hai Dong", "Hai Dong", "commune"),
        ("dan so thanh pho ho chi minh la bao nhieu", "thanh pho ho chi minh", "ho chi minh", "city"),
        ("dan so quang ninh", "quang ninh", "Quảng Ninh", "province"),
        ("poverty in hai dong commune", "hai dong commune", "hai dong", "commune"),
        ("tỷ lệ hộ nghèo xã hải đông năm 2022", "xã hải đông", "hải đông", "commune"),
    ],
)
def test_one_place(text: str, mention: str, name: str, level: str) -> None:
    assert [(text[m.start : m.end], m.place.name, m.place.level) for m in find_places(text)] == [(mention, name, level)]


@pytest.mark.parametrize(
    "text",
    [
        "Duy trì xã đạt chuẩn nông thôn mới.", "dự toán thành phố giao", "của HĐND xã “về phương hướng”",
        "nâng cấp xã lên phường", "kinh tế - xã hội",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "xa hoi phat trien", "xa co bao nhieu thon", "phuong huong nhiem vu",
        "Nguyễn Thái Bình phát biểu",
        "hòa bình và ổn định", "Chủ tịch UBND tỉnh Nguyễn Văn An", "the commune has", "each district", "the poorest commune",
        "ty le ho ngheo",
        "binh quan 9 thang", "co quan thue",
        "toàn thành phố\nBáo cáo", "tỉnh Tây Nguyên", "xã Nông thôn mới", "", "120 ha nam 2022", "Phường đạt 5/5",
    ],
)  # fmt: skip
def test_no_place(text: str) -> None:
    assert find_places(text) == []


def test_lists_share_their_level_word() -> None:
    text = "các xã Hải Đông, Hải Tiến và Hải Xuân thuộc thành phố Móng Cái, tỉnh Quảng Ninh"
    assert [m.place for m in find_places(text)] == [
        Place("Hải Đông", "commune"), Place("Hải Tiến", "commune"), Place("Hải Xuân", "commune"), Place("Móng Cái", "city"),
        Place("Quảng Ninh", "province"),
    ]  # fmt: skip


def test_english_lists_share_their_level_word() -> None:
    text = "Compare Hai Dong, Hai Tien and Hai Xuan communes"
    assert [(text[m.start : m.end], m.place.level) for m in find_places(text)] == [
        ("Hai Dong", "commune"), ("Hai Tien", "commune"), ("Hai Xuan", "commune"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Place("Hải Đông", "commune"), Place("hai dong", "commune"), True),
        (Place("Hải Đông", "commune"), Place("Hai Dong"), True),
        (Place("Hà Nội", "city"), Place("Hanoi", "province"), True),
        (Place("Khánh Hoà", "province"), Place("Khánh Hòa", "province"), True),
        (Place("Hồ Chí Minh", "city"), Place("HCM", "city"), True),
        (Place("Hải Đông", "commune"), Place("Hải Đông", "ward"), False),
        (Place("Hải Đông", "commune"), Place("Hải Xuân", "commune"), False),
        (Place("Sóc Trăng", "city"), Place("Sóc Trăng", "province"), False),
    ],
)
def test_same_place(a: Place, b: Place, same: bool) -> None:
    assert same_place(a, b) is same
    assert same_place(b, a) is same
    assert same_place(a, a)


@pytest.mark.parametrize("part", ["Ab, ", "xã Hải ", "xa hai ", "Ab commune ", "AB ", "Ab "])
def test_long_texts_take_linear_time(part: str) -> None:
    assert find_places(part * 20_000) is not None


@given(st.text(alphabet=st.sampled_from("xãhuyệnXÃHẢIĐÔa Hải Đông.,\ntpTP1-"), max_size=50))
def test_mentions_stand_apart_in_order(text: str) -> None:
    end = 0
    for mention in find_places(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.place.name.strip()
        end = mention.end
