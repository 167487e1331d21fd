"""Which names and which pages the server answers to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ui.guard import HostGuard, is_known_host, known_names


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("127.0.0.1:7860", True),
        ("localhost", True),
        ("LOCALHOST:7860", True),
        ("[::1]:7860", True),
        ("192.168.1.20:7860", True),  # an address in digits cannot be pointed elsewhere
        ("reports.office.lan:80", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example:7860", False),
        ("localhost.evil.example", False),
        ("127.0.0.1@evil.example", False),
        ("evil.example#127.0.0.1", False),
        ("", False),
        ("[::1", False),
        (":7860", False),
    ],
)
def test_only_names_that_cannot_be_pointed_here_pass(host: str, passes: bool) -> None:
    assert is_known_host(host, known_names(["Reports.Office.LAN"])) is passes


def ask(path: str, **headers: str) -> int:
    """The status a request gets; 200 where it reached the app."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "path": path, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    asyncio.run(HostGuard(app)(scope, receive, send))
    return int(sent[0]["status"])


def test_a_rebound_name_reaches_neither_page_nor_programs() -> None:
    for path in ("/", "/v1/models", "/mcp", "/gradio_api/call/x"):
        assert ask(path, host="evil.example") == 421
        assert ask(path, host="127.0.0.1:7860") == 200
    assert ask("/") == 421


def test_a_page_of_another_site_may_not_ask_as_a_program() -> None:
    host = "127.0.0.1:7860"
    for path in ("/v1/chat/completions", "/mcp"):
        for origin in ("http://evil.example", "null", "http://127.0.0.1:7861", "http://127.0.0.1:7860.evil.example"):
            assert ask(path, host=host, origin=origin) == 403
        assert ask(path, host=host, origin="http://127.0.0.1:7860") == 200
    assert ask("/gradio_api/upload", host=host, origin="http://evil.example") == 200  # Gradio's own rules hold there
