"""A chat model's server on 127.0.0.1 that says what a scenario tells it to, by the protocol of OpenAI, Ollama, Anthropic or Google,
streamed or not.

    with ModelServer([Reply("Tỷ lệ là 64,1% [{id:64,1%}]."), Reply(status=500)]) as server:
        ChatOpenAI(base_url=f"{server.address}/v1", ...)      the first call gets the first reply, the last reply is repeated
        ChatOllama(base_url=server.address, ...)
        ChatAnthropic(base_url=server.address, ...)   ChatGoogleGenerativeAI(base_url=server.address, transport="rest", ...)
        server.calls[0].prompt                                what the model was told

`{id:WORDS}` in a reply becomes the number of the evidence that holds WORDS in the prompt the model was given: a scenario can cite
rightly, or wrongly, without knowing how evidence was numbered. Errors, stalls and broken bytes are part of the protocol here:
see `Reply`. Tests and benchmarks share it. Standard library only.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .model_protocols import MODEL, Json, Protocol, Said, protocol_of, text_of, told

CONTEXT = 8192


@dataclass(frozen=True)
class Reply:
    """What the server does with one call.

    `text` is sent in `pieces` (default: word by word). `wait` seconds pass before the first byte, `pause` between pieces. After
    `cut_after` pieces the connection is closed in the middle of a line; after `stall_after` nothing more is said until the client
    leaves. `raw` replaces the body altogether. `tools` are calls (name, arguments: an object, or text sent as it is).
    """

    text: str = ""
    pieces: tuple[str, ...] = ()
    status: int = 200
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    reasoning: str = ""
    tools: tuple[tuple[str, Any], ...] = ()
    wait: float = 0.0
    pause: float = 0.0
    cut_after: int | None = None
    stall_after: int | None = None
    raw: bytes | None = None
    finish: str = "stop"


@dataclass(frozen=True)
class Call:
    """One call of the model, as the client sent it."""

    number: int
    path: str
    body: Json
    headers: Mapping[str, str]

    @property
    def messages(self) -> list[Json]:
        return told(self.body)

    @property
    def prompt(self) -> str:
        """Everything that the model was told, messages one below the other."""
        return "\n".join(text_of(message) for message in self.messages)

    def evidence_id(self, words: str) -> str:
        """The number of the first line of evidence that holds `words`, "0" where none does."""
        for line in self.prompt.splitlines():
            numbered = re.match(r"\s*(?:[-*]\s*)?[\[(]?(?:id=|E|S)?(\d{1,3})[\])>.:]", line)
            if numbered and words.casefold() in line.casefold():
                return numbered[1]
        return "0"


Script = Callable[[Call], Reply]


class ModelServer:
    """Serves `replies` in turn (the last one again and again), or whatever `replies` makes of a call."""

    def __init__(
        self, replies: Sequence[Reply] | Script, *, capabilities: Sequence[str] = ("completion", "tools"), context: int = CONTEXT
    ) -> None:
        self.replies = replies
        self.capabilities = list(capabilities)
        self.context = context
        self.calls: list[Call] = []
        self.sent_at: list[tuple[int, float]] = []  # (number of the call, time.perf_counter()) of every piece that left
        self.leaving = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self  # type: ignore[attr-defined]

    def __enter__(self) -> ModelServer:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leaving.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply_to(self, path: str, body: Json, headers: Mapping[str, str]) -> tuple[Call, Reply]:
        with self._lock:
            call = Call(len(self.calls), path, body, headers)
            self.calls.append(call)
        reply = self.replies(call) if callable(self.replies) else self.replies[min(call.number, len(self.replies) - 1)]
        return call, reply


def refused_address() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that closes its connection early is one of the things that are tried here."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Left(Exception):
    """The reply ends here, in the middle of things."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def owner(self) -> ModelServer:
        return self.server.owner  # type: ignore[attr-defined,no-any-return]

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `calls`, not a log."""

    def do_GET(self) -> None:
        if self.path.endswith("/models"):
            self._json({"object": "list", "data": [{"id": MODEL, "object": "model", "max_model_len": self.owner.context}]})
        elif self.path == "/api/tags":
            self._json({"models": [{"name": MODEL, "model": MODEL, "details": {"family": "scripted"}}]})
        elif self.path == "/api/version":
            self._json({"version": "0.12.0"})
        elif self.path == "/api/ps":
            self._json({"models": []})
        else:
            self._json({"error": f"no such path {self.path}"}, 404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        if self.path == "/api/show":
            info = {"general.architecture": "scripted", "scripted.context_length": self.owner.context}
            self._json({"model_info": info, "capabilities": self.owner.capabilities, "details": {"family": "scripted"}})
            return
        protocol = protocol_of(self.path)
        if protocol is None:
            self._json({"error": f"no such path {self.path}"}, 404)
            return
        call, reply = self.owner.reply_to(self.path, body, {k.lower(): v for k, v in self.headers.items()})
        self.owner.leaving.wait(reply.wait)
        try:
            self._send_reply(protocol, call, reply)
        except (_Left, OSError):
            self.close_connection = True
            self.connection.close()

    def _send_reply(self, protocol: Protocol, call: Call, reply: Reply) -> None:
        if reply.status != 200:
            message = reply.error or f"scripted status {reply.status}"
            self._json(protocol.error(reply.status, message), reply.status, reply.headers)
            return
        stream = protocol.streams(call.path, call.body)
        self.send_response(200)
        self.send_header("content-type", protocol.media if stream else "application/json")
        self.send_header("connection", "close")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        if reply.raw is not None:
            self._bytes(reply.raw)
        elif stream:
            self._stream(protocol, call, reply)
        else:
            self._bytes(json.dumps(protocol.whole(_said(call, reply)), ensure_ascii=False).encode())

    def _stream(self, protocol: Protocol, call: Call, reply: Reply) -> None:
        for number, part in enumerate(protocol.parts(_said(call, reply))):
            if reply.stall_after is not None and number >= reply.stall_after:
                self.owner.leaving.wait(60)
                raise _Left
            if reply.cut_after is not None and number >= reply.cut_after:
                self._bytes(part[: len(part) // 2])
                raise _Left
            if number and reply.pause:
                self.owner.leaving.wait(reply.pause)
            self._bytes(part)
            self.owner.sent_at.append((call.number, time.perf_counter()))
        self._bytes(protocol.end())

    def _bytes(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _json(self, shape: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(shape).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _said(call: Call, reply: Reply) -> Said:
    def cited(text: str) -> str:
        return re.sub(r"\{id:([^}]+)\}", lambda match: call.evidence_id(match[1]), text)

    pieces = [cited(piece) for piece in reply.pieces] or re.findall(r"\S+\s*|\s+", cited(reply.text))
    return Said(pieces, reply.reasoning, reply.tools, reply.finish, len(call.prompt) // 4)
