"""The READMEs say what is there: commands, options, files, sections, figures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.readme import MEASURES
from ui.cli import app

ROOT = Path(__file__).parents[1]
DOCS = ("README.md", "README.vi.md", "CONTRIBUTING.md")
READMES = ("README.md", "README.vi.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCS)
def test_make_targets_named_in_the_docs_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", " ".join(re.findall(r"`[^`]*`|^make .*$", read(name), re.MULTILINE))))
    assert named
    assert named <= targets


@pytest.mark.parametrize("name", DOCS)
def test_commands_and_options_named_in_the_docs_exist(name: str) -> None:
    for command, rest in re.findall(r"report-assistant ([a-z]+)\b([^`\n#]*)", read(name)):
        shown = CliRunner().invoke(app, [command, "--help"])
        assert shown.exit_code == 0, f"{name}: report-assistant {command}"
        for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest):
            assert option in shown.stdout, f"{name}: report-assistant {command} {option}"


@pytest.mark.parametrize("name", [*DOCS, "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", read(name)):
        assert (ROOT / target).exists(), f"{name}: {target}"


def test_files_named_in_contributing_exist() -> None:
    for path in re.findall(r"`((?:index|assistant|ui|eval|tests)/[\w./-]+)`", read("CONTRIBUTING.md")):
        if "<" not in path:
            assert (ROOT / path).exists(), path


def test_both_readmes_have_the_same_parts() -> None:
    english, vietnamese = (read(name) for name in READMES)
    for part in (r"^#+ ", r"^```", r"^\| ", r"^- ", r"^\|---"):
        assert len(re.findall(part, english, re.MULTILINE)) == len(re.findall(part, vietnamese, re.MULTILINE)), part
    code = [re.findall(r"^report-assistant (\S+)", text, re.MULTILINE) for text in (english, vietnamese)]
    assert code[0] == code[1]


def between(text: str, name: str) -> str:
    return text.split(f"<!-- {name}:begin -->")[1].split(f"<!-- {name}:end -->")[0]


@pytest.mark.parametrize("part", ["figures", "bench"])
def test_both_readmes_print_the_same_figures(part: str) -> None:
    numbers = [re.findall(r"\d+\.\d+", between(read(name), part).replace(",", ".")) for name in READMES]
    assert numbers[0]
    assert numbers[0] == numbers[1]


def test_the_readme_prints_the_kept_results() -> None:
    kept: dict[str, list[list[str]]] = {}
    for path in (ROOT / "eval" / "results").glob("*-*.json"):
        result = json.loads(path.read_text(encoding="utf-8"))
        values = [result["measures"][measure]["value"] for measure in MEASURES]
        kept.setdefault(result["set"], []).append([f"{value:.2f}" for value in values])
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", between(read("README.md"), "figures"), re.MULTILINE)
    assert rows
    for name, cells in rows:
        assert re.findall(r"\d\.\d+", cells) in kept[name], name


def test_no_document_names_a_machine_or_a_registry() -> None:
    for name in [*DOCS, "CHANGELOG.md", "Makefile", "constraints.txt", "pyproject.toml"]:
        assert not re.search(r"/work/|/tmp/|/root/|pypi\.org|download\.pytorch", read(name)), name


def test_pins_cover_what_is_needed() -> None:
    pinned = {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([\w.-]+)==", read("constraints.txt"), re.MULTILINE)}
    assert "torch==2.13.0" in read("constraints.txt").split("\n")
    needed = re.findall(r'"([A-Za-z][\w.-]*)(?:>=|")', read("pyproject.toml").split("dependencies = [")[1].split("]\n")[0])
    assert len(needed) > 10
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in needed} <= pinned
