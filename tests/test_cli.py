"""The command line as programs and people meet it: JSON shapes, exit codes, one sentence for each mistake."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from library_fakes import HashingReader
from typer.testing import CliRunner

from assistant.answers import Answer, Citation, Evidence, Refusal, Value
from index import Library, LibraryLocked
from index.errors import QuestionTooLong
from index.onnx_embed import TransformerEmbedder
from index.records import ReportInfo
from ui import cli, terminal
from ui.json_shapes import answer_json

REPORT = "Báo cáo năm 2022 của xã Tân Lập\n\nXã có 10 thôn.\n\nTỷ lệ hộ dùng nước sạch đạt 85,1%.\n"
QUOTE = "Tỷ lệ hộ dùng nước sạch đạt 85,1%."

ANSWER = Answer(
    question="Clean water?",
    language="en",
    text="**85.1 %** [1]",
    value=Value("85,1%", "85.1 %", 10, 15, "percentage", Decimal("85.1"), "%", "result", "households"),
    citations=(Citation(1, "r1", "Báo cáo", "/x/a.txt", 1, 0, 34, QUOTE),),
    shown=(Evidence("r1", 0, 34, QUOTE, 1, "", "Báo cáo", "/x/a.txt", 0.87),),
    standalone="Clean water?",
    fingerprint="f00d",
    seconds=0.01234,
)
REFUSED = Answer(question="", language="en", text="The question is empty.", refusal=Refusal("empty", "The question is empty."))


class Asked:
    """Stands in for the assistant: what it answers is fixed, what it was asked is remembered."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    @property
    def library(self) -> Asked:
        return self

    def reports(self) -> list[ReportInfo]:
        return []

    def answer(self, question: str, history: Any = ()) -> Answer:
        self.asked.append((question, [message.text for message in history]))
        if len(question) > 2000:
            raise QuestionTooLong(length=len(question), limit=2000)
        return ANSWER if question.strip() else REFUSED


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORTS_EMBEDDING_MODEL", "none")  # words only: nothing here is about vectors
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path / "library"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    stand_in = Asked()
    monkeypatch.setattr(cli.Session, "assistant", lambda session: stand_in)
    return stand_in


def run(library: Path, *arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, ["--library", str(library), *arguments], input=stdin)
    return result.exit_code, result.stdout, result.stderr


def run_json(library: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(library, *arguments, "--json")
    assert out.count("\n") == 1, out
    shape = json.loads(out)
    assert isinstance(shape, dict)
    return code, shape


# --- add, list, search, remove -------------------------------------------------------------------------------------------------


def test_a_report_goes_in_is_found_and_goes_out(library: Path, report: Path) -> None:
    code, added = run_json(library, "add", str(report))
    assert code == 0
    assert (added["added"], added["failed"]) == (1, 0)
    assert added["results"][0]["path"] == str(report)
    assert added["results"][0]["status"] == "added"
    identity = added["results"][0]["report"]["id"]

    assert run_json(library, "add", str(report))[1]["unchanged"] == 1

    code, listed = run_json(library, "list")
    assert code == 0
    assert [entry["id"] for entry in listed["reports"]] == [identity]

    code, found = run_json(library, "search", "nước sạch", "-k", "3")
    assert code == 0
    best = found["results"][0]
    assert set(best) == {"report", "source", "page", "start", "end", "text", "score"}
    assert best["report"] == identity
    assert best["source"] == listed["reports"][0]["source"]
    assert QUOTE in best["text"]
    assert {"heading", "arms"} <= set(run_json(library, "search", "nước sạch", "--explain")[1]["results"][0])

    assert run_json(library, "remove", identity) == (0, {"removed": [identity]})
    assert run_json(library, "list")[1]["reports"] == []
    assert run_json(library, "search", "nước sạch")[1]["results"] == []


def test_details_are_shown_with_where_they_were_read_and_set(library: Path, report: Path) -> None:
    identity = run_json(library, "add", str(report))[1]["results"][0]["report"]["id"]
    _, out, _ = run(library, "show", identity)
    assert re.search(r"Reporting period +2022   \(in the text, page 1: “năm 2022”\)", out)
    code, shape = run_json(library, "set", identity, "year=2023", "number=7/BC-UBND")
    assert code == 0
    assert (shape["report"]["period"]["year"], shape["report"]["number"]) == (2023, "7/BC-UBND")
    assert shape["report"]["origins"]["period"] == {"read": "2022", "kind": "text", "start": 8, "end": 16, "set": "2023"}
    assert run_json(library, "list")[1]["reports"][0]["number"] == "7/BC-UBND"
    _, out, _ = run(library, "--language", "vi", "show", identity)
    assert re.search(r"Kỳ báo cáo +2023   \(do bạn đặt; tệp ghi: 2022\)", out)
    assert run_json(library, "set", identity, "period=")[1]["report"]["period"]["year"] == 2022
    for change, code, word in (("colour=1", "DetailUnknown", "number=…"), ("date=soon", "DetailInvalid", "28/12/2022")):
        status, shape = run_json(library, "set", identity, "year=2000", change)
        assert (status, shape["error"]["code"]) == (1, code)
        assert word in shape["error"]["message_vi"]
    assert run_json(library, "list")[1]["reports"][0]["period"]["year"] == 2022  # one wrong value: nothing is set
    assert run_json(library, "set", "nothing", "year=2000")[1]["error"]["code"] == "ReportNotFound"


def test_a_file_that_fails_leaves_the_others_and_exits_1(library: Path, report: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    code, shape = run_json(library, "add", str(tmp_path / "empty.txt"), str(report), str(tmp_path / "missing.pdf"))
    assert code == 1
    assert [result["status"] for result in shape["results"]] == ["failed", "added", "failed"]
    error = shape["results"][0]["error"]
    assert error["code"] == "FileEmpty"
    assert "empty.txt" in error["message"]
    assert "empty.txt" in error["message_vi"]
    assert error["message"] != error["message_vi"]
    _, _, said = run(library, "add", str(tmp_path / "missing.pdf"))
    assert "missing.pdf: there is no such file or folder" in said


def test_a_renamed_file_keeps_the_path_it_was_given_as(library: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "a=b.bin", tmp_path / "c.bin"
    one.write_text(REPORT, encoding="utf-8")
    two.write_text(REPORT + "Thêm một câu.\n", encoding="utf-8")
    names = ("--name", f"{one}=x=y.txt", "--name", f"{two}=x=y.txt")
    code, shape = run_json(library, "add", str(one), str(two), *names)
    assert code == 0
    assert [result["path"] for result in shape["results"]] == [str(one), str(two)]
    assert shape["results"][0]["report"]["name"] == "x=y.txt"
    code, _, said = run(library, "add", str(one), "--name", "nothing=here.txt")
    assert code == 1
    assert "PATH=NAME" in said


def test_progress_is_json_lines_on_stderr(library: Path, report: Path) -> None:
    _, out, said = run(library, "add", str(report), "--json", "--progress-json")
    json.loads(out)
    events = [json.loads(line) for line in said.split("\n") if line.startswith("{")]
    assert [event["step"] for event in events] == ["read", "split", "embed", "store", "done"]
    assert all(event["file"] == str(report) and 0 <= event["done"] <= event["total"] for event in events)


def test_an_unknown_id_removes_nothing(library: Path, report: Path) -> None:
    identity = run_json(library, "add", str(report))[1]["results"][0]["report"]["id"]
    code, shape = run_json(library, "remove", identity, "nosuchid")
    assert code == 1
    assert shape["error"]["code"] == "ReportNotFound"
    assert len(run_json(library, "list")[1]["reports"]) == 1


# --- close reading -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(library: Path, monkeypatch: pytest.MonkeyPatch) -> HashingReader:
    """With the bundled model, and a reader that is a fake."""
    made = HashingReader()
    monkeypatch.delenv("REPORTS_EMBEDDING_MODEL")
    monkeypatch.setattr(TransformerEmbedder, "load", lambda: made)
    return made


def close_reading(library: Path) -> str:
    return str(run_json(library, "doctor")[1]["close_reading"])


def test_what_is_added_is_read_closely_unless_later(library: Path, report: Path, reader: HashingReader) -> None:
    code, shape = run_json(library, "add", str(report), "--later")
    assert (code, shape["added"], reader.given) == (0, 1, [])
    assert close_reading(library) == "0 of 1 passages"
    assert QUOTE in run_json(library, "search", "nước sạch")[1]["results"][0]["text"]
    code, out, said = run(library, "add", str(report), "--json")
    assert (code, json.loads(out)["unchanged"], out.count("\n")) == (0, 1, 1)
    assert "Read closely: 1 of 1 passages" in said
    assert close_reading(library) == "1 of 1 passages"
    assert QUOTE in run_json(library, "search", "nước sạch")[1]["results"][0]["text"]
    assert reader.asked == ["nước sạch"]
    assert "Read closely" not in run(library, "add", str(report))[2]  # there is nothing left to read
    assert len(reader.given) == 1


def test_close_reading_is_told_in_vietnamese_too(library: Path, report: Path, reader: HashingReader) -> None:
    assert "Đã đọc kỹ 1 trên 1 đoạn" in run(library, "--language", "vi", "add", str(report))[2]


def test_a_file_that_fails_keeps_no_other_from_being_read(
    library: Path, report: Path, reader: HashingReader, tmp_path: Path
) -> None:
    code, shape = run_json(library, "add", str(tmp_path / "missing.pdf"), str(report))
    assert (code, shape["added"], shape["failed"]) == (1, 1, 1)
    assert close_reading(library) == "1 of 1 passages"


def test_a_title_set_is_read_with_the_passages_and_nothing_that_was_left_for_later(
    library: Path, report: Path, reader: HashingReader
) -> None:
    added = run_json(library, "add", str(report), "--later")[1]["results"][0]["report"]["id"]
    run_json(library, "set", added, "title=Báo cáo tổng kết")
    assert reader.given == []
    run_json(library, "add", str(report))
    run_json(library, "set", added, "title=Báo cáo năm cũ")
    assert close_reading(library) == "1 of 1 passages"
    assert reader.given[-1][0].startswith("Báo cáo năm cũ")


def test_close_reading_can_be_off(library: Path, report: Path, reader: HashingReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTS_CLOSE_READING", "none")
    assert run_json(library, "add", str(report))[0] == 0
    assert close_reading(library) == "off"
    assert reader.given == []


def test_close_reading_interrupted_leaves_the_reports_and_their_json(
    library: Path, report: Path, reader: HashingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reader, "read", interrupted)
        code, shape = run_json(library, "add", str(report))
    assert (code, shape["added"]) == (130, 1)
    assert close_reading(library) == "0 of 1 passages"
    assert run_json(library, "add", str(report))[0] == 0
    assert close_reading(library) == "1 of 1 passages"


def test_close_reading_that_fails_is_one_sentence_and_spoils_no_json(
    library: Path, report: Path, reader: HashingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(library: Library, **more: object) -> bool:
        raise LibraryLocked(directory=library.directory, holder="process 7")

    monkeypatch.setattr(Library, "read_closely", locked)
    code, out, said = run(library, "add", str(report), "--json")
    assert [json.loads(line)["added"] for line in out.splitlines()] == [1]
    assert "process 7" in said
    assert code == 1


# --- ask -----------------------------------------------------------------------------------------------------------------------


def test_an_answer_has_the_promised_shape(library: Path, asked: Asked) -> None:
    code, shape = run_json(library, "ask", "Clean water?")
    assert code == 0
    assert {
        "question", "language", "answered", "text", "value", "refusal", "citations", "shown", "fingerprint", "seconds",
    } <= shape.keys()  # fmt: skip
    assert (shape["answered"], shape["value"], shape["refusal"]) == (True, "85.1 %", None)
    citation = shape["citations"][0]
    assert {"marker", "report", "title", "source", "page", "start", "end", "quote"} <= citation.keys()
    assert citation["quote"] == QUOTE
    assert shape["shown"][0]["text"] == QUOTE
    code, out, _ = run(library, "ask", "Clean water?")
    assert code == 0
    assert "85.1 %" in out
    assert QUOTE in out


def test_a_citation_of_a_spreadsheet_names_its_sheet_as_the_page_does(library: Path, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for name, label, share in (("1. Dân số", "hộ gia đình", "97,5%"), ("2. Nước sạch", "hộ dùng nước sạch", "85,1%")):
        sheet = workbook.create_sheet(name)
        for row in (["Báo cáo năm 2022 xã Tân Lập"], ["Chỉ tiêu", "Năm 2021", "Năm 2022"], [f"Tỷ lệ {label}", "80,2%", share]):
            sheet.append(row)
    del workbook["Sheet"]
    workbook.save(tmp_path / "bieu.xlsx")
    run(library, "add", str(tmp_path / "bieu.xlsx"))
    for question, place in (
        ("Tỷ lệ hộ dùng nước sạch năm 2022 là bao nhiêu?", "trang tính “2. Nước sạch”"),
        ("What share of households use clean water in 2022?", "sheet “2. Nước sạch”"),
    ):
        code, out, _ = run(library, "ask", question)
        cited = next(line for line in out.splitlines() if line.startswith("[1]"))
        assert (code, cited.endswith(f", {place}")) == (0, True), out
        assert "“Tỷ lệ hộ dùng nước sạch | 80,2% | 85,1%”" in out


def test_a_refusal_is_an_answer(library: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Answer(question="?", language="vi", text="…", refusal=Refusal("other_period", "Thư viện chỉ có năm 2022.", ("2022",)))
    monkeypatch.setattr(asked, "answer", lambda question, history=(): refused)
    code, shape = run_json(library, "ask", "?")
    assert code == 0
    assert shape["answered"] is False
    assert shape["value"] is None
    assert shape["refusal"] == {"reason": "other_period", "message": "Thư viện chỉ có năm 2022.", "held": ["2022"]}


def test_an_empty_question_is_a_mistake(library: Path, asked: Asked) -> None:
    code, shape = run_json(library, "ask", "  ")
    assert code == 1
    assert shape["refusal"]["reason"] == "empty"
    code, shape = run_json(library, "ask", "x" * 10_000)
    assert code == 1
    assert shape["error"]["code"] == "QuestionTooLong"


def test_many_questions_one_object_a_line(library: Path, asked: Asked, tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "question": "Clean water?"}',
        "",
        '{"id": "b", "question": "And in 2023?", "history": ["Clean water?"]}',
        '{"question": "Without an id?"}',
        '{"id": "d", "question": " "}',
        "[1]",
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(library, "ask", "--questions", str(file))
    shapes = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [shape["id"] for shape in shapes] == ["a", "b", 4, "d", 6]
    assert [shape.get("value") for shape in shapes] == ["85.1 %", "85.1 %", "85.1 %", None, None]
    assert shapes[3]["refusal"]["reason"] == "empty"
    assert "line 6" in shapes[4]["error"]["message"]
    assert ("And in 2023?", ["Clean water?", "**85.1 %** [1]"]) in asked.asked
    assert run(library, "ask", "--questions", "-", stdin=lines[0] + "\n")[0] == 0


def test_a_question_file_that_cannot_be_read_is_named(library: Path, asked: Asked, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\xd8")
    for name in ("missing.jsonl", "binary"):
        code, _, said = run(library, "ask", "--questions", str(tmp_path / name))
        assert code == 1
        assert name in said


# --- mistakes ------------------------------------------------------------------------------------------------------------------


def test_messages_follow_the_language_asked_for(library: Path) -> None:
    run(library, "list")
    assert "no reports yet" in run(library, "--language", "en", "list")[2]
    assert "chưa có báo cáo" in run(library, "--language", "vi", "list")[2]
    assert run(library, "--language", "fr", "list")[0] == 2


@pytest.mark.parametrize(
    "arguments", [["ask"], ["ask", "a", "--questions", "b"], ["search", "a", "-k", "0"], ["nonsense"], ["add"]]
)
def test_wrong_usage_exits_2(library: Path, arguments: list[str]) -> None:
    assert run(library, *arguments)[0] == 2


def test_a_program_mistake_is_logged_and_told_in_one_sentence(library: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    run(library, "list")

    def broken(question: str, history: object = ()) -> Answer:
        raise RuntimeError("a bug")

    monkeypatch.setattr(asked, "answer", broken)
    code, out, said = run(library, "ask", "Clean water?", "--json")
    assert code == terminal.PROGRAM_MISTAKE == 70
    assert json.loads(out)["error"]["code"] == "ProgramError"
    assert "Traceback" not in said
    assert str(library / terminal.LOG_NAME) in said
    assert "RuntimeError: a bug" in (library / terminal.LOG_NAME).read_text(encoding="utf-8")


def test_an_interrupt_exits_130(library: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(question: str, history: object = ()) -> Answer:
        raise KeyboardInterrupt

    monkeypatch.setattr(asked, "answer", interrupted)
    code, out, said = run(library, "ask", "Clean water?", "--json")
    assert (code, out) == (130, "")
    assert "whole" in said


def test_a_taken_port_is_told_before_anything_is_loaded(library: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, said = run(library, "serve", "--port", str(port))
    assert code == 1
    assert str(port) in said


def test_a_library_written_in_a_chatty_way_stays_json(library: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def chatty(question: str, history: object = ()) -> Answer:
        print("loading weights …")
        return ANSWER

    monkeypatch.setattr(asked, "answer", chatty)
    assert run_json(library, "ask", "Clean water?")[1]["value"] == "85.1 %"


def test_every_answer_can_be_written_as_json() -> None:
    for answer in (ANSWER, REFUSED):
        assert json.loads(json.dumps(answer_json(answer))) == answer_json(answer)


# --- the process ---------------------------------------------------------------------------------------------------------------

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "chromadb",
    "gradio",
    "langchain_core",
    "tantivy",
    "sqlalchemy",
)


def test_help_imports_nothing_heavy() -> None:
    program = f"import sys, ui.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["add", "list", "remove", "search", "ask", "serve", "eval", "doctor"])
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(cli.app, [command, "--help"])
    assert result.exit_code == 0
    assert "--json" in result.stdout


def test_the_process_prints_json_under_any_locale(tmp_path: Path, report: Path) -> None:
    environ = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "REPORTS_EMBEDDING_MODEL": "none"}
    arguments = [sys.executable, "-m", "ui.cli", "--library", str(tmp_path / "l"), "add", str(report), "--json"]
    done = subprocess.run(arguments, capture_output=True, env=environ)
    assert done.returncode == 0, done.stderr.decode()
    assert "Báo cáo" in json.loads(done.stdout.decode("utf-8"))["results"][0]["report"]["title"]


def test_wrong_usage_is_json_too() -> None:
    done = subprocess.run([sys.executable, "-m", "ui.cli", "ask", "--json"], capture_output=True, text=True)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "UsageError"
    assert "QUESTION" in done.stderr


def test_an_interrupted_add_leaves_whole_reports(tmp_path: Path) -> None:
    environ = {**os.environ, "REPORTS_EMBEDDING_MODEL": "none"}
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(1500):
        (folder / f"{number:04}.txt").write_text(REPORT + f"\nXã có {number} hồ.\n", encoding="utf-8")
    program = [sys.executable, "-m", "ui.cli", "--library", str(tmp_path / "l")]
    adding = subprocess.Popen(
        [*program, "add", str(folder), "--progress-json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, text=True
    )
    assert adding.stderr is not None
    for line in adding.stderr:
        if '"files_done": 3,' in line:
            adding.send_signal(signal.SIGINT)
            break
    _, said = adding.communicate(timeout=60)
    assert adding.returncode == 130, said
    assert "Traceback" not in said
    checked = subprocess.run([*program, "doctor", "--json"], capture_output=True, text=True, env=environ)
    shape = json.loads(checked.stdout)
    assert shape["ok"], shape
    assert 3 <= shape["reports"] < 1500


def test_a_reader_that_leaves_early_is_no_mistake(tmp_path: Path, report: Path) -> None:
    environ = {**os.environ, "REPORTS_EMBEDDING_MODEL": "none"}
    done = subprocess.run(
        f'"{sys.executable}" -m ui.cli --library "{tmp_path / "l"}" search "nước sạch" | head -c 0',
        shell=True,
        capture_output=True,
        env=environ,
    )
    assert b"Traceback" not in done.stderr


# -- a language model


def test_a_model_that_is_away_leaves_the_answer_and_a_note(library: Path, report: Path) -> None:
    pytest.importorskip("langchain_ollama")
    assert run(library, "add", str(report))[0] == 0
    model = ["--model", "ollama:qwen3:8b", "--model-url", "http://127.0.0.1:9"]
    code, out, _ = run(library, "ask", *model, "--json", "Tỷ lệ hộ dùng nước sạch là bao nhiêu?")
    shape = json.loads(out)
    assert (code, shape["value"], shape["model"], shape["claims"]) == (0, "85,1%", "", [])
    assert "127.0.0.1:9" in shape["note"]
    code, out, _ = run(library, "ask", *model, "Tỷ lệ hộ dùng nước sạch là bao nhiêu?")
    assert "(Không dùng được mô hình" in out
    code, out, _ = run(library, "doctor", *model, "--json")
    shape = json.loads(out)
    assert (code, shape["ok"], shape["model"]["error"]["code"]) == (1, False, "ModelUnreachable")


@pytest.mark.parametrize(
    ("model", "code"), [("qwen3", "SettingsError"), ("anthropic:x", "ModelKeyMissing"), ("google_genai:x", "ModelPackageMissing")]
)
def test_a_model_that_cannot_be_used_is_one_sentence(
    library: Path, report: Path, model: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import assistant.models

    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.setattr(assistant.models, "find_spec", lambda name: None if "google" in name else name)
    status, out, err = run(library, "ask", "--model", model, "--json", "Xã có bao nhiêu thôn?")
    error = json.loads(out)["error"]
    assert (status, error["code"]) == (1, code)
    assert error["message"] != error["message_vi"]
    assert "Traceback" not in err


def test_doctor_without_a_model_says_none(library: Path) -> None:
    assert json.loads(run(library, "doctor", "--json")[1])["model"] is None
    assert "model: none" in run(library, "doctor")[1]
