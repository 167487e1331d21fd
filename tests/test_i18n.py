"""The page's texts: both languages hold the same keys with the same fields, and the browser's wish is understood."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from ui.i18n import choose_language, text, texts


def fields(value: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(value) if name}


def test_both_languages_have_the_same_keys_and_fields() -> None:
    vi, en = texts("vi"), texts("en")
    assert vi.keys() == en.keys()
    assert {key for key in en if fields(vi[key]) != fields(en[key])} == set()
    assert all(value.strip() for value in (*vi.values(), *en.values()))


def test_every_text_is_used() -> None:
    folder = Path(__file__).parent.parent / "ui"
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix in (".py", ".js"))
    computed = ("add.", "checks.", "details.", "reports.page", "reports.sheet", "reports.slide", "gradio.")
    computed += tuple(f"answer.{kind}" for kind in ("result", "target", "estimate", "previous", "change"))

    def used(key: str) -> bool:
        return f'{key}"' in code or f"{key}'" in code or f'word("{key.split(".")[1]}"' in code or key.startswith(computed)

    assert [key for key in texts("en") if not used(key)] == []


def test_text_fills_its_fields_and_refuses_unknown_keys() -> None:
    assert text("en", "reports.pages", count=3) == "3 pages"
    assert text("vi", "reports.pages", count=3) == "3 trang"
    with pytest.raises(KeyError):
        text("en", "reports.no_such_text")


@pytest.mark.parametrize(
    ("wanted", "header", "expected"),
    [
        ("vi", "en-US,en;q=0.9", "vi"),
        ("", "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        (None, "fr-FR,en;q=0.8,vi;q=0.7", "en"),
        ({"not": "a language"}, "fr", "vi"),
    ],
)
def test_choose_language(wanted: object, header: str, expected: str) -> None:
    assert choose_language(wanted, header) == expected
