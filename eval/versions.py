"""What a result was measured with: the commit and the versions of the packages that shape it."""

from __future__ import annotations

import platform
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "report-assistant",
    "langchain",
    "langchain-core",
    "chromadb",
    "sentence-transformers",
    "torch",
    "tantivy",
    "gradio",
    "numpy",
)


def package_versions() -> dict[str, str]:
    """Versions that shape a result; packages that are not installed are left out."""
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def commit_and_dirty() -> tuple[str, bool | None]:
    """(commit, differs from it); ("", None) outside a checkout."""
    here = Path(__file__).parent
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=True).stdout.strip()
        changes = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no"], cwd=here, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "", None
    return commit, bool(changes.stdout.strip())
