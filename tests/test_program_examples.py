"""The curl commands of the READMEs, run as they stand against the sample reports."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "eval" / "sets" / "samples" / "reports"
REPORTS = ("tan-lam-thuong-2022.txt", "tan-lam-thuong-2023.md", "xa-phu-hai-tay-2023.html")
pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


def examples(name: str) -> list[str]:
    """The commands of the blocks of code that hold any, one below the other."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    return [part.strip() for block in blocks if "curl" in block for part in re.split(r"\n\n(?=curl)", block)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    library = tmp_path_factory.mktemp("library")
    (library / "settings.toml").write_text('embedding_model = "none"\n', encoding="utf-8")
    run = [sys.executable, "-m", "ui.cli", "--library", str(library)]
    subprocess.run([*run, "add", *(str(SAMPLES / name) for name in REPORTS)], check=True, capture_output=True, cwd=ROOT)
    with subprocess.Popen([*run, "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


def test_both_readmes_give_the_same_commands() -> None:
    assert len(examples("README.md")) == 4
    assert examples("README.md") == examples("README.vi.md")


def test_the_commands_do_what_the_readme_says(address: str) -> None:
    said = []
    for command in examples("README.md"):
        assert "http://127.0.0.1:7860/" in command
        done = subprocess.run(
            ["sh", "-c", command.replace("http://127.0.0.1:7860", address)], capture_output=True, encoding="utf-8", timeout=60
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    models, answer, stream, figures = said
    assert json.loads(models)["data"][0]["id"] == "report-assistant"
    choice = json.loads(answer)["choices"][0]
    assert "64,1%" in choice["message"]["content"]
    assert "64,1" in choice["message"]["annotations"][0]["report_citation"]["quote"]  # a row's unit stands in a cell of its own
    assert stream.rstrip().endswith("data: [DONE]")
    assert "64.1" in stream
    found = json.loads(figures)["result"]["structuredContent"]["figures"]
    assert "64.1" in {figure["number"] for figure in found}
