"""Every word the page shows, in Vietnamese and English: `vi.toml` and `en.toml` hold the same keys.

[chat]
send = "Send"                 text("en", "chat.send") -> "Send"
pages = "{count} pages"       text("en", "reports.pages", count=3) -> "3 pages"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from index.records import Language

LANGUAGES: tuple[Language, ...] = ("vi", "en")

__all__ = ["LANGUAGES", "choose_language", "text", "texts"]


@cache
def texts(language: Language) -> Mapping[str, str]:
    """All texts of one language, keys joined by dots ("chat.send")."""
    tables = tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{table}.{key}": value for table, entries in tables.items() for key, value in entries.items()}


def text(language: Language, key: str, **fields: object) -> str:
    """One text with its `{fields}` filled in. An unknown key is a KeyError: a text that is missing is a mistake of ours."""
    return texts(language)[key].format(**fields)


def choose_language(wanted: object, accept_language: str = "", default: Language = "vi") -> Language:
    """The page's language: what the reader chose before, else the browser's, else `default`.

    `accept_language` is the HTTP header ("vi-VN,vi;q=0.9,en;q=0.8"); the first entry of ours wins, as browsers send it sorted.
    """
    for language in LANGUAGES:
        if wanted == language:
            return language
    for entry in accept_language.split(","):
        tag = entry.split(";")[0].strip().lower()
        for language in LANGUAGES:
            if tag == language or tag.startswith(f"{language}-"):
                return language
    return default
