"""What a scripted model says, in the words of four protocols: whole, or as the events of a stream. Pure; knows nothing of sockets.

OpenAI      POST /v1/chat/completions                          data: {"choices": [{"delta": {"content": "Tỷ "}}]}
Ollama      POST /api/chat                                     {"message": {"content": "Tỷ "}, "done": false}
Anthropic   POST /v1/messages                                  event: content_block_delta … {"delta": {"text": "Tỷ "}}
Google      POST /v1beta/models/NAME:streamGenerateContent     [{"candidates": [{"content": {"parts": [{"text": "Tỷ "}]}}]}, …]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
MODEL = "scripted:1b"


@dataclass(frozen=True)
class Said:
    """A reply as every protocol tells it. `tools` are (name, arguments): an object, or text sent as it is."""

    pieces: Sequence[str]
    reasoning: str
    tools: Sequence[tuple[str, Any]]
    finish: str
    prompt_tokens: int

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def usage(self) -> Json:
        return {"prompt_tokens": self.prompt_tokens, "completion_tokens": len(self.pieces), "total_tokens": 0}


class Protocol:
    """How one provider's server speaks. A `part` of a stream is what leaves with one piece of text."""

    media = "text/event-stream"

    def streams(self, path: str, body: Mapping[str, Any]) -> bool:
        return bool(body.get("stream"))

    def error(self, status: int, message: str) -> Json:
        return {"error": {"message": message, "type": "scripted", "code": None}}

    def whole(self, said: Said) -> Json:
        raise NotImplementedError

    def parts(self, said: Said) -> Iterator[bytes]:
        """The body of a stream, a part at a time."""
        raise NotImplementedError

    def end(self) -> bytes:
        return b""


class OpenAI(Protocol):
    def whole(self, said: Said) -> Json:
        message: Json = {"role": "assistant", "content": said.text}
        if said.tools:
            message["tool_calls"] = self._tools(said)
        if said.reasoning:
            message["reasoning_content"] = said.reasoning
        choice = {"index": 0, "message": message, "finish_reason": self._finish(said)}
        return {**self._head("chat.completion"), "choices": [choice], "usage": said.usage}

    def parts(self, said: Said) -> Iterator[bytes]:
        if said.reasoning:
            yield self._event({"role": "assistant", "reasoning_content": said.reasoning})
        for piece in said.pieces:
            yield self._event({"role": "assistant", "content": piece})
        for number, tool in enumerate(self._tools(said)):
            yield self._event({"tool_calls": [{"index": number, **tool}]})
        yield self._event({}, self._finish(said))
        yield _data({**self._head("chat.completion.chunk"), "choices": [], "usage": said.usage})

    def end(self) -> bytes:
        return b"data: [DONE]\n\n"

    def _event(self, delta: Json, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _data({**self._head("chat.completion.chunk"), "choices": [choice]})

    @staticmethod
    def _head(kind: str) -> Json:
        return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": MODEL}

    @staticmethod
    def _finish(said: Said) -> str:
        return "tool_calls" if said.tools else said.finish

    @staticmethod
    def _tools(said: Said) -> list[Json]:
        return [
            {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": _written(given)}}
            for number, (name, given) in enumerate(said.tools)
        ]


class Ollama(Protocol):
    media = "application/x-ndjson"

    def streams(self, path: str, body: Mapping[str, Any]) -> bool:
        return bool(body.get("stream", True))

    def error(self, status: int, message: str) -> Json:
        return {"error": message}

    def whole(self, said: Said) -> Json:
        message: Json = {"role": "assistant", "content": said.text}
        if said.tools:
            message["tool_calls"] = self._tools(said)
        return {**self._head(), "message": message, **self._end(said)}

    def parts(self, said: Said) -> Iterator[bytes]:
        def event(**message: Any) -> bytes:
            return _line({**self._head(), "message": {"role": "assistant", "content": "", **message}, "done": False})

        if said.reasoning:
            yield event(thinking=said.reasoning)
        for piece in said.pieces:
            yield event(content=piece)
        if said.tools:
            yield event(tool_calls=self._tools(said))
        yield _line({**self._head(), "message": {"role": "assistant", "content": ""}, **self._end(said)})

    @staticmethod
    def _head() -> Json:
        return {"model": MODEL, "created_at": "2026-01-01T00:00:00Z"}

    @staticmethod
    def _end(said: Said) -> Json:
        counts = {"prompt_eval_count": said.prompt_tokens, "eval_count": len(said.pieces), "total_duration": 1}
        return {"done": True, "done_reason": said.finish, **counts}

    @staticmethod
    def _tools(said: Said) -> list[Json]:
        return [{"function": {"name": name, "arguments": _object(given)}} for name, given in said.tools]


class Anthropic(Protocol):
    """The Messages API (docs.anthropic.com/en/api/messages-streaming): blocks of text, of thought and of a tool's use."""

    def error(self, status: int, message: str) -> Json:
        kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
        return {"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": message}}

    def whole(self, said: Said) -> Json:
        blocks: list[Json] = [{"type": "thinking", "thinking": said.reasoning, "signature": "s"}] if said.reasoning else []
        blocks += [{"type": "text", "text": said.text}] if said.text else []
        blocks += [{**tool, "input": _object(given)} for tool, given in self._tools(said)]
        return {**self._message(said), "content": blocks, "stop_reason": self._finish(said)}

    def parts(self, said: Said) -> Iterator[bytes]:
        held = self._event("message_start", message={**self._message(said), "content": [], "stop_reason": None})
        number = 0
        if said.reasoning:
            held += self._start(0, {"type": "thinking", "thinking": "", "signature": ""})
            held += self._delta(0, {"type": "thinking_delta", "thinking": said.reasoning})
            yield held + self._event("content_block_stop", index=0)
            held, number = b"", 1
        if said.pieces:
            held += self._start(number, {"type": "text", "text": ""})
            for piece in said.pieces:
                yield held + self._delta(number, {"type": "text_delta", "text": piece})
                held = b""
            held, number = self._event("content_block_stop", index=number), number + 1
        for tool, given in self._tools(said):
            held += self._start(number, {**tool, "input": {}})
            held += self._delta(number, {"type": "input_json_delta", "partial_json": _written(given)})
            yield held + self._event("content_block_stop", index=number)
            held, number = b"", number + 1
        stopped = {"stop_reason": self._finish(said), "stop_sequence": None}
        yield held + self._event("message_delta", delta=stopped, usage={"output_tokens": len(said.pieces)})

    def end(self) -> bytes:
        return self._event("message_stop")

    def _start(self, number: int, block: Json) -> bytes:
        return self._event("content_block_start", index=number, content_block=block)

    def _delta(self, number: int, delta: Json) -> bytes:
        return self._event("content_block_delta", index=number, delta=delta)

    @staticmethod
    def _event(kind: str, **shape: Any) -> bytes:
        return f"event: {kind}\n".encode() + _data({"type": kind, **shape})

    @staticmethod
    def _message(said: Said) -> Json:
        usage = {"input_tokens": said.prompt_tokens, "output_tokens": len(said.pieces)}
        return {"id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "stop_sequence": None, "usage": usage}

    @staticmethod
    def _finish(said: Said) -> str:
        return "tool_use" if said.tools else {"stop": "end_turn", "length": "max_tokens"}.get(said.finish, said.finish)

    @staticmethod
    def _tools(said: Said) -> list[tuple[Json, Any]]:
        return [({"type": "tool_use", "id": f"toolu_{n}", "name": name}, given) for n, (name, given) in enumerate(said.tools)]


class Google(Protocol):
    """generateContent (ai.google.dev/api/generate-content): a stream is one JSON list, an entry a piece."""

    media = "application/json"

    def streams(self, path: str, body: Mapping[str, Any]) -> bool:
        return ":streamGenerateContent" in path

    def error(self, status: int, message: str) -> Json:
        names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
        return {"error": {"code": status, "message": message, "status": names.get(status, "INTERNAL")}}

    def whole(self, said: Said) -> Json:
        return self._entry(
            said, [*self._thought(said), *([{"text": said.text}] if said.text else []), *self._calls(said)], last=True
        )

    def parts(self, said: Said) -> Iterator[bytes]:
        before = b"["
        for part in (*self._thought(said), *({"text": piece} for piece in said.pieces), *self._calls(said)):
            yield before + _line(self._entry(said, [part]))
            before = b","
        yield before + _line(self._entry(said, [], last=True))

    def end(self) -> bytes:
        return b"]"

    @staticmethod
    def _thought(said: Said) -> list[Json]:
        return [{"text": said.reasoning, "thought": True}] if said.reasoning else []

    @staticmethod
    def _calls(said: Said) -> list[Json]:
        return [{"functionCall": {"name": name, "args": _object(given)}} for name, given in said.tools]

    @staticmethod
    def _entry(said: Said, parts: Sequence[Json], *, last: bool = False) -> Json:
        candidate: Json = {"content": {"parts": list(parts), "role": "model"}, "index": 0}
        if last:
            candidate["finishReason"] = {"stop": "STOP", "length": "MAX_TOKENS"}.get(said.finish, "OTHER")
        counts = {"promptTokenCount": said.prompt_tokens, "candidatesTokenCount": len(said.pieces), "totalTokenCount": 0}
        return {"candidates": [candidate], "usageMetadata": counts, "modelVersion": MODEL}


_PATHS: tuple[tuple[str, Protocol], ...] = (
    (r"/v1/chat/completions", OpenAI()),
    (r"/api/chat", Ollama()),
    (r"/v1/messages", Anthropic()),
    (r"/v1beta/models/[^/:]+(?::[^/:]+)?:(?:stream)?[gG]enerateContent", Google()),
)


def protocol_of(path: str) -> Protocol | None:
    """The protocol that a request's path belongs to."""
    bare = path.partition("?")[0].replace("%3A", ":")
    return next((protocol for pattern, protocol in _PATHS if re.fullmatch(pattern, bare)), None)


def told(body: Mapping[str, Any]) -> list[Json]:
    """The messages of a request in any of the protocols, {"role", "content"}, what stands above them first."""
    above = [{"role": "system", "content": body[name]} for name in ("system", "systemInstruction") if body.get(name)]
    return [*above, *body.get("messages", ()), *body.get("contents", ())]


def text_of(message: Mapping[str, Any]) -> str:
    """The words of one message: a text, or a list of parts that hold some."""
    content = message.get("content", message.get("parts"))
    if isinstance(content, Mapping):
        content = content.get("parts")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def _written(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def _object(given: Any) -> Json:
    return given if isinstance(given, dict) else {"raw": given}


def _data(shape: Json) -> bytes:
    return b"data: " + json.dumps(shape, ensure_ascii=False).encode() + b"\n\n"


def _line(shape: Json) -> bytes:
    return json.dumps(shape, ensure_ascii=False).encode() + b"\n"
