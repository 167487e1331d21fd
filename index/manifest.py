"""manifest.json: how a library was built. Written last when one is made, compared first when one is opened.

The catalog holds the same record and changes it in one transaction with what it describes; where the two differ, a rebuild
was cut off after its last step and the catalog is right.

    {"format": "1.1.3f2a", "shape": "embedding_model=bundled, passage_characters=700", "fingerprint": "0f3c…",
     "embedder": "bundled@5d41…", "dimension": 256, "program": "0.1.0"}
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .errors import LibraryDamaged, LibraryMismatch, LibraryVersion
from .search import FIELDS
from .settings import PROGRAM, REBUILD_COMMAND, Settings
from .split import SPLITTER

CATALOG_FORMAT = "2"  # raise it when the tables change
INDEX_FORMAT = f"{CATALOG_FORMAT}.{SPLITTER}.{hashlib.sha256(' '.join(FIELDS).encode()).hexdigest()[:4]}"
FILE = "manifest.json"
_PACKAGES = (
    PROGRAM,
    "numpy",
    "tantivy",
    "chromadb",
    "sqlalchemy",
    "langchain",
    "langchain-core",
    "sentence-transformers",
    "torch",
    "gradio",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`shape` is the settings' part, `format` the program's, `embedder` and `dimension` (floats a vector, 0: none) the model's."""

    format: str
    shape: str
    fingerprint: str
    embedder: str
    dimension: int
    program: str


def make_manifest(settings: Settings, embedder: str, dimension: int) -> Manifest:
    return Manifest(INDEX_FORMAT, settings.shape(), settings.fingerprint(INDEX_FORMAT), embedder, dimension, _version(PROGRAM))


def manifest_json(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1)


def parse_manifest(text: str, path: Path) -> Manifest:
    """Raises LibraryDamaged, naming `path`."""
    try:
        values = json.loads(text)
        return Manifest(**{name: values[name] for name in Manifest.__dataclass_fields__})
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryDamaged(file=path, detail=error, command=REBUILD_COMMAND) from error


def read_manifest(directory: Path) -> Manifest | None:
    """None where the folder has none. Raises LibraryDamaged."""
    path = directory / FILE
    try:
        return parse_manifest(path.read_text("utf-8"), path)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryDamaged(file=path, detail=error, command=REBUILD_COMMAND) from error


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """In one step: a reader sees the old one or the new one."""
    new = directory / (FILE + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(manifest_json(manifest) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(directory / FILE)


def check_format(directory: Path, manifest: Manifest) -> None:
    """Raises LibraryVersion where the tables themselves are another version's: nothing in there can be read."""
    if manifest.format.split(".")[0] != CATALOG_FORMAT:
        raise LibraryVersion(directory=directory, stored=manifest.format, wanted=INDEX_FORMAT, command=REBUILD_COMMAND)


def check_manifest(directory: Path, manifest: Manifest, settings: Settings) -> None:
    """Raises LibraryVersion, or LibraryMismatch naming both."""
    if manifest.format != INDEX_FORMAT:
        raise LibraryVersion(directory=directory, stored=manifest.format, wanted=INDEX_FORMAT, command=REBUILD_COMMAND)
    if manifest.shape != settings.shape():
        raise LibraryMismatch(directory=directory, stored=manifest.shape, wanted=settings.shape(), command=REBUILD_COMMAND)


def check_embedder(directory: Path, manifest: Manifest, embedder: str) -> None:
    """Raises LibraryMismatch where the model's own identity is another, whatever the setting calls it."""
    if manifest.embedder != embedder:
        raise LibraryMismatch(directory=directory, stored=manifest.embedder, wanted=embedder, command=REBUILD_COMMAND)


def package_versions() -> dict[str, str]:
    """Installed versions of this program and of the packages that shape its results; "" where one is missing."""
    return {name: _version(name) for name in _PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
