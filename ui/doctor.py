"""`doctor`'s look at the language model: one tiny call, and what it found as a JSON object. Knows nothing of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import ReportsError
from ui.json_shapes import error_json

if TYPE_CHECKING:
    from index import Settings

_KNOWN = {
    "en": {
        "settings": "as the settings say", "server": "as its server says", "profile": "as langchain knows it",
        "assumed": "assumed: its server does not say; set model_context",
    },
    "vi": {
        "settings": "theo cài đặt", "server": "theo máy chủ của mô hình", "profile": "theo langchain",
        "assumed": "phỏng đoán vì máy chủ không cho biết; hãy đặt model_context",
    },
}  # fmt: skip
_LINE = {
    "en": "{name} at {host}: answered “{said}” in {seconds} s (first word after {first_seconds} s); context {context} tokens "
    "({known}), answers up to {output}",
    "vi": "{name} tại {host}: trả lời “{said}” trong {seconds} giây (từ đầu tiên sau {first_seconds} giây); "
    "ngữ cảnh {context} token ({known}), câu trả lời tối đa {output}",
}


def try_model(settings: Settings) -> dict[str, Any] | None:
    """{ok, name, host, local, context, context_known, output, first_seconds, seconds, said}, or {ok, name, error}.

    None where no model is set.
    """
    from assistant.models import open_model, probe

    try:
        model = open_model(settings)
        if model is None:
            return None
        found = probe(model)
    except ReportsError as error:
        return {"ok": False, "name": settings.model, "error": error_json(error)}
    return {
        "ok": True, "name": model.name, "host": model.host, "local": model.is_local, "context": found.limits.context,
        "context_known": found.limits.known, "output": found.limits.output, "first_seconds": round(found.first_seconds, 3),
        "seconds": round(found.seconds, 3), "said": found.said,
    }  # fmt: skip


def model_line(tried: dict[str, Any] | None, language: str) -> str:
    """The finding in one line for the terminal."""
    if tried is None:
        return "none"
    language = "vi" if language == "vi" else "en"
    if not tried["ok"]:
        return str(tried["error"]["message_vi" if language == "vi" else "message"])
    return _LINE[language].format(**tried, known=_KNOWN[language][tried["context_known"]])
