"""The page over HTTP and its panels' functions without a browser: what it serves, what it refuses, what it keeps."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_fakes import CLEAN_WATER, FakeAssistant, FakeLibrary, sample_reports

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page, served by another process: Gradio leaves sockets and loops behind that warnings-as-errors would meet here."""
    server = [sys.executable, str(Path(__file__).parent / "page_server.py"), str(tmp_path_factory.mktemp("library"))]
    with subprocess.Popen(server, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def get(url: str) -> tuple[dict[str, str], str]:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return {name.lower(): value for name, value in reply.headers.items()}, reply.read().decode("utf-8")


def test_the_address_is_printed_when_the_page_answers(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    headers, page = get(address)
    assert "window.raData" in page.split("<title>")[0]  # before Gradio's own scripts
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_no_component_of_the_page_loads_anything_from_elsewhere(address: str) -> None:
    _, config = get(f"{address}/config")
    values = json.loads(config)
    assert values["analytics_enabled"] is False
    assert not values.get("run_history")
    assert "fonts.googleapis" not in config
    theme = get(f"{address}/theme.css")[1]
    assert set(re.findall(r"https?://[^\s/)]*", theme)) <= {"http://www.w3.org"}  # the name of SVG, not an address
    assert "@import" not in theme


def test_no_endpoint_is_offered_to_other_programs(address: str) -> None:
    info = json.loads(get(f"{address}/gradio_api/info")[1])
    assert info["named_endpoints"] == {}
    assert info["unnamed_endpoints"] == {}


def test_files_outside_are_not_served(address: str) -> None:
    for path in ("/etc/passwd", str(ROOT / "pyproject.toml"), "../../etc/passwd"):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            get(f"{address}/gradio_api/file={path}")
        with refusal.value:
            assert refusal.value.code in (403, 404)


def test_a_taken_port_is_one_sentence() -> None:
    from index.errors import SettingsError
    from ui.app import launch

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        with pytest.raises(SettingsError, match="it is taken"):
            launch(None, None, port=held.getsockname()[1])  # type: ignore[arg-type]


def test_importing_the_command_line_does_not_import_gradio() -> None:
    check = "import sys, ui.cli; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    return FakeAssistant(FakeLibrary(tmp_path, sample_reports()))


def test_a_conversation_streams_then_keeps_its_turns(assistant: FakeAssistant) -> None:
    from ui.chat import converse

    steps = list(converse(assistant, "What share of households use clean water?", [], None, "en"))
    assert [turn["question"] for turn in steps[0][1] or []] == ["What share of households use clean water?"]
    assert all(turns is None for _, turns in steps[1:-1])
    messages, turns = steps[-1]
    assert turns is not None
    assert [message["role"] for message in messages] == ["user", "assistant"]
    list(converse(assistant, "And poverty?", turns, ["water22"], "en"))
    question, history, reports = assistant.asked[-1]
    assert [message.text for message in history] == ["What share of households use clean water?", turns[0]["text"]]
    assert history[0].standalone == "What share of households use clean water?"
    assert (question, reports) == ("And poverty?", ("water22",))


def test_errors_are_one_sentence_in_the_page_s_language_and_not_part_of_the_history(
    assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    from ui.chat import converse, history_of

    *_, (_, turns) = converse(assistant, "x" * 3000, [], None, "vi")
    assert turns is not None
    assert "tối đa là 2000" in turns[-1]["markdown"]
    *_, (_, turns) = converse(assistant, "boom", turns, None, "en")
    assert turns is not None
    assert "Something went wrong inside the program" in turns[-1]["markdown"]
    assert "RuntimeError" in caplog.text  # the traceback is for the log
    assert history_of(turns) == ()


def test_what_a_browser_kept_is_checked_before_it_is_used() -> None:
    from ui.chat import read_picked, read_turns
    from ui.earlier import put_away, read_chats

    good = {"question": "q", "markdown": "a", "liked": True, "text": 5, "other": object()}
    assert read_turns([good, {"question": 1}, "x", None]) == [
        {"question": "q", "markdown": "a", "standalone": "", "text": "", "liked": True}
    ]
    assert read_turns({"no": "list"}) == []
    assert len(read_turns([good] * 500)) == 60
    assert read_picked('["a", 5]') == ["a"]
    assert read_picked("") is None
    assert read_picked("{broken") is None
    assert read_chats([{"turns": [good]}, {"turns": []}, 7])[0]["title"] == "q"
    assert put_away([], []) == []
    big = [{"question": "q", "markdown": "x" * 40_000}] * 30
    assert len(put_away([{"title": "q", "turns": big}] * 5, big)) == 1  # type: ignore[arg-type, typeddict-item]


def test_the_source_panel_says_what_is_wrong_with_a_link(assistant: FakeAssistant) -> None:
    from ui.source import open_source

    library = assistant.library
    start = library.report("water22").text.index(CLEAN_WATER)
    cid = f"#cite-water22-{start}-{start + len(CLEAN_WATER)}"
    assert "<mark" in open_source(library, {"cid": cid}, "en")
    assert "does not point into a report" in open_source(library, {"cid": "#cite-../../etc/passwd-0-1"}, "en")
    assert "no longer in the library" in open_source(library, {"cid": "#cite-gone-0-1"}, "en")
    assert "Báo cáo đã thay đổi" in open_source(library, {"cid": "#cite-water22-0-99999999"}, "vi")
    wide = open_source(library, {"cid": cid, "first": 0, "last": 10**9, "direction": "up"}, "en")
    assert "<mark" in wide  # a window that does not exist is not shown


def run_job(tmp_path: Path, code: str) -> list[tuple[str, str, str]]:
    from ui.reports import AddJob, Upload

    script = tmp_path / "add.py"
    script.write_text(code, encoding="utf-8")
    files = [Upload(tmp_path / "a b=c.txt", "Báo cáo.txt"), Upload(tmp_path / "d.txt", "d.txt")]
    *_, rows = AddJob([sys.executable, str(script)], files, "vi").run()
    return [(row.name, row.state, row.detail) for row in rows]


def test_a_child_that_dies_fails_the_files_it_had_not_finished(tmp_path: Path) -> None:
    rows = run_job(tmp_path, "import sys; sys.exit('no memory')")
    assert [row[:2] for row in rows] == [("Báo cáo.txt", "failed"), ("d.txt", "failed")]
    assert "no memory" in rows[0][2]
    assert "dừng giữa chừng" in rows[0][2]


def test_a_child_that_dies_on_one_file_leaves_the_rest_to_another(tmp_path: Path) -> None:
    code = """
import json, os, sys
paths = sys.argv[-(sys.argv.count("--name")):]
results = []
for path in paths:
    print(json.dumps({"file": path, "step": "read", "done": 0, "total": 1}), file=sys.stderr, flush=True)
    if path.endswith("c.txt"):
        os.kill(os.getpid(), 9)
    results.append({"path": path, "status": "added", "report": {}, "error": None})
print(json.dumps({"results": results}))
"""
    rows = run_job(tmp_path, code)
    assert [row[:2] for row in rows] == [("Báo cáo.txt", "failed"), ("d.txt", "added")]
    assert "exit -9" in rows[0][2]


def test_an_archive_is_one_row_that_names_what_could_not_be_read(tmp_path: Path) -> None:
    from ui.reports import AddJob, Upload

    script = tmp_path / "add.py"
    script.write_text(
        """
import json, sys
wrong = {"code": "FileEmpty", "message": "t.zip › b.txt: empty.", "message_vi": "t.zip › b.txt: rỗng."}
print(json.dumps({"file": "t.zip › a.txt", "step": "read", "done": 0, "total": 1}), file=sys.stderr, flush=True)
print(json.dumps({"results": [
    {"path": "t.zip › a.txt", "status": "added", "report": {}, "error": None},
    {"path": "t.zip › b.txt", "status": "failed", "report": None, "error": wrong},
]}))
""",
        encoding="utf-8",
    )
    *_, rows = AddJob([sys.executable, str(script)], [Upload(tmp_path / "x.zip", "t.zip")], "vi").run()
    assert [(row.name, row.state, row.detail) for row in rows] == [("t.zip (1/2)", "added", "t.zip › b.txt: rỗng.")]


def test_an_error_of_the_whole_run_is_its_own_sentence(tmp_path: Path) -> None:
    rows = run_job(tmp_path, """print('{"error": {"code": "LibraryLocked", "message": "en", "message_vi": "Đang được ghi."}}')""")
    assert {row[2] for row in rows} == {"Đang được ghi."}


def test_a_program_that_is_not_there_fails_every_file(tmp_path: Path) -> None:
    from ui.reports import AddJob, Upload

    *_, rows = AddJob([str(tmp_path / "nowhere")], [Upload(tmp_path / "a.txt", "a.txt")], "en").run()
    assert rows[0].state == "failed"
    assert "Nothing stored before was harmed" in rows[0].detail


def test_feedback_is_one_line_each_in_the_library_s_folder(tmp_path: Path) -> None:
    from ui.chat import write_feedback

    path = tmp_path / "new" / "feedback.jsonl"
    write_feedback(path, {"question": "q\n1", "markdown": "", "text": "a"}, True, "vi")
    write_feedback(path, {"question": "q2", "markdown": "", "text": "b"}, None, "en")
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(entry["question"], entry["liked"], entry["language"]) for entry in entries] == [
        ("q\n1", True, "vi"),
        ("q2", None, "en"),
    ]
