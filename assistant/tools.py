"""The ledger's tools for a language model: it says what to select and which operation to do, code selects and computes.

    select_figures(indicator="tỷ lệ hộ nghèo", places=["xã Tân Lâm"], periods=["2022", "2023"])   -> F1: 7,7% …, F2: 5,1% …
    compute(operation="difference", figures=["F2", "F1"])                                          -> C1 = −2,6 điểm % (5,1% − 7,7%)

`consult` lets a model call them, a bounded number of times, and keeps every call with its arguments for the reader. A model that
takes no tools, or fails at it, calls none: the answer is then written from the evidence alone. langchain enters here as its tools
and messages; no model writes a figure.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from index import Language, ModelError, ModelFailed, ModelSlow, Period, Place
from index.figures.record import KINDS, Figure
from index.language import find_periods, find_places

from . import compare
from .answers import ToolCall
from .compare import Result
from .prompts import as_data, tokens

MOST_STEPS = 4  # replies of the model
MOST_CALLS = 8
MOST_FIGURES = 20  # told for one selection
MOST_CHARACTERS = 300  # of one argument, as kept for the reader
TOOL_TOKENS = 600  # that the two tools' descriptions take in a prompt, at most
OPERATIONS = ("difference", "ratio", "percent_change", "sum", "mean")
_ORDER = {
    "vi": "Chọn các số liệu cần cho câu hỏi bằng select_figures, rồi tính bằng compute nếu câu hỏi cần tính. "
    "Không tự tính. Khi đã đủ, chỉ viết: xong.",
    "en": "Select the figures that the question needs with select_figures, then compute with compute if it needs a computation. "
    "Do not compute yourself. When done, write only: done.",
}


class ToolModel(Protocol):
    """A model that may take tools: models.ChatModel."""

    def limits(self) -> Any: ...

    def client(self) -> Any: ...

    def translated(self, error: BaseException) -> ModelError: ...


Select = Callable[..., Sequence[Figure]]


@dataclass
class Toolbox:
    """The two tools over one library, and what they gave so far. `select` is Library.figures, of the reports asked about; `failure`
    is set where the model could not be reached or was too slow, so that nobody waits for it a second time."""

    select: Select
    language: Language
    figures: list[Figure] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    failure: ModelError | None = None

    def select_figures(self, indicator: str, places: Sequence[str] = (), periods: Sequence[str] = (), kind: str = "actual") -> str:
        """Figures that the reports state of an indicator.

        Args:
            indicator: what is measured, in the words of the question, such as "tỷ lệ hộ nghèo" or "clean water".
            places: names of places, none for all.
            periods: years or parts of them, such as "2023" or "Q2 2023", none for all.
            kind: actual, plan, estimate, previous or change.
        """
        wanted = kind if kind in KINDS else "actual"
        found: list[Figure] = []
        for place in _some(places):
            for period in _some(periods):
                asked, when = _place(place), _period(period)
                if (place and asked is None) or (period and when is None):
                    continue
                found += [f for f in self.select(indicator[:200], place=asked, period=when, kind=wanted) if f not in found]
        lines = [self._told(figure) for figure in found[:MOST_FIGURES]]
        if len(found) > MOST_FIGURES:
            lines.append(f"… {len(found) - MOST_FIGURES} more: name places or periods")
        return "\n".join(lines) or "no figure: the reports do not state it"

    def compute(self, operation: str, figures: Sequence[str]) -> str:
        """One computation over selected figures.

        Args:
            operation: difference (first minus second), ratio (first by second), percent_change (from second to first), sum or mean.
            figures: their names, such as ["F2", "F1"].
        """
        chosen = [self.figures[number] for name in figures if 0 <= (number := _number(name)) < len(self.figures)]
        if len(chosen) != len(figures) or len(chosen) < 2 or operation not in OPERATIONS:
            return f"not computed: give an operation of {', '.join(OPERATIONS)} and two or more selected figures, such as F1 and F2"
        pairs: dict[str, Callable[[Figure, Figure], Result | None]] = {
            "difference": compare.difference,
            "ratio": compare.ratio,
            "percent_change": compare.percent_change,
        }
        result: Result | None
        if operation in pairs and len(chosen) == 2:
            result = pairs[operation](chosen[0], chosen[1])
        else:
            result = compare.total(chosen) if operation == "sum" else compare.mean(chosen) if operation == "mean" else None
        if result is None:
            return "not computed: the figures are not of one unit, or shares are to be added"
        self.results.append(result)
        sign = "−" if result.value < 0 else ""
        return f"C{len(self.results)} = {sign}{result.shown(self.language)} ({result.formula})"

    def call(self, name: str, arguments: Mapping[str, Any]) -> str:
        """Runs a call of the model and keeps it. A wrong call gets a sentence back, never an exception."""
        tools: dict[str, Callable[..., str]] = {"select_figures": self.select_figures, "compute": self.compute}
        tool = tools.get(name)
        try:
            answer = tool(**_checked(arguments)) if tool else "no such tool: select_figures or compute"
        except TypeError:
            answer = "not called: arguments are missing or of the wrong kind"
        told = {str(key)[:40]: str(value)[:MOST_CHARACTERS] for key, value in list(arguments.items())[:8]}
        self.calls.append(ToolCall(str(name)[:40], tuple(told.items()), answer))
        return answer

    def _told(self, figure: Figure) -> str:
        if figure not in self.figures:
            self.figures.append(figure)
        number = self.figures.index(figure) + 1
        when = figure.period.label(self.language) if figure.period else "?"
        where = figure.place.label(self.language) if figure.place else "?"
        words = as_data(figure.raw_indicator[:100])
        return f"F{number}: {compare.show(figure, self.language)} | {figure.kind} | {when} | {where} | {words}"


def consult(model: ToolModel, question: str, box: Toolbox) -> tuple[ToolCall, ...]:
    """The calls that the model makes for the question, at most MOST_CALLS in MOST_STEPS replies and within the model's time and
    context.

    Raises nothing: a model that takes no tools, is too slow or fails has made the calls it made until then.
    """
    from langchain.messages import HumanMessage, SystemMessage, ToolMessage
    from langchain.tools import tool

    messages: list[Any] = [SystemMessage(_ORDER[box.language]), HumanMessage(question)]
    try:
        limits = model.limits()
        client = model.client().bind_tools([tool(box.select_figures), tool(box.compute)])
    except (NotImplementedError, AttributeError):
        return ()
    except ModelError as error:
        box.failure = error
        return ()
    deadline = time.monotonic() + limits.total_seconds
    room = limits.input - TOOL_TOKENS - sum(tokens(str(message.content)) for message in messages)
    for _ in range(MOST_STEPS):
        reply = _reply(client, messages, min(limits.first_seconds, deadline - time.monotonic()))
        if isinstance(reply, BaseException):
            failure = _failure(model, reply)
            box.failure = None if isinstance(failure, ModelFailed) else failure  # it answers, but takes no tools
            break
        wanted = list(getattr(reply, "tool_calls", None) or ())
        messages.append(reply)
        for call in wanted:
            if len(box.calls) >= MOST_CALLS:
                return tuple(box.calls)
            result = box.call(str(call.get("name")), call.get("args") or {})
            messages.append(ToolMessage(result, tool_call_id=str(call.get("id") or "")))
            room -= tokens(result) + tokens(str(call.get("args")))
        if not wanted or room < 0:  # a server would cut the talk where it no longer fits
            break
    return tuple(box.calls)


def _failure(model: ToolModel, error: BaseException) -> ModelError:
    if isinstance(error, queue.Empty):
        limits = model.limits()
        return ModelSlow(model=getattr(model, "name", ""), seconds=limits.first_seconds, setting="model_first_seconds")
    return model.translated(error)


def _reply(client: Any, messages: Sequence[Any], seconds: float) -> Any:
    """The model's next message, or the exception that came in its place (queue.Empty: none within `seconds`). The call runs in a
    thread that may be left behind."""
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(client.invoke(list(messages)))
        except Exception as error:  # handed to the caller, who knows what it means
            answers.put(error)

    threading.Thread(target=run, daemon=True, name="model tools").start()
    try:
        return answers.get(timeout=max(0.0, seconds))
    except queue.Empty as error:
        return error


def _checked(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments with a text where a text is wanted and texts where several are."""
    made: dict[str, Any] = {}
    for key, value in arguments.items():
        if key in ("places", "periods", "figures"):
            listed = value if isinstance(value, list | tuple) else [value] if value else []
            made[key] = [str(entry)[:MOST_CHARACTERS] for entry in listed[:12]]
        else:
            made[str(key)] = str(value)
    return made


def _some(names: Sequence[str]) -> Sequence[str]:
    return names or ("",)


def _place(text: str) -> Place | None:
    if not text.strip():
        return None
    named = find_places(text)
    return named[0].place if named else Place(text.strip(), "other")


def _period(text: str) -> Period | None:
    named = find_periods(text)
    return named[0].period if named else None


def _number(name: str) -> int:
    digits = name.strip().upper().removeprefix("F")
    return int(digits) - 1 if digits.isdecimal() and len(digits) < 4 else -1
