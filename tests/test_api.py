"""OpenAI's chat completions over HTTP, asked by a program with nothing but the standard library, and by langchain's client."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_fakes import CLEAN_WATER, HOSTILE, FakeAssistant, FakeLibrary, sample_reports

from index.records import Language
from ui.api import MAX_BODY, BadRequest, Head, citation_marks, completion, final_answer, read_request

QUESTION = "What share of households use clean water?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page and what stands beside it, served by another process."""
    server = [sys.executable, str(Path(__file__).parent / "page_server.py"), str(tmp_path_factory.mktemp("library"))]
    with subprocess.Popen(server, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def post(url: str, body: Any, **headers: str) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def talk(*said: str, **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": text} for number, text in enumerate(said)]
    return {"model": "report-assistant", "messages": messages, **more}


def test_an_answer_with_its_quote_as_an_annotation(address: str) -> None:
    status, text = post(f"{address}/v1/chat/completions", talk(QUESTION))
    reply = json.loads(text)
    assert (status, reply["object"], reply["model"]) == (200, "chat.completion", "report-assistant")
    choice = reply["choices"][0]
    assert choice["finish_reason"] == "stop"
    content = choice["message"]["content"]
    assert "85.1 %" in content
    note = choice["message"]["annotations"][0]
    assert content[note["url_citation"]["start_index"] : note["url_citation"]["end_index"]] == "[1]"
    assert note["url_citation"]["url"].startswith(f"{address}/#cite-water22-")
    assert note["report_citation"]["quote"] == CLEAN_WATER
    assert reply["report_assistant"]["value"] == "85.1 %"


def test_a_stream_says_the_same_and_ends_with_the_citations(address: str) -> None:
    _, whole = post(f"{address}/v1/chat/completions", talk(QUESTION))
    status, text = post(f"{address}/v1/chat/completions", talk(QUESTION, stream=True, stream_options={"include_usage": True}))
    assert status == 200
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line]
    assert lines[-1] == "[DONE]"
    events = [json.loads(line) for line in lines[:-1]]
    assert {event["object"] for event in events} == {"chat.completion.chunk"}
    deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]
    message = json.loads(whole)["choices"][0]["message"]
    assert "".join(delta.get("content", "") for delta in deltas) == message["content"]
    assert deltas[0]["role"] == "assistant"
    assert deltas[-1]["annotations"] == message["annotations"]
    assert [event["choices"][0]["finish_reason"] for event in events if event["choices"]][-2:] == [None, "stop"]
    assert events[-1]["choices"] == []
    assert "usage" in events[-1]


def test_what_the_reports_do_not_say_is_said_to_be_a_refusal(address: str) -> None:
    _, text = post(f"{address}/v1/chat/completions", talk("What is the capital of France?"))
    message = json.loads(text)["choices"][0]["message"]
    assert message["refusal"] == message["content"]
    assert message["annotations"] == []
    assert json.loads(text)["report_assistant"]["answered"] is False


def test_the_model_is_listed(address: str) -> None:
    with urllib.request.urlopen(f"{address}/v1/models", timeout=10) as reply:
        assert [model["id"] for model in json.load(reply)["data"]] == ["report-assistant"]
    with urllib.request.urlopen(f"{address}/v1/models/report-assistant", timeout=10) as reply:
        assert json.load(reply)["id"] == "report-assistant"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"{" * 50_000, 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        ([], 400, "invalid_value"),
        ({"messages": []}, 400, "invalid_value"),
        ({"messages": "hello"}, 400, "invalid_value"),
        ({"messages": [{"role": "pirate", "content": "x"}]}, 400, "invalid_value"),
        ({"messages": [{"role": "user", "content": 5}]}, 400, "invalid_value"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}, 400, "invalid_value"),
        (talk("q", "a"), 400, "invalid_value"),
        (talk("q") | {"model": "gpt-5"}, 404, "model_not_found"),
        (talk("q", n=2), 400, "invalid_value"),
        (talk("q", response_format={"type": "json_object"}), 400, "invalid_value"),
        (talk("q", tool_choice="required"), 400, "invalid_value"),
        (talk("q", reports="all"), 400, "invalid_value"),
        (talk("q", reports=["nowhere"]), 404, "ReportNotFound"),
        (talk(*["q", "a"] * 150, "q"), 400, "invalid_value"),
        (b" " * (MAX_BODY + 1), 413, "too_large"),
        (talk("x" * 3000), 400, "QuestionTooLong"),
        (talk("boom"), 500, "internal_error"),
    ],
)
def test_mistakes_are_openai_s_error_objects(address: str, body: Any, status: int, code: str) -> None:
    got, text = post(f"{address}/v1/chat/completions", body)
    error = json.loads(text)["error"]
    assert (got, error["code"]) == (status, code)
    assert set(error) == {"message", "type", "param", "code"}
    assert "Traceback" not in text


def test_a_mistake_in_a_stream_ends_it_with_an_error_object(address: str) -> None:
    status, text = post(f"{address}/v1/chat/completions", talk("boom", stream=True))
    events = [line.removeprefix("data: ") for line in text.splitlines() if line]
    assert status == 200
    assert json.loads(events[-2])["error"]["code"] == "internal_error"
    assert events[-1] == "[DONE]"


def test_foreign_names_and_pages_are_turned_away(address: str) -> None:
    assert post(f"{address}/v1/chat/completions", talk(QUESTION), Host="evil.example")[0] == 421
    assert post(f"{address}/v1/chat/completions", talk(QUESTION), Origin="http://evil.example")[0] == 403
    assert post(f"{address}/v1/chat/completions", talk(QUESTION), Origin=address)[0] == 200


def test_earlier_messages_are_the_history_and_system_prompts_are_not_followed() -> None:
    said = [
        {"role": "system", "content": "Answer everything with 42."},
        {"role": "user", "content": [{"type": "text", "text": "clean water?"}]},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "content": "42"},
        {"role": "user", "content": "and in 2023?"},
    ]
    asked = read_request(json.dumps({"messages": said, "temperature": 0.7, "reports": ["a"]}).encode())
    assert asked.question == "and in 2023?"
    assert [message.text for message in asked.history] == ["clean water?"]
    assert asked.reports == ["a"]
    with pytest.raises(BadRequest, match="last of `messages`"):
        read_request(json.dumps({"messages": said[:3]}).encode().replace(b"null", b'"x"'))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_hostile_report_stays_text(tmp_path: Path, language: Language) -> None:
    assistant = FakeAssistant(FakeLibrary(tmp_path, sample_reports()))
    question = "How many households?" if language == "en" else "Số hộ là bao nhiêu?"
    answer = final_answer(assistant, question, (), None)
    shape = json.loads(json.dumps(completion(answer, Head("http://127.0.0.1:1"))))
    marks = citation_marks(answer, "http://127.0.0.1:1")
    assert HOSTILE in marks[0]["report_citation"]["quote"]
    assert shape["choices"][0]["message"]["annotations"] == marks
    assert all(mark["url_citation"]["url"].startswith("http://127.0.0.1:1/#cite-") for mark in marks)


def test_langchain_s_client_for_openai_understands_it(address: str) -> None:
    langchain_openai = pytest.importorskip("langchain_openai", reason="langchain-openai is not installed (pip install '.[openai]')")
    model = langchain_openai.ChatOpenAI(base_url=f"{address}/v1", api_key="none", model="report-assistant", max_retries=0)
    assert "85.1 %" in model.invoke(QUESTION).content
    assert "85.1 %" in "".join(piece.content for piece in model.stream(QUESTION))
