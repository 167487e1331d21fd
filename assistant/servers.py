"""What a model's server says of the model: how many tokens it takes. One short request each, by the standard library alone.

Ollama              POST /api/show     {"model_info": {"qwen3.context_length": 40960, …}}
vLLM and others     GET  /v1/models    {"data": [{"id": "Qwen/Qwen3-8B", "max_model_len": 32768}]}
llama.cpp           GET  /props        {"default_generation_settings": {"n_ctx": 8192}}
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from index import ModelUnknown, ModelUnreachable

ASSUMED_CONTEXT = 4_096  # of a server that does not say; LM Studio loads models with as much
SECONDS = 5.0
_LARGEST = 4_000_000  # bytes of an answer that are read
_NAMES = ("max_model_len", "loaded_context_length", "context_length", "max_context_length")


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model is. `model` is its spec ("ollama:qwen3:8b") and `host` the machine, for messages; `name` its name there."""

    address: str
    key: str = field(repr=False)
    model: str
    name: str
    host: str

    def look(self, url: str, body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """(status, JSON object) of one short request, {} for anything else. Raises ModelUnreachable."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        if self.key:
            request.add_unredirected_header("Authorization", f"Bearer {self.key}")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:
                said = response.read(_LARGEST)
                status = int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {}
        except (OSError, ValueError) as error:
            raise ModelUnreachable(model=self.model, host=self.host) from error
        try:
            shape = json.loads(said)
        except ValueError:  # no JSON: it does not say
            return status, {}
        return status, shape if isinstance(shape, dict) else {}


def ollama_context(server: Server) -> int:
    """The context length that /api/show tells of the model. Raises ModelUnknown, ModelUnreachable."""
    status, shape = server.look(f"{server.address.rstrip('/')}/api/show", {"model": server.name})
    if status == 404:
        raise ModelUnknown(model=server.model, host=server.host, name=server.name)
    facts = shape.get("model_info")
    lengths = [v for k, v in facts.items() if k.endswith(".context_length")] if isinstance(facts, dict) else []
    return next((v for v in lengths if isinstance(v, int) and v > 0), ASSUMED_CONTEXT)


def served_context(server: Server) -> int:
    """What an OpenAI-compatible server tells, 0 for nothing. Raises ModelUnreachable."""
    base = server.address.rstrip("/")
    _, shape = server.look(f"{base}/models")
    listed = shape.get("data")
    entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
    own = next((e for e in entries if e.get("id") == server.name), entries[0] if len(entries) == 1 else {})
    for name in _NAMES:
        if isinstance(own.get(name), int) and own[name] > 0:
            return int(own[name])
    _, shape = server.look(f"{base.removesuffix('/v1')}/props")
    generation = shape.get("default_generation_settings")
    held = generation.get("n_ctx") if isinstance(generation, dict) else None
    return held if isinstance(held, int) and held > 0 else 0
