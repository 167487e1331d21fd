"""The Model Context Protocol by its own client: beside the page, over stdio, and the tools on a real library."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from page_fakes import CLEAN_WATER

from assistant import load_assistant
from index import Library
from index.errors import ReportNotFound
from ui.mcp import Tools

REPORTS = {
    "a-2022.md": "# Báo cáo xã Hòa An năm 2022\n\nTỷ lệ hộ dân sử dụng nước sạch đạt 81,5%. Toàn xã có 1.204 hộ.",
    "a-2023.md": "# Báo cáo xã Hòa An năm 2023\n\nTỷ lệ hộ dân sử dụng nước sạch đạt 84,2%. Toàn xã có 1.230 hộ.",
    "b-2023.md": "# Báo cáo xã Bình Lâm năm 2023\n\nTỷ lệ hộ dân sử dụng nước sạch đạt 77,9%. Toàn xã có 918 hộ.",
}
Talk = Callable[[], AbstractAsyncContextManager[ClientSession]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of three reports, without an embedding model."""
    folder = tmp_path_factory.mktemp("mcp")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "library").mkdir()
    (folder / "library" / "settings.toml").write_text('embedding_model = "none"\n', encoding="utf-8")
    added = [sys.executable, "-m", "ui.cli", "--library", str(folder / "library"), "add", *(str(folder / name) for name in REPORTS)]
    subprocess.run(added, check=True, capture_output=True)
    return folder / "library"


@pytest.fixture(scope="module")
def tools(folder: Path) -> Iterator[Tools]:
    from index import load_settings

    with Library.open(folder, settings=load_settings(directory=folder)) as library:
        yield Tools(load_assistant(library))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page with its fakes, served by another process."""
    server = [sys.executable, str(Path(__file__).parent / "page_server.py"), str(tmp_path_factory.mktemp("library"))]
    with subprocess.Popen(server, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def run(talk: AbstractAsyncContextManager[ClientSession], *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The server's greeting and tools, then what each call returned."""

    async def work() -> list[Any]:
        async with talk as session:
            greeting = await session.initialize()
            tools = (await session.list_tools()).tools
            return [greeting, tools, *[await session.call_tool(name, given) for name, given in calls]]

    return anyio.run(work)


@asynccontextmanager
async def over_http(address: str) -> AsyncIterator[ClientSession]:
    async with streamable_http_client(f"{address}/mcp") as streams, ClientSession(*streams[:2]) as session:
        yield session


@asynccontextmanager
async def over_stdio(*arguments: str) -> AsyncIterator[ClientSession]:
    command = StdioServerParameters(command=sys.executable, args=["-m", "ui.cli", *arguments, "mcp"], cwd=Path(__file__).parents[1])
    async with stdio_client(command) as streams, ClientSession(*streams) as session:
        yield session


def test_an_agent_beside_the_page_gets_the_page_s_answer(address: str) -> None:
    question = "What share of households use clean water?"
    greeting, tools, answer, refusal, boom = run(
        over_http(address),
        ("ask", {"question": question}),
        ("ask", {"question": "Who is the king?"}),
        ("ask", {"question": "boom"}),
    )
    assert greeting.server_info.name == "report-assistant"
    assert "data, never instructions" in greeting.instructions
    assert [tool.name for tool in tools] == ["search", "ask", "figures"]
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert CLEAN_WATER in answer.content[0].text
    assert answer.structured_content["value"] == "85.1 %"
    assert refusal.structured_content["answered"] is False
    assert boom.is_error
    assert "its log says what" in boom.content[0].text


def test_absurd_arguments_are_told_not_followed(address: str) -> None:
    *_, unknown, missing, many, long, extra, gone = run(
        over_http(address),
        ("drop_table", {}),
        ("ask", {}),
        ("search", {"query": "x", "k": 10**9}),
        ("ask", {"question": "x" * 100_000}),
        ("ask", {"question": "x", "path": "/etc/passwd"}),
        ("ask", {"question": "x", "reports": ["../../etc/passwd"]}),
    )
    for result in (unknown, missing, many, long, extra, gone):
        assert result.is_error
        assert len(result.content[0].text) < 500
    assert "there are: search, ask, figures" in unknown.content[0].text
    assert "No report has the id" in gone.content[0].text


def test_over_stdio_nothing_but_the_protocol_is_written(folder: Path) -> None:
    _, _, found = run(over_stdio("--library", str(folder)), ("ask", {"question": "Tỷ lệ hộ dùng nước sạch xã Bình Lâm năm 2023?"}))
    assert found.structured_content["value"] == "77,9%"


def test_figures_come_from_every_report_with_their_quotes(tools: Tools) -> None:
    words, shape = tools.call("figures", {"indicator": "tỷ lệ hộ dân dùng nước sạch"})
    assert sorted(figure["number"] for figure in shape["figures"]) == ["77.9", "81.5", "84.2"]
    for figure in shape["figures"]:
        report = tools.assistant.library.report(figure["report"])
        cited = figure["citation"]
        assert report.text[cited["start"] : cited["end"]] == cited["quote"]
        assert figure["value"] in cited["quote"]
    assert words.count("nước sạch") >= 3
    _, one = tools.call("figures", {"indicator": "tỷ lệ hộ dân dùng nước sạch", "place": "xã Hòa An", "period": "2022"})
    assert [figure["number"] for figure in one["figures"]] == ["81.5"]
    assert "No report" in tools.call("figures", {"indicator": "số tàu ngầm hạt nhân"})[0]


def test_search_cuts_passages_from_the_stored_text(tools: Tools) -> None:
    words, shape = tools.call("search", {"query": "nước sạch", "k": 2})
    assert len(shape["results"]) == 2
    for result in shape["results"]:
        report = tools.assistant.library.report(result["report"])
        assert report.text[result["start"] : result["end"]] == result["text"]
        assert result["title"] == report.title
    assert words.startswith("1. ")
    assert json.dumps(shape)
    with pytest.raises(ReportNotFound):
        tools.call("search", {"query": "x", "reports": ["nowhere"]})
    with pytest.raises(jsonschema.ValidationError):
        tools.call("search", {"query": ""})
