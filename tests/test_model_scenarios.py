"""Whatever a language model says or does not say, no number stands on the screen that the reports do not bear out.

The real langchain clients talk over real HTTP to a scripted server (eval/model_server.py) that plays the scenarios of
model_scenarios.py. What the reader sees is taken from the page's own function at every moment, as HTML; quotes are left out of it,
for they are the reports' own words and are compared with the stored text instead.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from model_scenarios import BROKEN, GOOD, REPAIRED, REPORTS, SCENARIOS, TOOLS, Scenario
from page_screen import Screen

from assistant import Answer, Assistant
from assistant.models import Key, open_model
from eval.model_protocols import MODEL
from eval.model_server import ModelServer, refused_address
from index import Library, Settings
from ui.chat import converse

# A client that is not used any more closes its sockets when it is collected; here that happens once a scenario.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
pytest.importorskip("langchain_openai", reason="langchain-openai is not installed (pip install '.[openai]')")
pytest.importorskip("langchain_ollama", reason="langchain-ollama is not installed (pip install '.[ollama]')")

SAMPLES = Path(__file__).parents[1] / "eval" / "sets" / "samples" / "reports"
PROTOCOLS = ("openai", "ollama")
HOSTED = {"anthropic": "langchain_anthropic", "google_genai": "langchain_google_genai"}
LIMITS = {"model_first_seconds": 1, "model_total_seconds": 2}
SECONDS = 10.0  # for any scenario: three calls that reach their time limit, and room for a busy machine
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass
class Seen:
    """One conversation as the reader saw it."""

    moments: list[str]
    answer: Answer
    seconds: float
    calls: int


class Watched:
    """The assistant as the page has it; keeps the Answer that went by."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant, self.answer = assistant, None

    @property
    def library(self) -> Any:
        return self.assistant.library

    def examples(self, *given: Any) -> list[str]:
        return []

    def stream(self, *given: Any, **named: Any) -> Iterator[Any]:
        for piece in self.assistant.stream(*given, **named):
            if isinstance(piece, Answer):
                self.answer = piece
            yield piece


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The reports that the scenarios ask, without an embedding model."""
    directory = tmp_path_factory.mktemp("scenarios")
    with Library.open(directory, settings=Settings(directory=directory, embedding_model="none")) as opened:
        assert all(result.report for result in opened.add([SAMPLES / name for name in REPORTS]))
        yield opened


@pytest.fixture(scope="module")
def assistant(library: Library) -> Assistant:
    return Assistant(library)


def play(assistant: Assistant, scenario: Scenario, protocol: str) -> Seen:
    """Asks the scenario's question of a server that plays it, through the page's own function."""
    with ModelServer(scenario.replies) as server:
        address = refused_address() if scenario.address == "refused" else server.address
        settings = replace(
            assistant.library.settings,
            model=f"{protocol}:{MODEL}",
            model_url=f"{address}/v1" if protocol == "openai" else address,
            **LIMITS | ({"model_context": 8192} if protocol in HOSTED else {}) | scenario.settings,  # no server of theirs says it
        )
        assistant.model = open_model(settings, key=Key("sk-secret-123"), environ={})
        watched = Watched(assistant)
        started = time.monotonic()
        moments = [messages[-1]["content"] for messages, _ in converse(watched, scenario.question.text, [], None, "vi")]
        seconds = time.monotonic() - started
        assert watched.answer is not None, moments[-1]
        return Seen(moments, watched.answer, seconds, len(server.calls))


def numbers(text: str) -> list[str]:
    """The numbers of what the reader sees; a marker's own number and the page are none."""
    return NUMBER.findall(re.sub(r"\[\d+\]|(?:trang|tr\.|page|p\.) \d+", " ", text))


def problems(scenario: Scenario, seen: Seen, library: Library) -> Iterator[str]:
    """Everything that a reader could complain of."""
    told = {token.rstrip(".,") for token in NUMBER.findall(scenario.question.text)} | set(scenario.question.truth)
    told |= {str(limit) for limit in LIMITS.values()} | set(NUMBER.findall(seen.answer.note))
    for moment, markdown in enumerate(seen.moments):
        screen = Screen(markdown)
        yield from (f"moment {moment}: {problem}" for problem in screen.problems)
        for number in numbers(screen.text):
            if number.rstrip(".,") not in told:
                yield f"moment {moment}: {number} is on the screen: {screen.text.strip()[:300]}"
        for pattern in scenario.never:
            if re.search(pattern, screen.text):
                yield f"moment {moment}: {pattern} is on the screen: {screen.text.strip()[:300]}"
        if "sk-secret" in markdown or "Traceback" in markdown:
            yield f"moment {moment}: a secret or a stack trace: {markdown}"
    final = Screen(seen.moments[-1]).text
    yield from quote_problems(seen.answer, library)
    yield from outcome_problems(scenario, seen, final)
    if seen.seconds > SECONDS:
        yield f"it took {seen.seconds:.1f} s"
    if seen.calls > scenario.most_calls:
        yield f"{seen.calls} calls"


def quote_problems(answer: Answer, library: Library) -> Iterator[str]:
    markers = {int(marker) for marker in re.findall(r"\[(\d+)\]", answer.text)}
    cited = {citation.marker for citation in answer.citations}
    if markers - cited:
        yield f"markers without a citation: {markers - cited}"
    for citation in answer.citations:
        if library.report(citation.report_id).text[citation.start : citation.end] != citation.quote:
            yield f"not verbatim: {citation.quote}"
    for evidence in answer.shown:
        if library.report(evidence.report_id).text[evidence.start : evidence.end] != evidence.text:
            yield f"not verbatim: {evidence.text}"


def outcome_problems(scenario: Scenario, seen: Seen, final: str) -> Iterator[str]:
    answer = seen.answer
    if answer.refusal is None and not re.search(scenario.question.value, final):
        yield f"neither an answer nor a refusal: {final[:300]}"
    if answer.refusal is not None:
        yield f"refused what the reports say: {final[:300]}"
    if scenario.outcome == "model" and (not answer.model or answer.note):
        yield f"a good answer was not taken: {answer.note!r} {[(c.text, c.fate, c.fault, c.checks) for c in answer.claims]}"
    untold = not answer.note and not any(claim.fate in ("replaced", "removed", "repaired") for claim in answer.claims)
    if scenario.outcome == "note" and untold:
        yield f"the reader is not told: {final[:300]}"
    if answer.note and answer.note.split(".")[0] not in final:
        yield f"the note is not on the screen: {answer.note!r}"
    called = tuple(call.name for call in answer.tools)
    if scenario.called is not None and (called[: len(scenario.called)] != scenario.called or (called and not scenario.called)):
        yield f"tools called: {called}"
    yield from (f"the reader does not see the call of {name}" for name in called if f"<li>{name}(" not in seen.moments[-1])
    for text in scenario.shown:
        if text not in final:
            yield f"{text!r} is not on the screen: {final[:300]}"


def cases() -> Iterator[Any]:
    """The broken servers and the calls of tools by OpenAI's protocol and by Ollama's; what a model says, which is the same in
    both, by them in turn."""
    for number, scenario in enumerate(SCENARIOS):
        both = scenario in BROKEN or scenario in TOOLS
        for protocol in PROTOCOLS if both else PROTOCOLS[number % 2 :][:1]:
            yield pytest.param(scenario, protocol, id=f"{scenario.name}, {protocol}")


def hosted_cases() -> Iterator[Any]:
    """What depends on the protocol by Anthropic's and Google's in turn, and the first of each kind by both."""
    for kind in (GOOD, BROKEN, REPAIRED, TOOLS):
        for number, scenario in enumerate(kind):
            for protocol, package in HOSTED.items() if number < 3 else list(HOSTED.items())[number % 2 :][:1]:
                missing = find_spec(package) is None
                reason = f"{package.replace('_', '-')} is not installed"
                marks = pytest.mark.skipif(missing, reason=reason)
                yield pytest.param(scenario, protocol, id=f"{scenario.name}, {protocol}", marks=marks)


@pytest.mark.parametrize(("scenario", "protocol"), list(cases()))
def test_no_unsupported_number_reaches_the_screen(assistant: Assistant, scenario: Scenario, protocol: str) -> None:
    seen = play(assistant, scenario, protocol)
    assert list(problems(scenario, seen, assistant.library)) == []


@pytest.mark.parametrize(("scenario", "protocol"), list(hosted_cases()))
def test_the_hosted_providers_clients_show_no_unsupported_number_either(
    assistant: Assistant, scenario: Scenario, protocol: str
) -> None:
    seen = play(assistant, scenario, protocol)
    assert list(problems(scenario, seen, assistant.library)) == []


def test_there_are_as_many_scenarios_as_were_asked_for() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS) >= 40
