"""What a user may set of a report: fields as text and back, checked. Pure.

    parse_changes(["year=2023", "place=xã Hải Đông", "number="])  -> {"period": "2023", "place": "commune:Hải Đông", "number": ""}
    with_edits(report, {"period": "2023"})                        -> the report with period=Period(2023)

A value has one written form, which the catalog keeps: an ISO date, "2023", "2021/2025" or "2023-01/2023-06" for a period,
"commune:Hải Đông" for a place. What people type is wider: "28/12/2022", "quý II/2023", "6 tháng đầu năm 2023", "xã Hải Đông".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, get_args

from .errors import DetailInvalid, DetailUnknown
from .language.normalise import canonical
from .language.periods import find_periods
from .language.places import find_places
from .metadata import Metadata, find_dates
from .records import Detail, FieldName, Period, Place, PlaceLevel, ReportInfo

FIELDS: tuple[FieldName, ...] = get_args(FieldName)
LONGEST: dict[FieldName, int] = {"title": 300, "issuer": 200, "number": 80, "place": 120, "date": 60, "period": 80}
_ALSO = {"year": "period", "quarter": "period", "document": "number"}  # what people call a field
_YEARS = range(1900, 2101)
_PERIOD = re.compile(r"(\d{4})(?:-(\d\d))?(?:/(\d{4})(?:-(\d\d))?)?")
_PLACE = re.compile(rf"({'|'.join(get_args(PlaceLevel))}):\s*(.+)")
_ALLOWED: dict[FieldName, tuple[str, str]] = {
    "title": ("one line of up to 300 characters", "một dòng, nhiều nhất 300 ký tự"),
    "issuer": ("one line of up to 200 characters", "một dòng, nhiều nhất 200 ký tự"),
    "number": ("one line of up to 80 characters, such as 125/BC-UBND", "một dòng, nhiều nhất 80 ký tự, ví dụ 125/BC-UBND"),
    "date": ("a day, such as 2022-12-28 or 28/12/2022", "một ngày, ví dụ 2022-12-28 hoặc 28/12/2022"),
    "place": ("one place, such as “xã Hải Đông” or “Hải Đông commune”", "một địa danh, ví dụ “xã Hải Đông”"),
    "period": (
        "a year, quarter, month or span, such as 2023, Q2 2023, 2023-01/2023-06 or “first 6 months of 2023”",
        "một năm, quý, tháng hoặc giai đoạn, ví dụ 2023, quý II/2023, 2023-01/2023-06 hoặc “6 tháng đầu năm 2023”",
    ),
}
_NAMES_VI: dict[FieldName, str] = {
    "title": "tên báo cáo",
    "issuer": "cơ quan ban hành",
    "number": "số văn bản",
    "date": "ngày văn bản",
    "place": "địa bàn",
    "period": "kỳ báo cáo",
}

Info = TypeVar("Info", bound=ReportInfo)


def parse_changes(given: Iterable[str]) -> dict[FieldName, str]:
    """ "field=value" each -> the values in their written form, "" for what goes back to what was read.

    Raises DetailUnknown, DetailInvalid.
    """
    changes: dict[FieldName, str] = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign:
            raise DetailUnknown(field=pair, allowed=", ".join(f"{field}=…" for field in FIELDS))
        changes[field_named(name)] = written(field_named(name), value)
    return changes


def field_named(name: str) -> FieldName:
    """Raises DetailUnknown."""
    plain = name.strip().lower()
    for field in FIELDS:
        if _ALSO.get(plain, plain) == field:
            return field
    raise DetailUnknown(field=name.strip(), allowed=", ".join(f"{field}=…" for field in FIELDS))


def written(field: FieldName, typed: str) -> str:
    """The written form of what somebody typed; "" for nothing. Raises DetailInvalid."""
    value = " ".join(canonical(typed).split())
    if not value:
        return ""
    if len(value) > LONGEST[field] or any(not char.isprintable() for char in value):
        raise _invalid(field, typed)
    if field == "date":
        return _written_date(value, typed)
    if field == "period":
        return period_text(_typed_period(value, typed))
    return place_text(_typed_place(value, typed)) if field == "place" else value


def period_text(period: Period) -> str:
    """ "2023", "2021/2025", "2023-01/2023-06"."""
    if (period.first_month, period.last_month) == (1, 12):
        return str(period.year) if period.year == period.last_year else f"{period.year}/{period.last_year}"
    first, last = f"{period.year}-{period.first_month:02d}", f"{period.last_year}-{period.last_month:02d}"
    return first if first == last else f"{first}/{last}"


def place_text(place: Place) -> str:
    return f"{place.level}:{place.name}"


def read_details(about: Metadata) -> tuple[Detail, ...]:
    """Every field as it was read, in the order of `FIELDS`."""
    values = {
        "title": about.title,
        "issuer": about.issuer,
        "number": about.number,
        "date": about.date,
        "place": place_text(about.place) if about.place else "",
        "period": period_text(about.period) if about.period else "",
    }
    return tuple(Detail(field, values[field], about.origins.get(field)) for field in FIELDS)


def with_edits(report: Info, edits: Mapping[FieldName, str]) -> Info:
    """The report with these values in place of what was read; "" goes back to that. Values are in their written form."""
    kept = {field: value for field, value in edits.items() if value}
    as_read = report.as_read or _as_is(report)
    present = {detail.field: detail.value for detail in as_read} | kept
    values: dict[str, Any] = {field: _value(field, present[field]) for field in FIELDS if field in present}
    return replace(report, **values, as_read=as_read, edits=tuple((field, kept[field]) for field in FIELDS if field in kept))


def shown(field: FieldName, report: ReportInfo, language: str) -> str:
    """A field's present value for a reader; "" where there is none."""
    value = getattr(report, field)
    return value.label(language) if isinstance(value, (Period, Place)) else str(value or "")


def _as_is(report: ReportInfo) -> tuple[Detail, ...]:
    """Of a library older than this: what it says now was read, nobody knows where."""
    about = Metadata(report.title, report.language, report.date, report.period, report.place, report.issuer, report.number)
    return read_details(about)


def _value(field: FieldName, text: str) -> object:
    if field == "period":
        return _plain_period(text)
    if field == "place":
        match = _PLACE.fullmatch(text)
        return Place(match[2], match[1]) if match else None  # type: ignore[arg-type]
    return text


def _plain_period(text: str) -> Period | None:
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None
    year, first, last_year, last = (int(part) if part else 0 for part in match.groups())
    period = Period(year, first or 1, last_year or year, last or (first if first and not last_year else 12))
    months = all(1 <= month <= 12 for month in (period.first_month, period.last_month))
    return period if months and year in _YEARS and period.last_year in _YEARS and period.first <= period.last else None


def _typed_period(value: str, typed: str) -> Period:
    """The whole of what was typed names one period."""
    if found := _plain_period(value):
        return found
    mentions = find_periods(value)
    bare = [m for m in mentions if not value[: m.start].strip(" ,(") and not value[m.end :].strip(" ,).")]
    if len(bare) != 1:
        raise _invalid("period", typed)
    return bare[0].period


def _typed_place(value: str, typed: str) -> Place:
    """A place with its level; a bare name is one of unknown level."""
    if match := _PLACE.fullmatch(value):
        return Place(match[2], match[1])  # type: ignore[arg-type]
    mentions = find_places(value)
    whole = [m for m in mentions if m.start == 0 and m.end == len(value)]
    if whole:
        return whole[0].place
    if len(mentions) > 1 or any(char in ":;,=<>" for char in value) or not any(char.isalpha() for char in value):
        raise _invalid("place", typed)
    return Place(value)


def _written_date(value: str, typed: str) -> str:
    for start, end, found in find_dates(value):
        if not value[:start].lower().replace("ngày", "").strip() and end == len(value):
            return found
    raise _invalid("date", typed)


def _invalid(field: FieldName, typed: str) -> DetailInvalid:
    allowed, allowed_vi = _ALLOWED[field]
    return DetailInvalid(field=field, name_vi=_NAMES_VI[field], value=typed.strip()[:80], allowed=allowed, allowed_vi=allowed_vi)
