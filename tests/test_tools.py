"""The ledger's tools for a language model: what they give, how often they may be called, and that the answer computed stands."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from langchain.messages import AIMessage, ToolMessage

from assistant import Assistant
from assistant.models import ChatModel, Key, Spec
from assistant.prompts import tokens
from assistant.tools import MOST_CALLS, TOOL_TOKENS, Toolbox, consult
from index import Library, Settings, load_settings
from ui.checks import tool_lines

REPORT = """BÁO CÁO
Kết quả thực hiện nhiệm vụ năm {year} của xã Tân Lâm

Toàn xã còn {poor} hộ nghèo, tỷ lệ hộ nghèo là {share}%. Sản lượng lúa đạt {rice} tấn.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("reports")
    for year, poor, share, rice in ((2022, 96, "7,7", "1.634,9"), (2023, 64, "5,1", "1.668")):
        text = REPORT.format(year=year, poor=poor, share=share, rice=rice)
        (folder / f"tan-lam-{year}.txt").write_text(text, encoding="utf-8")
    with Library.open(tmp_path_factory.mktemp("library")) as library:
        library.add([folder])
        yield library


def call(name: str, number: int = 0, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "args": arguments, "id": f"call-{number}", "type": "tool_call"}


class Chat:
    """A model of langchain's that replies with the calls it was given, then writes `text`."""

    def __init__(self, replies: Sequence[list[dict[str, Any]] | Exception], text: str = "") -> None:
        self.replies = list(replies)
        self.text = text
        self.profile: dict[str, Any] = {}
        self.seen: list[Any] = []
        self.tools: list[str] = []

    def bind_tools(self, tools: Sequence[Any]) -> Chat:
        self.tools = [tool.name for tool in tools]
        return self

    def invoke(self, messages: Sequence[Any]) -> AIMessage:
        self.seen = list(messages)
        reply = self.replies.pop(0) if self.replies else []
        if isinstance(reply, Exception):
            raise reply
        return AIMessage("", tool_calls=reply)

    def stream(self, messages: Sequence[Any]) -> Iterator[AIMessage]:
        yield AIMessage(self.text)


def model(chat: Chat) -> ChatModel:
    settings = load_settings(environ={"REPORTS_MODEL": "openai:scripted", "REPORTS_MODEL_CONTEXT": "8000"})
    return ChatModel(Spec("openai", "scripted"), "http://127.0.0.1:9/v1", Key(""), settings, chat=chat)


def test_selected_figures_are_told_with_kind_period_and_place_and_computed_by_code(library: Library) -> None:
    box = Toolbox(library.figures, "vi")
    told = box.select_figures("tỷ lệ hộ nghèo", ["xã Tân Lâm"], ["2022", "2023"]).splitlines()
    shares = [line for line in told if "%" in line]
    assert [line.split(" | ")[:4] for line in shares] == [
        [shares[0].split(" | ")[0], "actual", "2022", "xã Tân Lâm"],
        [shares[1].split(" | ")[0], "actual", "2023", "xã Tân Lâm"],
    ]
    names = [line.split(":")[0] for line in shares]
    assert box.compute("difference", names[::-1]) == "C1 = −2,6 điểm % (5,1% − 7,7%)"
    assert box.compute("sum", names).startswith("not computed")


def test_wrong_calls_get_a_sentence_back(library: Library) -> None:
    box = Toolbox(library.figures, "en")
    assert box.call("delete_everything", {}).startswith("no such tool")
    assert box.call("compute", {"operation": "difference", "figures": ["F1", "F9"]}).startswith("not computed")
    assert box.call("select_figures", {"where": "x"}).startswith("not called")
    assert box.call("select_figures", {"indicator": "gold reserves"}).startswith("no figure")
    assert [c.name for c in box.calls] == ["delete_everything", "compute", "select_figures", "select_figures"]


def test_a_model_may_call_so_often_and_no_oftener(library: Library) -> None:
    again = [[call("select_figures", n, indicator="hộ nghèo") for n in range(5)]] * 9
    chat = Chat(again)
    calls = consult(model(chat), "?", Toolbox(library.figures, "vi"))
    assert len(calls) == MOST_CALLS
    assert chat.tools == ["select_figures", "compute"]
    assert any(isinstance(message, ToolMessage) and "64 hộ" in str(message.content) for message in chat.seen)


@pytest.mark.parametrize("reply", [RuntimeError("500"), []])
def test_a_model_that_fails_or_calls_nothing_has_made_no_calls(library: Library, reply: Any) -> None:
    assert consult(model(Chat([reply])), "?", Toolbox(library.figures, "vi")) == ()


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ConnectionRefusedError("no"), "ModelUnreachable"),
        (RuntimeError("no tools here"), None),
        (TimeoutError("late"), "ModelSlow"),
    ],
)
def test_a_model_that_cannot_be_reached_is_told_from_one_without_tools(
    library: Library, error: Exception, failure: str | None
) -> None:
    box = Toolbox(library.figures, "vi")
    consult(model(Chat([error])), "?", box)
    assert (type(box.failure).__name__ if box.failure else None) == failure


def test_nobody_waits_twice_for_a_model_that_is_silent_on_tools(library: Library) -> None:
    class Silent(Chat):
        def invoke(self, messages: Sequence[Any]) -> AIMessage:
            time.sleep(3)
            return AIMessage("")

    chat = Silent([], "Không rõ.")
    held = model(chat)
    held._settings = replace(held._settings, model_first_seconds=1)
    started = time.monotonic()
    answer = Assistant(library, held).answer(QUESTION)
    assert time.monotonic() - started < 2.5
    assert (answer.model, "1 giây" in answer.note) == ("", True)


def test_the_talk_with_tools_ends_where_the_context_does(library: Library) -> None:
    chat = Chat([[call("select_figures", n, indicator="hộ nghèo")] for n in range(9)])
    small = ChatModel(
        Spec("openai", "x"), "http://127.0.0.1:9/v1", Key(""), Settings(model_context=1_000, model_output=64), chat=chat
    )
    calls = consult(small, "?", Toolbox(library.figures, "vi"))
    assert len(calls) < len(consult(model(Chat(chat.replies * 2)), "?", Toolbox(library.figures, "vi")))
    assert sum(tokens(str(message.content)) for message in chat.seen) + TOOL_TOKENS <= small.limits().input


QUESTION = "Trung bình năm 2022 và năm 2023 xã Tân Lâm có bao nhiêu hộ nghèo và hộ cận nghèo?"
SELECT = [call("select_figures", 1, indicator="hộ nghèo", places=["xã Tân Lâm"], periods=["2022", "2023"])]
COMPUTE = [call("compute", 2, operation="mean", figures=["F1", "F3"])]


def test_what_code_computed_may_be_written_and_its_calls_are_kept(library: Library) -> None:
    chat = Chat([SELECT, COMPUTE, []], "Trung bình hai năm 2022 và 2023, xã Tân Lâm có 80 hộ nghèo [1][2].")
    answer = Assistant(library, model(chat)).answer(QUESTION)
    assert "80 hộ nghèo" in answer.text
    assert [c.name for c in answer.tools] == ["select_figures", "compute"]
    assert dict(answer.tools[1].arguments)["operation"] == "mean"
    assert answer.tools[1].result == "C1 = 80 hộ ((96 hộ + 64 hộ) / 2)"
    assert len(answer.citations) == 2
    assert "C1 = 80 hộ" in tool_lines(answer)[1]


def test_another_figure_than_the_computed_one_is_not_shown(library: Library) -> None:
    chat = Chat([SELECT, COMPUTE, []], "Trung bình hai năm 2022 và 2023, xã Tân Lâm có 90 hộ nghèo [1][2].")
    answer = Assistant(library, model(chat)).answer(QUESTION)
    assert "90" not in answer.text


def test_what_the_ledger_is_sure_of_no_model_is_asked(library: Library) -> None:
    chat = Chat([], "Không rõ.")
    answer = Assistant(library, model(chat)).answer("Tỷ lệ hộ nghèo xã Tân Lâm năm 2023 so với năm 2022?")
    assert (answer.model, answer.tools, chat.seen) == ("", (), [])
    assert "**2,6 điểm %**" in answer.text


def test_a_model_without_tools_is_given_the_ledgers_rows(library: Library) -> None:
    prompts: list[str] = []

    class Told(Chat):
        def stream(self, messages: Sequence[Any]) -> Iterator[AIMessage]:
            prompts.append(str(messages))
            yield AIMessage(self.text)

    chat = Told([RuntimeError("does not support tools")], "Năm 2022 xã Tân Lâm có 96 hộ nghèo [1]. Năm 2023 có 64 hộ nghèo [2].")
    answer = Assistant(library, model(chat)).answer(QUESTION)
    assert "96 hộ nghèo" in prompts[0]
    assert "64 hộ nghèo" in prompts[0]
    assert answer.tools == ()
    assert answer.text == "Năm 2022 xã Tân Lâm có 96 hộ nghèo [1]. Năm 2023 có 64 hộ nghèo [2]."
    assert [c.quote[:20] for c in answer.citations] == ["Toàn xã còn 96 hộ ng", "Toàn xã còn 64 hộ ng"]
