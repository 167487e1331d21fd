"""A sentence that ranks needs evidence that ranks."""

from __future__ import annotations

import pytest
from report_fakes import all_units, make_report

from assistant.ranks import unsupported_rank

PLAIN = all_units(make_report("Tỷ lệ hộ dân sử dụng nước sạch đạt 64,1%, tăng 5,8 điểm % so với năm 2022."))
RANKED = all_units(make_report("Mật ong bạc hà là sản phẩm OCOP đầu tiên của xã, sản lượng cao nhất huyện."))


@pytest.mark.parametrize(
    "sentence",
    [
        "Xã đứng đầu cả nước về nước sạch.",
        "Đây là tỷ lệ cao nhất tỉnh.",
        "Tỷ lệ này thấp nhất từ trước đến nay.",
        "Xã là nơi duy nhất đạt mức này.",
        "The commune has the highest share in the province.",
        "It ranks first.",
        "This is a record high.",
    ],
)
def test_a_rank_that_the_evidence_does_not_give_is_no_answer(sentence: str) -> None:
    assert unsupported_rank(sentence, PLAIN)


@pytest.mark.parametrize(
    "sentence",
    [
        "Tỷ lệ hộ dân sử dụng nước sạch đạt 64,1%.",
        "Báo cáo nhất trí với kết quả trên.",
        "Người đứng đầu xã chịu trách nhiệm.",
        "Nước sạch được quan tâm, nhất là ở vùng cao.",
        "At least 64.1% of households use clean water.",
        "Ít nhất 64,1% số hộ dùng nước sạch.",
        "Most of the households use clean water.",
    ],
)
def test_other_words_rank_nothing(sentence: str) -> None:
    assert not unsupported_rank(sentence, PLAIN)


def test_a_rank_of_the_evidence_may_be_told_in_either_language() -> None:
    assert not unsupported_rank("Mint honey is the first OCOP product of the commune and has the highest output.", RANKED)
    assert not unsupported_rank("Mật ong là sản phẩm OCOP đầu tiên.", RANKED)
    assert unsupported_rank("Mint honey is the only product.", all_units(make_report("Xã có mật ong bạc hà.")))
