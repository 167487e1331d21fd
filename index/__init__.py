"""Report files -> a library that can be searched. Knows nothing of questions answered, chat or screens.

from index import Library

with Library.open() as library:
    library.add(["reports/"])
    best = library.search("tỷ lệ hộ dân dùng nước sạch")[0].passage
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import (
    ConverterMissing,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileForbidden,
    FileMissing,
    FileTooLarge,
    FormatUnsupported,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMismatch,
    LibraryVersion,
    ModelBusy,
    ModelError,
    ModelFailed,
    ModelKeyMissing,
    ModelKeyRefused,
    ModelMissing,
    ModelPackageMissing,
    ModelSlow,
    ModelUnknown,
    ModelUnreachable,
    NoTextFound,
    QuestionEmpty,
    QuestionError,
    QuestionTooLong,
    ReadError,
    ReaderStopped,
    ReportNotFound,
    ReportsError,
    SettingsError,
    StorageFull,
)
from .records import AddResult, Block, Cell, Language, Passage, Period, Place, Report, ReportInfo, ScoredPassage
from .settings import Settings, default_directory, load_settings

if TYPE_CHECKING:
    from .adding import AddProgress
    from .library import Library
    from .manifest import package_versions

__all__ = [
    "AddProgress",
    "AddResult",
    "Block",
    "Cell",
    "ConverterMissing",
    "FileDamaged",
    "FileEmpty",
    "FileEncrypted",
    "FileForbidden",
    "FileMissing",
    "FileTooLarge",
    "FormatUnsupported",
    "Language",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "LibraryMismatch",
    "LibraryVersion",
    "ModelBusy",
    "ModelError",
    "ModelFailed",
    "ModelKeyMissing",
    "ModelKeyRefused",
    "ModelMissing",
    "ModelPackageMissing",
    "ModelSlow",
    "ModelUnknown",
    "ModelUnreachable",
    "NoTextFound",
    "Passage",
    "Period",
    "Place",
    "QuestionEmpty",
    "QuestionError",
    "QuestionTooLong",
    "ReadError",
    "ReaderStopped",
    "Report",
    "ReportInfo",
    "ReportNotFound",
    "ReportsError",
    "ScoredPassage",
    "Settings",
    "SettingsError",
    "StorageFull",
    "default_directory",
    "load_settings",
    "package_versions",
]

_LATER = {"Library": "library", "AddProgress": "adding", "package_versions": "manifest"}  # a third of a second of SQL and numpy


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
