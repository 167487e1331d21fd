"""A chat model's server on 127.0.0.1 that says what a scenario tells it to, by OpenAI's or by Ollama's protocol, streamed or not.

    with ModelServer([Reply("Tỷ lệ là 64,1% [{id:64,1%}]."), Reply(status=500)]) as server:
        ChatOpenAI(base_url=f"{server.address}/v1", ...)      the first call gets the first reply, the last reply is repeated
        ChatOllama(base_url=server.address, ...)
        server.calls[0].prompt                                what the model was told

`{id:WORDS}` in a reply becomes the number of the evidence that holds WORDS in the prompt the model was given: a scenario can cite
rightly, or wrongly, without knowing how evidence was numbered. Errors, stalls and broken bytes are part of the protocol here:
see `Reply`. Tests and benchmarks share it. Standard library only.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted:1b"
CONTEXT = 8192
Json = dict[str, Any]


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
        return list(self.body.get("messages", []))

    @property
    def prompt(self) -> str:
        """Everything that the model was told, messages one below the other."""
        return "\n".join(_text_of(message.get("content")) for message in self.messages)

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
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
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
        if self.path not in ("/v1/chat/completions", "/api/chat"):
            self._json({"error": f"no such path {self.path}"}, 404)
            return
        call, reply = self.owner.reply_to(self.path, body, {k.lower(): v for k, v in self.headers.items()})
        self.owner.leaving.wait(reply.wait)
        try:
            self._send_reply(call, reply)
        except (_Left, OSError):
            self.close_connection = True
            self.connection.close()

    def _send_reply(self, call: Call, reply: Reply) -> None:
        openai = call.path.startswith("/v1")
        if reply.status != 200:
            message = reply.error or f"scripted status {reply.status}"
            error: Json = {"error": {"message": message, "type": "scripted", "code": None}} if openai else {"error": message}
            self._json(error, reply.status, reply.headers)
            return
        stream = bool(call.body.get("stream", not openai))
        self.send_response(200)
        kind = ("text/event-stream" if openai else "application/x-ndjson") if stream else "application/json"
        self.send_header("content-type", kind)
        self.send_header("connection", "close")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        if reply.raw is not None:
            self._bytes(reply.raw)
            return
        written = _Completion(call, reply)
        if stream:
            self._stream(written, reply, openai)
        else:
            self._bytes(json.dumps(written.openai() if openai else written.ollama(), ensure_ascii=False).encode())

    def _stream(self, written: _Completion, reply: Reply, openai: bool) -> None:
        events = written.openai_events() if openai else written.ollama_events()
        for number, event in enumerate(events):
            data = json.dumps(event, ensure_ascii=False).encode()
            line = b"data: " + data + b"\n\n" if openai else data + b"\n"
            if reply.stall_after is not None and number >= reply.stall_after:
                self.owner.leaving.wait(60)
                raise _Left
            if reply.cut_after is not None and number >= reply.cut_after:
                self._bytes(line[: len(line) // 2])
                raise _Left
            if number and reply.pause:
                self.owner.leaving.wait(reply.pause)
            self._bytes(line)
            self.owner.sent_at.append((written.call.number, time.perf_counter()))
        if openai:
            self._bytes(b"data: [DONE]\n\n")

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


class _Completion:
    """A reply in the words of either protocol."""

    def __init__(self, call: Call, reply: Reply) -> None:
        def cited(text: str) -> str:
            return re.sub(r"\{id:([^}]+)\}", lambda match: call.evidence_id(match[1]), text)

        self.call, self.reply = call, reply
        self.pieces = [cited(piece) for piece in reply.pieces] or re.findall(r"\S+\s*|\s+", cited(reply.text))
        self.usage = {"prompt_tokens": len(call.prompt) // 4, "completion_tokens": len(self.pieces), "total_tokens": 0}

    def openai(self) -> Json:
        message: Json = {"role": "assistant", "content": "".join(self.pieces)}
        if self.reply.tools:
            message["tool_calls"] = self._openai_tools()
        if self.reply.reasoning:
            message["reasoning_content"] = self.reply.reasoning
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        return {**self._openai_head("chat.completion"), "choices": [choice], "usage": self.usage}

    def openai_events(self) -> Iterator[Json]:
        def event(delta: Json, finish: str | None = None) -> Json:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return {**self._openai_head("chat.completion.chunk"), "choices": [choice]}

        if self.reply.reasoning:
            yield event({"role": "assistant", "reasoning_content": self.reply.reasoning})
        for piece in self.pieces:
            yield event({"role": "assistant", "content": piece})
        for number, tool in enumerate(self._openai_tools()):
            yield event({"tool_calls": [{"index": number, **tool}]})
        yield event({}, self._finish)
        yield {**self._openai_head("chat.completion.chunk"), "choices": [], "usage": self.usage}

    def ollama(self) -> Json:
        message: Json = {"role": "assistant", "content": "".join(self.pieces)}
        if self.reply.tools:
            message["tool_calls"] = self._ollama_tools()
        return {**self._ollama_head(), "message": message, **self._ollama_end()}

    def ollama_events(self) -> Iterator[Json]:
        def event(**message: Any) -> Json:
            return {**self._ollama_head(), "message": {"role": "assistant", "content": "", **message}, "done": False}

        if self.reply.reasoning:
            yield event(thinking=self.reply.reasoning)
        for piece in self.pieces:
            yield event(content=piece)
        if self.reply.tools:
            yield event(tool_calls=self._ollama_tools())
        yield {**self._ollama_head(), "message": {"role": "assistant", "content": ""}, **self._ollama_end()}

    @property
    def _finish(self) -> str:
        return "tool_calls" if self.reply.tools else self.reply.finish

    def _openai_head(self, kind: str) -> Json:
        return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": MODEL}

    def _ollama_head(self) -> Json:
        return {"model": MODEL, "created_at": "2026-01-01T00:00:00Z"}

    def _ollama_end(self) -> Json:
        counts = {"prompt_eval_count": self.usage["prompt_tokens"], "eval_count": len(self.pieces), "total_duration": 1}
        return {"done": True, "done_reason": self.reply.finish, **counts}

    def _openai_tools(self) -> list[Json]:
        def arguments(given: Any) -> str:
            return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)

        return [
            {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments(given)}}
            for number, (name, given) in enumerate(self.reply.tools)
        ]

    def _ollama_tools(self) -> list[Json]:
        return [
            {"function": {"name": name, "arguments": given if isinstance(given, dict) else {"raw": given}}}
            for name, given in self.reply.tools
        ]


def _text_of(content: Any) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")
