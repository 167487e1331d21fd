"""For programs: OpenAI's chat completions, answered from the reports. Starlette's routes, mounted beside the page (see ui/app.py).

    POST /v1/chat/completions   {"model": "report-assistant", "messages": [{"role": "user", "content": "…"}], "stream": false}
    GET  /v1/models

Answers pass the same checks as on the page: this file only writes them down. A citation is an annotation of the message:

    {"type": "url_citation", "url_citation": {"start_index": 58, "end_index": 61, "title": "…", "url": "http://…/#cite-…"},
     "report_citation": {"marker": 1, "report": "…", "page": 3, "start": 100, "end": 180, "quote": "…"}}

`start_index` and `end_index` are where `[1]` stands in `content`. Whatever else the answer knows stands in `report_assistant`, in
the shape of `report-assistant ask --json`. Mistakes are OpenAI's error objects.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from assistant.answers import Answer, Message
from index.errors import QuestionError, ReportNotFound, ReportsError
from ui.json_shapes import answer_json
from ui.render import cite_link

LOG = logging.getLogger(__name__)

MODEL = "report-assistant"
MAX_BODY = 1_000_000  # bytes of one request
MAX_MESSAGES = 200
HISTORY = 12  # messages before the question that are looked at
MAX_REPORTS = 10_000
AT_ONCE = 16  # answers being made; the next caller is told to come back

Json = dict[str, Any]


class BadRequest(Exception):
    """A request that cannot be answered: OpenAI's status, code and the name of the field at fault."""

    def __init__(self, message: str, *, status: int = 400, code: str = "invalid_value", param: str | None = None) -> None:
        super().__init__(message)
        self.message, self.status, self.code, self.param = message, status, code, param


def routes(assistant: Any) -> list[Route]:
    """The two endpoints over `assistant` (see `ui.chat.Answerer`)."""
    api = Completions(assistant)
    return [
        Route("/v1/chat/completions", api.complete, methods=["POST"]),
        Route("/v1/models", api.models, methods=["GET"]),
        Route("/v1/models/{name}", api.models, methods=["GET"]),
    ]


class Completions:
    """The endpoints' functions. Holds no conversation: a program sends the earlier messages itself, as with OpenAI."""

    def __init__(self, assistant: Any) -> None:
        self.assistant = assistant
        self._busy = 0
        self._lock = threading.Lock()

    async def models(self, request: Request) -> Response:
        entry = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        name = request.path_params.get("name")
        if name is None:
            return JSONResponse({"object": "list", "data": [entry]})
        return JSONResponse(entry) if name == MODEL else _error(_unknown_model(name))

    async def complete(self, request: Request) -> Response:
        try:
            asked = read_request(await _body(request))
            _check_reports(asked.reports, await run_in_threadpool(self.assistant.library.reports))
        except BadRequest as problem:
            return _error(problem)
        except ReportsError as error:
            return _error(_told(error))
        if self._busy >= AT_ONCE:
            told = f"{AT_ONCE} answers are being made. Ask again in a second."
            return _error(BadRequest(told, status=429, code="rate_limit_exceeded"))
        head = Head(base_url=str(request.base_url).rstrip("/"))
        if asked.stream:
            headers = {"cache-control": "no-cache"}
            return StreamingResponse(self._events(asked, head), media_type="text/event-stream", headers=headers)
        try:
            answer = await run_in_threadpool(self._answer, asked)
        except ReportsError as error:
            return _error(_told(error))
        except Exception:  # a mistake of ours: the caller gets a sentence, the log the traceback
            LOG.exception("answering a program")
            return _error(_crashed())
        return JSONResponse(completion(answer, head))

    def _answer(self, asked: Asked) -> Answer:
        with self._counted():
            return final_answer(self.assistant, asked.question, asked.history, asked.reports)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1

    def _events(self, asked: Asked, head: Head) -> Iterator[bytes]:
        try:
            with self._counted():
                yield from map(_event, self._chunks(asked, head))
        except ReportsError as error:
            yield _event(_error_object(_told(error)))
        except Exception:
            LOG.exception("answering a program")
            yield _event(_error_object(_crashed()))
        yield b"data: [DONE]\n\n"

    def _chunks(self, asked: Asked, head: Head) -> Iterator[Json]:
        yield chunk({"role": "assistant", "content": ""}, head)
        said = ""
        for piece in self.assistant.stream(asked.question, asked.history, reports=asked.reports):
            if isinstance(piece, Answer):
                rest = _rest(said, piece.text)
                if rest:
                    yield chunk({"content": rest}, head)
                yield last_chunk(piece, head)
            elif piece:
                said += piece
                yield chunk({"content": piece}, head)
        if asked.usage:
            yield {**head.of("chat.completion.chunk"), "choices": [], "usage": USAGE}


@dataclass(frozen=True)
class Asked:
    """A request that was understood: the last message is the question, what was said before it the history."""

    question: str
    history: tuple[Message, ...] = ()
    reports: list[str] | None = None
    stream: bool = False
    usage: bool = False


@dataclass(frozen=True)
class Head:
    """What every piece of one completion begins with."""

    base_url: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def of(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL}


USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # tokens are a model's; the answer may be made without one


def read_request(body: bytes) -> Asked:
    """The request as far as it concerns us. Sampling parameters change nothing here and are let through.

    Raises BadRequest for what is not a request, and for what would be answered otherwise than asked: several choices, JSON output.
    """
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.", code="invalid_json") from error
    if not isinstance(given, dict):
        raise BadRequest("The body must be an object with `messages`.")
    model = given.get("model", MODEL)
    if model != MODEL:
        raise _unknown_model(model)
    if given.get("n") not in (None, 1):
        raise BadRequest("`n` must be 1: the reports say one thing.", param="n")
    wanted = given.get("response_format")
    if isinstance(wanted, dict) and wanted.get("type") not in (None, "text"):
        told = "`response_format` must be text; see `report_assistant` in the answer for its fields."
        raise BadRequest(told, param="response_format")
    if given.get("tool_choice") not in (None, "none", "auto"):
        raise BadRequest("`tool_choice` must be none or auto: this model calls no tools of its caller.", param="tool_choice")
    messages = [_message(entry, number) for number, entry in enumerate(_messages(given))]
    talk = [message for message in messages if message is not None]
    if not talk or talk[-1].role != "user":
        raise BadRequest("The last of `messages` must be the question, with the role user.", param="messages")
    options = given.get("stream_options")
    usage = isinstance(options, dict) and bool(options.get("include_usage"))
    return Asked(talk[-1].text, tuple(talk[:-1][-HISTORY:]), reports=_reports(given), stream=bool(given.get("stream")), usage=usage)


def final_answer(assistant: Any, question: str, history: Sequence[Message], reports: list[str] | None) -> Answer:
    """The answer that ends the assistant's stream: what the page shows in the end."""
    for piece in assistant.stream(question, history, reports=reports):
        if isinstance(piece, Answer):
            return piece
    raise RuntimeError("the assistant's stream ended without an Answer")


def completion(answer: Answer, head: Head) -> Json:
    """The whole answer as a `chat.completion`."""
    message: Json = {
        "role": "assistant", "content": answer.text, "refusal": answer.refusal.message if answer.refusal else None,
        "annotations": citation_marks(answer, head.base_url),
    }  # fmt: skip
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**head.of("chat.completion"), "choices": [choice], "usage": USAGE, "report_assistant": answer_json(answer)}


def chunk(delta: Json, head: Head, finish: str | None = None) -> Json:
    """One `chat.completion.chunk`."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**head.of("chat.completion.chunk"), "choices": [choice]}


def last_chunk(answer: Answer, head: Head) -> Json:
    """The chunk that ends a stream: the citations, and the answer with all it knows."""
    delta: Json = {"annotations": citation_marks(answer, head.base_url)}
    if answer.refusal:
        delta["refusal"] = answer.refusal.message
    return {**chunk(delta, head, "stop"), "report_assistant": answer_json(answer)}


def citation_marks(answer: Answer, base_url: str) -> list[Json]:
    """A citation's every `[n]` in the text; a citation that the text does not mark stands at its end, with an empty span."""
    found: list[Json] = []
    for citation in answer.citations:
        spans = [match.span() for match in re.finditer(rf"\[{citation.marker}\]", answer.text)] or [(len(answer.text),) * 2]
        for start, end in spans:
            url = f"{base_url}/{cite_link(citation.report_id, citation.start, citation.end)}"
            mark = {"start_index": start, "end_index": end, "title": citation.title or citation.source, "url": url}
            quoted = {
                "marker": citation.marker, "report": citation.report_id, "page": citation.page, "start": citation.start,
                "end": citation.end, "quote": citation.quote,
            }  # fmt: skip
            found.append({"type": "url_citation", "url_citation": mark, "report_citation": quoted})
    return found


async def _body(request: Request) -> bytes:
    """The request's body. Raises BadRequest above MAX_BODY, before the rest of it is read."""
    body = bytearray()
    async for part in request.stream():
        body.extend(part)
        if len(body) > MAX_BODY:
            told = f"The body is larger than {MAX_BODY} bytes. Send fewer or shorter messages."
            raise BadRequest(told, status=413, code="too_large")
    return bytes(body)


def _messages(given: Json) -> list[Any]:
    messages = given.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadRequest("`messages` must be a list with at least the question.", param="messages")
    if len(messages) > MAX_MESSAGES:
        raise BadRequest(f"`messages` holds {len(messages)}; up to {MAX_MESSAGES} are read.", param="messages")
    return messages


def _message(entry: Any, number: int) -> Message | None:
    """One message; None for those that say nothing to us: system prompts and tools' results are not followed."""
    role = entry.get("role") if isinstance(entry, Mapping) else None
    if role not in ("user", "assistant", "system", "developer", "tool", "function"):
        raise BadRequest(f"messages[{number}] has no known role.", param=f"messages[{number}].role")
    if role not in ("user", "assistant"):
        return None
    content = entry.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping) and part.get("type") in ("text", "input_text")]
        if role == "user" and len(parts) != len(content):
            raise BadRequest("Only text can be asked: no pictures, sound or files.", param=f"messages[{number}].content")
        content = "\n".join(str(part) for part in parts)
    if content is None and role == "assistant":
        return None
    if not isinstance(content, str):
        raise BadRequest(f"messages[{number}].content must be text.", param=f"messages[{number}].content")
    return Message("user" if role == "user" else "assistant", content)


def _reports(given: Json) -> list[str] | None:
    reports = given.get("reports")
    if reports is None:
        return None
    if not isinstance(reports, list) or len(reports) > MAX_REPORTS or not all(isinstance(name, str) for name in reports):
        raise BadRequest("`reports` must be a list of report ids; `report-assistant list` shows them.", param="reports")
    return reports


def _check_reports(wanted: Sequence[str] | None, held: Sequence[Any]) -> None:
    for name in set(wanted or ()) - {report.id for report in held}:
        raise BadRequest(ReportNotFound(id=name[:200]).message("en"), status=404, code="ReportNotFound", param="reports")


def _rest(said: str, text: str) -> str:
    """What of `text` has not been said; where the answer came out otherwise than it was begun, all of it."""
    if text.startswith(said):
        return text[len(said) :]
    return "" if said.strip() == text.strip() else f"\n\n{text}"


def _unknown_model(name: object) -> BadRequest:
    told = f"There is no model {str(name)[:100]!r}; the one here is {MODEL!r}."
    return BadRequest(told, status=404, code="model_not_found", param="model")


def _told(error: ReportsError) -> BadRequest:
    return BadRequest(error.message("en"), status=400 if isinstance(error, QuestionError) else 500, code=error.code)


def _crashed() -> BadRequest:
    return BadRequest("Something went wrong inside the program; its log says what.", status=500, code="internal_error")


def _error_object(problem: BadRequest) -> Json:
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return {"error": {"message": problem.message, "type": kind, "param": problem.param, "code": problem.code}}


def _error(problem: BadRequest) -> Response:
    headers = {"retry-after": "1"} if problem.status == 429 else None
    return JSONResponse(_error_object(problem), problem.status, headers)


def _event(shape: Json) -> bytes:
    return b"data: " + json.dumps(shape, ensure_ascii=False).encode() + b"\n\n"
