"""Each provider's own client over real HTTP: what it sends, where the key goes, and what its errors become."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from assistant.models import PROVIDERS, ChatModel, Key, open_model, probe
from eval.model_protocols import MODEL
from eval.model_server import ModelServer, Reply, refused_address
from index import (
    ModelBusy,
    ModelError,
    ModelFailed,
    ModelKeyRefused,
    ModelSlow,
    ModelUnknown,
    ModelUnreachable,
    Settings,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SECRET = "sk-live-0123456789abcdef"
HEADERS = {"authorization", "x-api-key", "x-goog-api-key"}  # where clients may put a key


def providers() -> list[Any]:
    return [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                find_spec(provider.package) is None, reason=f"{provider.package.replace('_', '-')} is not installed"
            ),
        )
        for name, provider in PROVIDERS.items()
    ]


every_provider = pytest.mark.parametrize("provider", providers())


def opened(provider: str, address: str, **settings: Any) -> ChatModel:
    url = f"{address}/v1" if provider == "openai" else address
    named = Settings(model=f"{provider}:{MODEL}", model_url=url, model_context=8192, model_first_seconds=2, **settings)
    model = open_model(named, key=Key(SECRET), environ={})
    assert model is not None
    return model


@every_provider
def test_what_is_sent_and_what_comes_back(provider: str) -> None:
    with ModelServer([Reply("Tỷ lệ là 64,1% [1].", reasoning="Để xem: 99%.")]) as server:
        model = opened(provider, server.address)
        said = "".join(model.stream([("system", "Luật."), ("user", "Câu hỏi?"), ("assistant", "Nháp."), ("user", "Sửa.")]))
        (call,) = server.calls
    assert said == "Tỷ lệ là 64,1% [1]."
    assert call.prompt.splitlines() == ["Luật.", "Câu hỏi?", "Nháp.", "Sửa."]
    assert str(model.limits().output) in str(call.body) or str(model.limits().output + 4_000) in str(call.body)


@every_provider
def test_the_key_goes_into_its_header_and_nowhere_else(provider: str) -> None:
    with ModelServer([Reply("OK")]) as server:
        assert probe(opened(provider, server.address)).said == "OK"
        (call,) = server.calls
    held = [name for name, value in call.headers.items() if SECRET in value]
    assert len(held) == (0 if provider == "ollama" else 1)  # Ollama wants none
    assert set(held) <= HEADERS
    assert SECRET not in f"{call.path}{call.body}"


@every_provider
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(status=401, error=f"bad key {SECRET}"), ModelKeyRefused),
        (Reply(status=403), ModelKeyRefused),
        (Reply(status=404), ModelUnknown),
        (Reply(status=429, headers={"retry-after": "0"}), ModelBusy),
        (Reply(status=500, error=f"boom {SECRET}"), ModelFailed),
        (Reply("OK", wait=5), ModelSlow),
        (Reply(raw=b"<html>502</html>"), ModelError),
    ],
    ids=["401", "403", "404", "429", "500", "silent", "no JSON"],
)
def test_errors_are_told_in_our_words_without_the_key(provider: str, reply: Reply, expected: type[ModelError]) -> None:
    with ModelServer([reply]) as server, pytest.raises(expected) as caught:
        probe(opened(provider, server.address))
    for language in ("vi", "en"):
        assert SECRET not in caught.value.message(language)


@every_provider
def test_nobody_at_the_address(provider: str) -> None:
    with pytest.raises(ModelUnreachable):
        probe(opened(provider, refused_address()))


def test_a_key_that_google_calls_invalid_is_refused() -> None:
    pytest.importorskip("langchain_google_genai", reason="langchain-google-genai is not installed")
    reply = Reply(status=400, error="API key not valid. Please pass a valid API key.")
    with ModelServer([reply]) as server, pytest.raises(ModelKeyRefused):
        probe(opened("google_genai", server.address))


def test_an_address_with_a_password_in_it_is_not_repeated() -> None:
    pytest.importorskip("langchain_google_genai", reason="langchain-google-genai is not installed")
    with ModelServer([Reply(status=500)]) as server, pytest.raises(ModelError) as caught:
        probe(opened("google_genai", server.address.replace("//", "//user:pass-word@")))
    assert "pass-word" not in caught.value.message("en") + caught.value.message("vi")


@pytest.mark.parametrize(("provider", "name"), [("anthropic", "claude-sonnet-4-5"), ("google_genai", "gemini-2.5-flash")])
def test_a_known_hosted_models_context_is_its_real_one(provider: str, name: str) -> None:
    pytest.importorskip(PROVIDERS[provider].package, reason=f"{PROVIDERS[provider].package} is not installed")
    model = open_model(Settings(model=f"{provider}:{name}"), key=Key(SECRET), environ={})
    assert model is not None
    limits = model.limits()
    assert (limits.known, limits.context >= 200_000) == ("profile", True)
