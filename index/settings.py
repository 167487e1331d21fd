"""Settings: defaults < TOML file < environment (REPORTS_…) < arguments (command line). An unknown key is an error.

# settings.toml, in the library folder or wherever REPORTS_SETTINGS points
embedding_model = "bundled"       # or a hub name, a local path, "none"
passage_characters = 700
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .errors import SettingsError

PROGRAM = "report-assistant"
REBUILD_COMMAND = "report-assistant doctor --rebuild"
SETTINGS_FILE = "settings.toml"
ENVIRONMENT_PREFIX = "REPORTS_"
# Where the file is; where reference data for tests is; a key, which no file may hold and no message may show.
NOT_SETTINGS = frozenset({"REPORTS_SETTINGS", "REPORTS_SHARED", "REPORTS_MODEL_KEY"})

_RANGES: dict[str, tuple[int, int]] = {
    "batch_size": (1, 1024),
    "passage_characters": (100, 10_000),
    "max_file_bytes": (1, 10 * 2**30),
    "model_context": (0, 4_000_000),
    "model_output": (64, 32_000),
    "model_first_seconds": (1, 3_600),
    "model_total_seconds": (1, 3_600),
}


def default_directory() -> Path:
    """The platform's folder for a user's data, for example ~/.local/share/report-assistant."""
    import platformdirs

    return Path(platformdirs.user_data_dir(PROGRAM, appauthor=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be set. `embedding_model` and `passage_characters` shape the index; the others may change at any time."""

    directory: Path | None = None  # None: the platform's data folder
    embedding_model: str = "bundled"  # "bundled", a hub name, a local path, or "none": words only
    close_reading: str = "transformer"  # what reads passages once more where the model is the bundled one; "none": nothing does
    reranker: str = "none"  # a CrossEncoder that reads the best passages again, a hub name or a local path; "none": no reranker
    device: str = "cpu"  # where a sentence-transformers model runs: "cpu", "cuda", "cuda:1", "mps"
    batch_size: int = 32  # passages given to the embedding model at once
    passage_characters: int = 700  # what a passage aims at; `passage_maximum` is kept wherever a sentence or row allows
    max_file_bytes: int = 200 * 2**20
    language: str = "en"  # of messages: "en" or "vi"
    model: str = "none"  # a language model that writes the answers, "ollama:qwen3:8b", "openai:NAME" …; "none": no model
    model_url: str = ""  # its server, "http://127.0.0.1:8000/v1"; "": the provider's own
    model_context: int = 0  # tokens it may be given and write together; 0: what the model says of itself
    model_output: int = 1_200  # tokens it may write for one answer
    model_first_seconds: int = 60  # how long to wait for its first word, and for each next one
    model_total_seconds: int = 180  # how long to wait for the whole answer

    def __post_init__(self) -> None:
        if isinstance(self.directory, str):
            object.__setattr__(self, "directory", Path(self.directory).expanduser())
        for name in ("embedding_model", "reranker", "device", "model"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise SettingsError(name=name, value=value, allowed="a name that is not empty")
        if not isinstance(self.model_url, str) or (self.model_url and not self.model_url.startswith(("http://", "https://"))):
            raise SettingsError(name="model_url", value=self.model_url, allowed="an address that begins with http:// or https://")
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise SettingsError(name=name, value=value, allowed=f"a whole number from {low} to {high}")
        if self.embedding_model == "transformer":  # what an earlier version called the model that reads closely
            allowed = '"bundled", with close_reading = "transformer"; a hub name; a local path; "none"'
            raise SettingsError(name="embedding_model", value=self.embedding_model, allowed=allowed)
        if self.close_reading not in ("transformer", "none"):
            raise SettingsError(name="close_reading", value=self.close_reading, allowed="transformer, none")
        if self.language not in ("en", "vi"):
            raise SettingsError(name="language", value=self.language, allowed="en, vi")

    @property
    def passage_maximum(self) -> int:
        """Characters a passage keeps to unless one sentence or row alone is longer."""
        return self.passage_characters * 10 // 7

    @property
    def library_directory(self) -> Path:
        return self.directory or default_directory()

    def shape(self) -> str:
        """What shapes an index, in words: two libraries are comparable where this is equal."""
        return f"embedding_model={self.embedding_model}, passage_characters={self.passage_characters}"

    def fingerprint(self, index_format: str = "") -> str:
        """12 hex digits over `shape()` and the program's index format."""
        return hashlib.sha256(json.dumps([self.shape(), index_format]).encode()).hexdigest()[:12]


_FIELDS = {field.name: field for field in fields(Settings)}


def load_settings(file: Path | str | None = None, environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from every source, the later ones winning; an override that is None does not count.

    `file` (else REPORTS_SETTINGS) must exist; without either, <directory>/settings.toml is read where there is one.
    Raises SettingsError for an unknown key, a value out of range, or a file that is missing or not TOML.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in overrides.items() if value is not None}
    for name in given:
        if name not in _FIELDS:
            raise SettingsError(name=name, value=given[name], allowed="known settings are " + ", ".join(_FIELDS))
    above = _from_environment(environ) | given
    named = file or environ.get("REPORTS_SETTINGS")
    if named:
        values = _from_file(Path(named).expanduser())
    else:
        beside = Path(above.get("directory") or default_directory()).expanduser() / SETTINGS_FILE
        values = _from_file(beside) if beside.is_file() else {}
    return Settings(**_converted(values | above))


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(name="settings file", value=str(path), allowed=f"a readable TOML file ({error})") from error
    for name in values:
        if name not in _FIELDS:
            value = _masked(name, values[name])
            raise SettingsError(name=name, value=value, allowed=f"known settings in {path} are {', '.join(_FIELDS)}")
    return values


def _masked(name: str, value: object) -> object:
    """A key written where none belongs is not repeated on the screen or in a log."""
    return "***" if any(word in name.lower() for word in ("key", "token", "secret", "password")) else value


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, text in environ.items():
        if not key.startswith(ENVIRONMENT_PREFIX) or key in NOT_SETTINGS:
            continue
        name = "directory" if key == "REPORTS_LIBRARY" else key.removeprefix(ENVIRONMENT_PREFIX).lower()
        if name not in _FIELDS:
            known = ", ".join(ENVIRONMENT_PREFIX + field.upper() for field in _FIELDS)
            raise SettingsError(name=key, value=_masked(name, text), allowed=f"known variables are {known}")
        if text:
            values[name] = int(text) if name in _RANGES and text.strip().lstrip("-").isdecimal() else text
    return values


def _converted(values: Mapping[str, Any]) -> dict[str, Any]:
    converted = dict(values)
    if "directory" in converted:
        directory = converted["directory"]
        if not isinstance(directory, str | Path) or not str(directory):
            raise SettingsError(name="directory", value=directory, allowed="the path of a folder")
        converted["directory"] = Path(directory).expanduser()
    return converted
