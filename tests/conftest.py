"""Fixtures shared by many tests, and figures that a run of the tests has to show: printed once at the end, passing or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # library_fakes

from library_fakes import HashingEmbedder

from index import Library

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def show_figures(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """`show_figures(text)`: print `text` under "figures" when all tests are done."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared reference folder; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("REPORTS_SHARED") or Path(__file__).parents[2] / "shared")
    if not folder.is_dir():
        pytest.skip(f"reference data is not in {folder} (set REPORTS_SHARED)")
    return folder


@pytest.fixture
def embedder() -> HashingEmbedder:
    """A small embedding model without a file."""
    return HashingEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: HashingEmbedder) -> Iterator[Library]:
    """An empty library with a small embedding model."""
    with Library.open(tmp_path / "library", embedder=embedder) as opened:
        yield opened


def pytest_configure() -> None:
    """A reader's own settings and library are neither used nor measured. The browser tests' folder of screenshots is no setting."""
    os.environ.setdefault("SCREENSHOTS", os.environ.get("REPORTS_SCREENSHOTS", ""))
    for name in [name for name in os.environ if name.startswith("REPORTS_") and name != "REPORTS_SHARED"]:
        del os.environ[name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash.get(FIGURES, [])
    if figures:
        terminalreporter.section("figures")
        for text in figures:
            terminalreporter.write_line(text)
