"""The ledger: which figures a report states, of what, when and where; kept with the library; tables and formulas over them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from report_fakes import Row, make_report
from typer.testing import CliRunner

from assistant.compare import difference, mean, percent_change, ranked, ratio, show, tables, total
from index import Library, Period, Place, Report
from index.figures.extract import figures_of
from index.figures.record import Figure, Kept, dump
from index.split import split
from ui.cli import app

TAN_LAM, HAI_DONG = Place("Tân Lâm", "commune"), Place("Hải Đông", "commune")


def ledger(report: Report) -> list[Figure]:
    return figures_of(report, split(report.id, report.text, report.blocks))


def test_a_sentence_gives_each_figure_with_its_indicator_kind_and_period() -> None:
    report = make_report(
        "# I. Kết quả năm 2022",
        "Tỷ lệ hộ nghèo còn 2,1%, giảm 0,9% so với năm 2021.",
        "# II. Phương hướng, nhiệm vụ năm 2023",
        "Tỷ lệ hộ nghèo còn dưới 1,5%.",
    )
    found = [(f.value, f.unit, f.kind, f.period, f.qualifier) for f in ledger(report)]
    assert found == [
        (Decimal("2.1"), "%", "actual", Period(2022), ""),
        (Decimal("0.9"), "%", "change", Period(2022), ""),
        (Decimal("1.5"), "%", "plan", Period(2023), "under"),
    ]
    assert {f.indicator for f in ledger(report)} == {"poor_household"}


def test_a_share_of_a_plan_is_no_figure_of_the_indicator() -> None:
    report = make_report("Thu ngân sách đạt 2.845 triệu đồng, bằng 104,6% dự toán huyện giao.")
    assert [(f.value, f.kind) for f in ledger(report)] == [(Decimal(2845), "actual"), (Decimal("104.6"), "change")]


def test_a_row_gives_the_place_that_its_first_column_names_and_the_indicator_of_its_columns() -> None:
    headers = ("Xã", "Số hộ", "Tỷ lệ hộ nghèo (%)")
    report = make_report(Row(("Tân Lâm", "512", "4,5"), headers), Row(("Tổng cộng", "2.310", "3,9"), headers))
    found = [(f.value, f.sort, f.indicator, f.place) for f in ledger(report)]
    assert found[1] == (Decimal("4.5"), "percentage", "poor_household", TAN_LAM)
    assert found[3] == (Decimal("3.9"), "percentage", "poor_household", HAI_DONG)


def test_figures_stand_where_they_say_and_survive_writing_down() -> None:
    report = make_report("Có 14/18 chỉ tiêu đạt kế hoạch; đàn lợn 3.420 con, sản lượng 14 – 16 tấn.")
    found = ledger(report)
    assert [report.text[f.start : f.end] for f in found] == ["14/18 chỉ tiêu", "3.420 con", "14 – 16 tấn"]
    assert list(Kept(report.id, dump(found)).of()) == found
    assert (found[0].of, found[2].lower) == (Decimal(18), Decimal(14))


def commune(name: str, year: int, *lines: str, id: str) -> Report:
    return make_report(*lines, title=f"Báo cáo năm {year}", period=Period(year), place=Place(name, "commune"), id=id)


@pytest.fixture
def figures() -> list[Figure]:
    return [
        *ledger(commune("Tân Lâm", 2022, "Tỷ lệ hộ nghèo là 7,7%. Toàn xã có 96 hộ nghèo.", id="a")),
        *ledger(commune("Tân Lâm", 2023, "Tỷ lệ hộ nghèo là 5,1%. Toàn xã có 64 hộ nghèo.", id="b")),
        *ledger(commune("Hải Đông", 2023, "Tỷ lệ hộ nghèo là 2,4%. Toàn xã có 41 hộ nghèo.", id="c")),
    ]


def test_a_table_has_a_cell_a_place_and_period_and_tells_what_is_missing(figures: list[Figure]) -> None:
    table = next(t for t in tables(figures) if t.dimension == "%/")
    assert (len(table.places), table.periods) == (2, (Period(2022), Period(2023)))
    assert table.missing() == [(HAI_DONG, Period(2022))]
    assert [c.place for c in ranked(table, Period(2023), highest=True)] == [TAN_LAM, HAI_DONG]


def test_differences_and_changes_are_computed_with_their_formula(figures: list[Figure]) -> None:
    shares = next(t for t in tables(figures) if t.dimension == "%/")
    heads = next(t for t in tables(figures) if t.dimension == "count/")
    early, late = (heads.at(TAN_LAM, Period(year)).figure for year in (2022, 2023))  # type: ignore[union-attr]
    before, after = (shares.at(TAN_LAM, Period(year)).figure for year in (2022, 2023))  # type: ignore[union-attr]
    assert early
    assert late
    assert before
    assert after
    gap = difference(after, before)
    assert gap
    assert (gap.value, gap.formula, gap.shown("en")) == (Decimal("-2.6"), "5,1% − 7,7%", "2.6 percentage points")
    change = percent_change(late, early)
    assert change
    assert (change.value, change.formula) == (Decimal("-33.3"), "(64 hộ − 96 hộ) / 96 hộ")
    assert percent_change(after, before) is None
    half = ratio(late, early)
    assert half
    assert half.value == Decimal("0.6667")
    added = total([early, late])
    assert added
    assert added.value == 160
    assert total([before, after]) is None
    middle = mean([early, late])
    assert middle
    assert (middle.value, middle.formula) == (Decimal(80), "(96 hộ + 64 hộ) / 2")


def test_amounts_of_other_dimensions_are_never_set_against_each_other(figures: list[Figure]) -> None:
    share, heads = figures[0], figures[1]
    assert (difference(share, heads), ratio(share, heads), total([share, heads])) == (None, None, None)


def test_scales_are_one_amount_and_reports_that_disagree_are_a_contradiction() -> None:
    same = [
        *ledger(commune("Tân Lâm", 2022, "Thu ngân sách đạt 2.845 triệu đồng.", id="a")),
        *ledger(commune("Tân Lâm", 2022, "Thu ngân sách đạt 2,845 tỷ đồng.", id="b")),
    ]
    assert tables(same)[0].contradictions == ()
    other = ledger(commune("Tân Lâm", 2022, "Thu ngân sách đạt 2.900 triệu đồng.", id="c"))
    (cell,) = tables([*same, *other])[0].contradictions
    assert cell.figure is None
    assert show(cell.figures[0], "en") == "2,845 million VND"


def test_a_library_keeps_its_figures_until_a_report_changes(tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.txt"
    path.write_text("BÁO CÁO\nKết quả năm 2022 xã Hải Đông\n\nTỷ lệ hộ nghèo của xã năm 2022 là 2,1%.\n", encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        library.add([path])
        assert [f.value for f in library.figures("poverty rate")] == [Decimal("2.1")]
        assert library.figures("poverty rate") == library.figures("tỷ lệ hộ nghèo")
        assert library.figures("nước sạch") == []
        assert library.figures("hộ nghèo", period=Period(2021)) == []
        assert library.figures("hộ nghèo", kind="plan") == []
        path.write_text(path.read_text(encoding="utf-8").replace("2,1%", "1,9%"), encoding="utf-8")
        library.add([path])
        assert [f.value for f in library.figures("hộ nghèo")] == [Decimal("1.9")]
        library.remove(library.reports()[0].id)
        assert library.figures() == []


def test_the_command_lists_figures_and_names_disagreements(tmp_path: Path) -> None:
    for name, value in (("a.txt", "2,1%"), ("b.txt", "2,4%")):
        text = f"BÁO CÁO\nKết quả năm 2022 xã Hải Đông\n\nTỷ lệ hộ nghèo của xã năm 2022 là {value}.\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    library = str(tmp_path / "library")
    run = CliRunner()
    assert run.invoke(app, ["--library", library, "add", str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]).exit_code == 0
    shown = run.invoke(app, ["--library", library, "--language", "en", "figures", "hộ nghèo"])
    assert shown.exit_code == 0
    assert "2,1%\tresult\t2022\tHải Đông commune\ta.txt, p. 1" in shown.stdout
    assert "Different figures for Hải Đông commune, 2022: 2.1 %, 2.4 %" in shown.output
    wrong = run.invoke(app, ["--library", library, "--language", "en", "figures", "hộ nghèo", "--kind", "guess"])
    assert (wrong.exit_code, "no kind of figure" in wrong.output) == (1, True)
