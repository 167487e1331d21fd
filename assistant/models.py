"""A language model by its name, through langchain's `init_chat_model`: the one file that knows chat models and their packages.

    model = open_model(settings)                "ollama:qwen3:8b", "openai:NAME" …; None for "none"; contacts nobody yet
    model.limits().context                      8192: what the model and its server really take, in tokens
    for piece in model.stream([("system", "…"), ("user", "…")]): …

Its package, its key, its server and its time limits are checked here, and every foreign exception becomes a ModelError.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

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
)

from .chain import switch_tracing_off
from .servers import ASSUMED_CONTEXT, Server, ollama_context, served_context

Role = Literal["system", "user", "assistant"]
Messages = Sequence[tuple[Role, str]]
NO_MODEL = "none"
OLLAMA_CONTEXT = 8_192  # asked of Ollama where the settings name none: its own 2,048 or 4,096 would cut evidence silently
THINKING_TOKENS = 4_000  # on top of the answer, for models that think first and count it
_NOBODY = frozenset(("ConnectError", "ConnectTimeout", "APIConnectionError", "ConnectionError", "ConnectionRefusedError"))


@dataclass(frozen=True, slots=True)
class Provider:
    """`variables` hold its key, in order; none: it wants no key. `address_variable` is where its own client looks for a server."""

    extra: str
    package: str
    host: str
    variables: tuple[str, ...] = ()
    address_variable: str = ""


PROVIDERS = {
    "ollama": Provider("ollama", "langchain_ollama", "http://127.0.0.1:11434", (), "OLLAMA_HOST"),
    "openai": Provider("openai", "langchain_openai", "https://api.openai.com/v1", ("OPENAI_API_KEY",), "OPENAI_BASE_URL"),
    "anthropic": Provider(
        "anthropic", "langchain_anthropic", "https://api.anthropic.com", ("ANTHROPIC_API_KEY",), "ANTHROPIC_BASE_URL"
    ),
    "google_genai": Provider(
        "google", "langchain_google_genai", "https://generativelanguage.googleapis.com", ("GOOGLE_API_KEY", "GEMINI_API_KEY")
    ),
}


class Key:
    """A key that shows itself to nobody: not in a repr, a log line, a traceback or a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value.strip()

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Key(***)" if self._value else "Key()"

    def __reduce__(self) -> Any:
        raise TypeError("a key stays in the memory of this process")


@dataclass(frozen=True, slots=True)
class Limits:
    """Tokens and seconds. `context` is what goes in and comes out together, `output` what the model may write; `known` says where
    the context is known from: "settings", "server", "profile" or "assumed"."""

    context: int
    output: int
    first_seconds: float
    total_seconds: float
    known: str = "settings"

    @property
    def input(self) -> int:
        return self.context - self.output


class LanguageModel(Protocol):
    """What generate.py needs of a model. `name` is its spec; `host` the machine that questions and evidence are sent to."""

    @property
    def name(self) -> str: ...

    @property
    def host(self) -> str: ...

    def limits(self) -> Limits: ...

    def stream(self, messages: Messages) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Spec:
    """ "ollama:qwen3:8b" -> Spec("ollama", "qwen3:8b")."""

    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


def parse_spec(text: str) -> Spec:
    """Raises SettingsError for a name without one of our providers before it."""
    provider, _, name = text.strip().partition(":")
    provider = {"google": "google_genai"}.get(provider.lower(), provider.lower())
    if provider not in PROVIDERS or not name.strip():
        allowed = "write ollama:NAME, openai:NAME, anthropic:NAME or google_genai:NAME, such as ollama:qwen3:8b, or none"
        raise SettingsError(name="model", value=text, allowed=allowed)
    return Spec(provider, name.strip())


def open_model(settings: Settings, *, key: Key | None = None, environ: Mapping[str, str] | None = None) -> ChatModel | None:
    """The model that `settings.model` names, None for "none". Nobody is contacted before the first question.

    A key is looked for in `key`, REPORTS_MODEL_KEY and the provider's own variable; the last only where the address is the
    provider's or from the environment too, so that a key never goes to a server it was not made for.
    Raises SettingsError, ModelPackageMissing, ModelKeyMissing.
    """
    if settings.model.strip().lower() == NO_MODEL:
        return None
    environ = os.environ if environ is None else environ
    spec = parse_spec(settings.model)
    provider = PROVIDERS[spec.provider]
    if find_spec(provider.package) is None:
        raise ModelPackageMissing(model=str(spec), package=provider.package.replace("_", "-"), extra=provider.extra)
    address = settings.model_url or _with_scheme(environ.get(provider.address_variable, "")) or provider.host
    key = key or Key(environ.get("REPORTS_MODEL_KEY", ""))
    if not key and not settings.model_url:
        key = Key(next((environ[v] for v in provider.variables if environ.get(v)), ""))
    if not key and provider.variables and address == provider.host:
        raise ModelKeyMissing(model=str(spec), variable=provider.variables[0])
    return ChatModel(spec, address, key, settings)


class ChatModel:
    """A model of one of PROVIDERS. Safe to call from several threads. `chat` stands in for the one langchain would make."""

    def __init__(self, spec: Spec, address: str, key: Key, settings: Settings, *, chat: Any = None) -> None:
        self.spec = spec
        self.address = address
        self.key = key
        self._settings = settings
        self._chat = chat
        self._limits: Limits | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return str(self.spec)

    @property
    def host(self) -> str:
        """The machine and port, without a user name or password that the address may hold."""
        parts = urlsplit(self.address)
        return f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or self.address

    @property
    def is_local(self) -> bool:
        """Whether questions and evidence stay on this machine."""
        return (urlsplit(self.address).hostname or "") in ("127.0.0.1", "localhost", "::1")

    def serves(self, settings: Settings) -> bool:
        """Whether `settings` name the same provider at the same address: then the same key is meant."""
        same = parse_spec(settings.model).provider == self.spec.provider if settings.model != NO_MODEL else False
        return same and settings.model_url == self._settings.model_url

    def __repr__(self) -> str:
        return f"ChatModel({self.name!r} at {self.host!r})"

    def limits(self) -> Limits:
        """What may go in and come out, found once. Raises ModelUnreachable, ModelUnknown where a server has to be asked."""
        with self._lock:
            if self._limits is None:
                context, known = self._context()
                output = min(self._settings.model_output, max(64, context // 3))
                seconds = (float(self._settings.model_first_seconds), float(self._settings.model_total_seconds))
                self._limits = Limits(context, output, *seconds, known)
            return self._limits

    def stream(self, messages: Messages) -> Iterator[str]:
        """Pieces of the answer as they come. Raises a ModelError: ModelSlow where the first or the next piece takes longer than
        `first_seconds`, or the whole longer than `total_seconds`. Leaving the loop ends the call."""
        limits, client = self.limits(), self._client()  # imports take seconds, once; they are not the model's
        pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        stopped = threading.Event()
        threading.Thread(target=_read, args=(client, list(messages), pieces, stopped), daemon=True, name="model").start()
        deadline = time.monotonic() + limits.total_seconds
        try:
            while True:
                left = deadline - time.monotonic()
                setting, seconds = ("model_first_seconds", limits.first_seconds)
                if left < limits.first_seconds:
                    setting, seconds = "model_total_seconds", limits.total_seconds
                try:
                    piece = pieces.get(timeout=max(0.0, min(left, limits.first_seconds)))
                except queue.Empty:
                    raise ModelSlow(model=self.name, seconds=seconds, setting=setting) from None
                if piece is None:
                    return
                if isinstance(piece, BaseException):
                    raise self.translated(piece) from piece
                yield piece
        finally:
            stopped.set()

    def load(self) -> None:
        """Imports the provider's package, which takes seconds. Contacts nobody."""
        switch_tracing_off()
        import langchain.chat_models

        _ = langchain.chat_models
        import_module(PROVIDERS[self.spec.provider].package)

    def client(self) -> Any:
        """The langchain chat model, for tools.py. Raises a ModelError."""
        return self._client()

    def _client(self) -> Any:
        limits = self.limits()
        with self._lock:
            if self._chat is None:
                switch_tracing_off()
                from langchain.chat_models import init_chat_model

                arguments = _arguments(self.spec, self.address, self.key.reveal(), limits)
                self._chat = init_chat_model(self.spec.name, model_provider=self.spec.provider, **arguments)
            return self._chat

    def _context(self) -> tuple[int, str]:
        wanted = self._settings.model_context
        if self.spec.provider == "ollama":
            held = ollama_context(self._server())
            return min(held, wanted or OLLAMA_CONTEXT), "settings" if wanted and wanted <= held else "server"
        if wanted:
            return wanted, "settings"
        if self.spec.provider == "openai" and self.address != PROVIDERS["openai"].host and (held := served_context(self._server())):
            return held, "server"
        profile = self._profile().get("max_input_tokens")
        return (int(profile), "profile") if profile else (ASSUMED_CONTEXT, "assumed")

    def _server(self) -> Server:
        return Server(self.address, self.key.reveal(), self.name, self.spec.name, self.host)

    def _profile(self) -> Mapping[str, Any]:
        """What langchain knows of the model ({} where it does not)."""
        from langchain.chat_models import init_chat_model

        if self._chat is not None:
            return getattr(self._chat, "profile", None) or {}
        limits = Limits(ASSUMED_CONTEXT, 64, 1.0, 1.0)
        arguments = _arguments(self.spec, self.address, self.key.reveal() or "none", limits)
        made: Any = init_chat_model(self.spec.name, model_provider=self.spec.provider, **arguments)
        return getattr(made, "profile", None) or {}

    def translated(self, error: BaseException) -> ModelError:
        """A foreign exception as ours. What a server says is shortened, and left out where it may repeat a key."""
        if isinstance(error, ModelError):
            return error
        status = _status(error)
        names = {type(e).__name__ for e in _causes(error)}
        facts: dict[str, object] = {"model": self.name, "host": self.host}
        if status in (401, 403) or (status == 400 and "API key not valid" in str(error)):  # Google's way of saying it
            return ModelKeyRefused(**facts)
        if status == 404:
            return ModelUnknown(**facts, name=self.spec.name)
        if status in (429, 529):
            return ModelBusy(**facts)
        if any("Timeout" in name for name in names) and not names & {"ConnectTimeout"}:
            return ModelSlow(model=self.name, seconds=self.limits().first_seconds, setting="model_first_seconds")
        if status is None and names & _NOBODY:
            return ModelUnreachable(**facts)
        said = " ".join(str(error).partition("Traceback (most recent")[0].replace(self.address, self.host).split())
        said = said[:200].rstrip(" -:")
        if self.key:
            said = said.replace(self.key.reveal(), "***")
        return ModelFailed(model=self.name, detail=f"{type(error).__name__}{f' {status}' if status else ''}: {said}".rstrip(": ."))


@dataclass(frozen=True, slots=True)
class Probe:
    """What `doctor` found: the limits, the seconds to the first and to the last piece, and what the model said."""

    limits: Limits
    first_seconds: float
    seconds: float
    said: str


def probe(model: LanguageModel) -> Probe:
    """One tiny call within the model's time limits. Raises a ModelError."""
    started = time.monotonic()
    limits = model.limits()
    first, said = 0.0, ""
    for piece in model.stream([("user", "Reply with the single word OK.")]):
        first = first or time.monotonic() - started
        said += piece
        if len(said) > 2_000:
            break
    if not said.strip():
        raise ModelFailed(model=model.name, detail="it answered nothing")
    return Probe(limits, first, time.monotonic() - started, " ".join(said.split())[-80:])


def _read(client: Any, messages: list[tuple[Role, str]], pieces: queue.SimpleQueue[Any], stopped: threading.Event) -> None:
    """Reads the model in a thread of its own: one that falls silent blocks this thread alone, until its client gives up."""
    try:
        for chunk in client.stream(messages):
            if stopped.is_set():
                return
            pieces.put(str(chunk.text))
        pieces.put(None)
    except Exception as error:  # handed to the reader, who tells it; langchain's word for a stream without a chunk is no failure
        pieces.put(None if "No generation chunks" in str(error) else error)


def _with_scheme(address: str) -> str:
    """OLLAMA_HOST is often written without one, and "0.0.0.0" there means every address of this machine."""
    if not address:
        return ""
    full = address if "://" in address else f"http://{address}"
    parts = urlsplit(full)
    port = parts.port or (11434 if "://" not in address else None)
    name = "127.0.0.1" if parts.hostname == "0.0.0.0" else parts.hostname or "127.0.0.1"
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}{parts.path}"


def _arguments(spec: Spec, address: str, key: str, limits: Limits) -> dict[str, Any]:
    """What each provider's client is made with."""
    own = address == PROVIDERS[spec.provider].host
    if spec.provider == "ollama":
        client = {"timeout": limits.first_seconds}
        # Thinking aloud makes a reader wait and quotes nothing; models without it ignore the switch.
        return {
            "base_url": address,
            "num_ctx": limits.context,
            "num_predict": limits.output,
            "temperature": 0.0,
            "reasoning": False,
            "client_kwargs": client,
        }
    shared: dict[str, Any] = {"api_key": key or "none", "timeout": limits.first_seconds, "max_retries": 1}
    if spec.provider == "openai":
        shared |= {"base_url": address, "use_responses_api": False}
        if own:  # thinking models count their thoughts as output, and refuse a temperature
            return shared | {"max_tokens": limits.output + THINKING_TOKENS}
        return shared | {"temperature": 0.0, "extra_body": {"max_tokens": limits.output}}
    if spec.provider == "anthropic":
        return shared | {"base_url": address, "max_tokens": limits.output}
    # gRPC, the default there, knows no address with a path, waits for a dead server, and passes no proxy by.
    shared |= {"transport": "rest", "max_output_tokens": limits.output + THINKING_TOKENS}
    shared |= {} if spec.name.startswith("gemini-3") else {"temperature": 0.0}  # those go round in circles below their own 1.0
    return shared if own else shared | {"base_url": address}


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status that a client's exception carries, by whatever name it has there."""
    for cause in _causes(error):
        response = getattr(cause, "response", None)
        for value in (getattr(cause, "status_code", None), getattr(response, "status_code", None), getattr(cause, "code", None)):
            if isinstance(value, int) and 400 <= value < 600:
                return value
    return None
