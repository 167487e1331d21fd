"""Language models by name: what is wrong is one sentence with the fix, a key is shown nowhere, limits are the model's real ones."""

from __future__ import annotations

import json
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.models import OLLAMA_CONTEXT, ChatModel, Key, Spec, open_model, parse_spec, probe
from assistant.servers import ASSUMED_CONTEXT
from index import (
    ModelBusy,
    ModelError,
    ModelFailed,
    ModelKeyMissing,
    ModelKeyRefused,
    ModelPackageMissing,
    ModelSlow,
    ModelUnknown,
    ModelUnreachable,
    Settings,
    SettingsError,
    load_settings,
)

SECRET = "sk-live-0123456789abcdef"
Answers = Callable[[str, dict[str, Any]], tuple[int, Any]]


@pytest.fixture
def serve() -> Iterator[Callable[[Answers], str]]:
    """serve(answers): a JSON server on 127.0.0.1; `answers(path, body)` gives status and object. Returns its address."""
    running: list[HTTPServer] = []

    def start(answers: Answers) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                status, shape = answers(self.path, body | {"headers": dict(self.headers)})
                data = shape if isinstance(shape, bytes) else json.dumps(shape).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def opened(settings: Settings, *, environ: dict[str, str] | None = None, key: Key | None = None) -> ChatModel:
    model = open_model(settings, key=key, environ=environ or {})
    assert model is not None
    return model


def scripted(*messages: str, **settings: Any) -> ChatModel:
    chat = GenericFakeChatModel(messages=iter([AIMessage(content=message) for message in messages]))
    return ChatModel(Spec("openai", "fake"), "http://127.0.0.1:9/v1", Key(""), Settings(model_context=4096, **settings), chat=chat)


class Raising:
    """A chat model that fails as a client would."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def stream(self, messages: object) -> Iterator[Any]:
        raise self.error
        yield


def failing(error: BaseException, **more: Any) -> ChatModel:
    return ChatModel(
        Spec("openai", "m"), "http://u:p@example.test/v1", Key(SECRET), Settings(model_context=4096), chat=Raising(error)
    )


class ApiError(Exception):
    def __init__(self, status: int, text: str = "") -> None:
        self.status_code = status
        super().__init__(text)


# -- names


@pytest.mark.parametrize(
    ("text", "provider", "name"),
    [
        ("ollama:qwen3:8b", "ollama", "qwen3:8b"),
        ("openai:Qwen/Qwen3-8B", "openai", "Qwen/Qwen3-8B"),
        ("google:gemini-2.5-flash", "google_genai", "gemini-2.5-flash"),
        (" Anthropic:claude ", "anthropic", "claude"),
    ],
)
def test_a_spec_is_a_provider_and_a_name(text: str, provider: str, name: str) -> None:
    assert parse_spec(text) == Spec(provider, name)


@pytest.mark.parametrize("text", ["qwen3", "openai:", "mistral:large", ":x"])
def test_another_spec_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="ollama:qwen3:8b"):
        parse_spec(text)


def test_none_is_no_model() -> None:
    assert open_model(Settings()) is None
    assert open_model(Settings(model="None")) is None


# -- what is missing


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.models.find_spec", lambda name: None)
    with pytest.raises(ModelPackageMissing) as caught:
        open_model(Settings(model="google_genai:gemini"))
    assert "pip install 'report-assistant[google]'" in str(caught.value)
    assert "report-assistant[google]" in caught.value.message("vi")


def test_a_missing_key_names_the_variable() -> None:
    with pytest.raises(ModelKeyMissing, match="OPENAI_API_KEY"):
        opened(Settings(model="openai:gpt-4o-mini"))
    assert opened(Settings(model="openai:gpt-4o-mini"), environ={"OPENAI_API_KEY": SECRET}).key
    assert opened(Settings(model="openai:x", model_url="http://127.0.0.1:8000/v1"))


def test_a_providers_key_never_goes_to_an_address_of_the_settings() -> None:
    settings = Settings(model="openai:x", model_url="https://elsewhere.test/v1")
    assert not opened(settings, environ={"OPENAI_API_KEY": SECRET}).key
    assert opened(settings, environ={"REPORTS_MODEL_KEY": SECRET}).key.reveal() == SECRET
    both = {"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": "https://gateway.test/v1"}
    assert opened(Settings(model="openai:x"), environ=both).host == "gateway.test"


@pytest.mark.parametrize(
    ("address", "host"), [("127.0.0.1:9999", "127.0.0.1:9999"), ("0.0.0.0", "127.0.0.1:11434"), ("http://box:80", "box:80")]
)
def test_ollamas_own_variable_is_understood(address: str, host: str) -> None:
    assert opened(Settings(model="ollama:x"), environ={"OLLAMA_HOST": address}).host == host


def test_local_and_remote_are_told_apart() -> None:
    assert opened(Settings(model="ollama:x")).is_local
    assert not opened(Settings(model="openai:x", model_url="https://user:pw@elsewhere.test/v1")).is_local
    assert opened(Settings(model="openai:x", model_url="https://user:pw@elsewhere.test/v1")).host == "elsewhere.test"


# -- the key


def test_a_key_shows_itself_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = Key(SECRET)
    model = failing(ApiError(500, f"Incorrect key {SECRET} for you"))
    with pytest.raises(ModelError) as caught:
        list(model.stream([("user", "x")]))
    with pytest.raises(ModelError) as refused:
        list(failing(ApiError(401, f"bad {SECRET}")).stream([("user", "x")]))
    shown = [
        repr(key),
        str(key),
        f"{key}",
        repr(model),
        str(caught.value),
        caught.value.message("vi"),
        str(refused.value),
        caplog.text,
    ]
    shown += [repr(vars(model)), repr(caught.value.fields), repr([key])]
    assert [text for text in shown if SECRET in text] == []
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_a_key_in_a_settings_file_is_refused_and_not_repeated(tmp_path: Any) -> None:
    (tmp_path / "settings.toml").write_text(f'model_key = "{SECRET}"\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(environ={}, directory=tmp_path)
    assert SECRET not in str(caught.value) + caught.value.message("vi")
    with pytest.raises(SettingsError) as caught:
        load_settings(environ={"REPORTS_OPENAI_KEY": SECRET, "REPORTS_LIBRARY": str(tmp_path / "x")})
    assert SECRET not in str(caught.value)


# -- failures


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ApiError(401), ModelKeyRefused),
        (ApiError(403), ModelKeyRefused),
        (ApiError(404), ModelUnknown),
        (ApiError(429), ModelBusy),
        (ApiError(500, "boom"), ModelFailed),
        (type("APIConnectionError", (Exception,), {})("no"), ModelUnreachable),
        (ConnectionRefusedError("no"), ModelUnreachable),
        (type("APITimeoutError", (Exception,), {})("late"), ModelSlow),
        (ValueError("not JSON"), ModelFailed),
    ],
)
def test_every_foreign_exception_becomes_one_of_ours(error: Exception, expected: type[ModelError]) -> None:
    with pytest.raises(expected) as caught:
        list(failing(error).stream([("user", "x")]))
    assert caught.value.__cause__ is error
    assert caught.value.message("vi") != caught.value.message("en")


def test_nobody_at_the_address_is_unreachable() -> None:
    model = opened(Settings(model="ollama:x", model_url="http://127.0.0.1:9"))
    with pytest.raises(ModelUnreachable, match=r"127\.0\.0\.1:9"):
        model.limits()


def test_time_limits_hold_for_the_first_word_and_for_the_whole() -> None:
    class Slow:
        def __init__(self, *pauses: float) -> None:
            self.pauses = pauses

        def stream(self, messages: object) -> Iterator[Any]:
            for pause in self.pauses:
                time.sleep(pause)
                yield AIMessage(content="x")

    def run(chat: Any, **limits: int) -> None:
        settings = Settings(model_context=4096, **limits)  # type: ignore[arg-type]
        list(ChatModel(Spec("openai", "m"), "http://127.0.0.1:9/v1", Key(""), settings, chat=chat).stream([("user", "x")]))

    started = time.monotonic()
    with pytest.raises(ModelSlow, match="model_first_seconds"):
        run(Slow(3.0), model_first_seconds=1)
    assert time.monotonic() - started < 2.5
    with pytest.raises(ModelSlow, match="model_total_seconds"):
        run(Slow(*[0.3] * 8), model_first_seconds=5, model_total_seconds=1)
    run(Slow(0.1, 0.1), model_first_seconds=1)


def test_leaving_early_ends_the_reading() -> None:
    seen: list[int] = []
    ended = threading.Event()

    class Endless:
        def stream(self, messages: object) -> Iterator[Any]:
            try:
                for number in range(1000):
                    seen.append(number)
                    time.sleep(0.005)
                    yield AIMessage(content="x ")
            finally:
                ended.set()

    stream = ChatModel(Spec("openai", "m"), "http://127.0.0.1:9/v1", Key(""), Settings(model_context=4096), chat=Endless()).stream(
        []
    )
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert ended.wait(2)
    assert len(seen) < 500


# -- limits


def test_ollama_is_asked_for_its_context(serve: Callable[[Answers], str]) -> None:
    pytest.importorskip("langchain_ollama")
    asked: list[str] = []

    def answers(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        asked.append(path)
        if body.get("model") == "missing":
            return 404, {"error": "not found"}
        return 200, {"model_info": {"qwen3.context_length": 40_960, "general.parameter_count": 8}}

    address = serve(answers)
    limits = opened(Settings(model="ollama:qwen3:8b", model_url=address)).limits()
    assert (limits.context, limits.known) == (OLLAMA_CONTEXT, "server")
    assert opened(Settings(model="ollama:x", model_url=address, model_context=30_000)).limits().context == 30_000
    assert opened(Settings(model="ollama:x", model_url=address, model_context=90_000)).limits().context == 40_960
    with pytest.raises(ModelUnknown, match="ollama pull missing"):
        opened(Settings(model="ollama:missing", model_url=address)).limits()
    assert set(asked) == {"/api/show"}


@pytest.mark.parametrize(
    ("models", "props", "context", "known"),
    [
        ({"data": [{"id": "m", "max_model_len": 16_384}]}, {}, 16_384, "server"),
        ({"data": [{"id": "m"}]}, {"default_generation_settings": {"n_ctx": 6_000}}, 6_000, "server"),
        ({"data": [{"id": "other", "max_model_len": 9}, {"id": "m", "context_length": 7_000}]}, {}, 7_000, "server"),
        ({"data": "nonsense"}, b"<html>", ASSUMED_CONTEXT, "assumed"),
        ([], {}, ASSUMED_CONTEXT, "assumed"),
    ],
)
def test_a_compatible_server_is_asked_for_its_context(
    models: Any, props: Any, context: int, known: str, serve: Callable[[Answers], str]
) -> None:
    pytest.importorskip("langchain_openai")
    address = serve(lambda path, body: (200, props if path == "/props" else models))
    limits = opened(Settings(model="openai:m", model_url=f"{address}/v1")).limits()
    assert (limits.context, limits.known) == (context, known)
    assert 0 < limits.output < limits.context
    wanted = opened(Settings(model="openai:m", model_url=f"{address}/v1", model_context=2_000)).limits()
    assert (wanted.context, wanted.known) == (2_000, "settings")


def test_a_known_models_profile_tells_its_context() -> None:
    pytest.importorskip("langchain_openai")
    limits = opened(Settings(model="openai:gpt-4o-mini"), environ={"OPENAI_API_KEY": SECRET}).limits()
    assert (limits.context, limits.known) == (128_000, "profile")


def test_tracing_is_off_even_where_a_variable_switched_it_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    import os

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    model = opened(Settings(model="openai:m", model_url="http://127.0.0.1:9/v1", model_context=4096))
    with pytest.raises(ModelUnreachable):
        list(model.stream([("user", "x")]))
    assert os.environ["LANGSMITH_TRACING"] == os.environ["LANGCHAIN_TRACING_V2"] == "false"


# -- doctor's call


def test_probe_says_what_the_model_said() -> None:
    found = probe(scripted("OK."))
    assert (found.said, found.limits.context) == ("OK.", 4096)
    assert 0 <= found.first_seconds <= found.seconds
    with pytest.raises(ModelFailed, match="nothing"):
        probe(scripted(""))
