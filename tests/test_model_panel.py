"""The panel that chooses the language model, and what the reader sees of its work."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from assistant.answers import Answer, Citation, Claim, NumberCheck
from assistant.models import ChatModel, Key, Spec
from index import ModelFailed, ModelKeyMissing, ModelUnreachable, Settings, SettingsError
from ui.checks import checked_line, number_marks
from ui.doctor import model_line, try_model
from ui.render import answer_markdown

SECRET = "sk-live-0123456789abcdef"


class Chat:
    def __init__(self, said: str | Exception) -> None:
        self.said = said

    def stream(self, messages: object) -> Iterator[Any]:
        if isinstance(self.said, Exception):
            raise self.said
        yield AIMessage(content=self.said)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, Key | None]]:
    """What was opened; the model says OK, or raises for the name "bad"."""
    from ui import model_panel

    seen: list[tuple[Settings, Key | None]] = []

    def open_model(settings: Settings, *, key: Key | None = None) -> ChatModel | None:
        seen.append((settings, key))
        if settings.model == "none":
            return None
        said: Any = ConnectionRefusedError("no") if settings.model.endswith("bad") else "OK"
        made = Settings(model=settings.model, model_url=settings.model_url, model_context=4096)
        provider, _, name = settings.model.partition(":")
        return ChatModel(Spec(provider, name), settings.model_url or "https://api.test/v1", key or Key(""), made, chat=Chat(said))

    monkeypatch.setattr(model_panel, "open_model", open_model)
    return seen


def holder() -> Any:
    return SimpleNamespace(model=None, library=SimpleNamespace(settings=Settings()))


def test_a_model_that_answers_is_taken(opened: list[Any]) -> None:
    from ui.model_panel import choose, frame_label, status_html

    held = holder()
    assert "4096" in choose(held, "openai:x", "http://127.0.0.1:8000/v1", SECRET, "en")
    assert held.model.name == "openai:x"
    assert "openai:x" in frame_label(held, "vi")
    assert "stay on this machine" in status_html(held, "en")
    choose(held, "openai:x", "https://far.test/v1", "", "en")
    assert "sent to far.test" in status_html(held, "en")
    assert SECRET not in status_html(held, "en") + repr(held.model)


def test_a_model_that_fails_changes_nothing(opened: list[Any]) -> None:
    from ui.model_panel import choose

    held = holder()
    choose(held, "openai:x", "", SECRET, "en")
    before = held.model
    with pytest.raises(ModelUnreachable):
        choose(held, "openai:bad", "", SECRET, "en")
    assert held.model is before
    choose(held, "", "", "", "vi")
    assert held.model is None


def test_an_empty_key_box_keeps_the_key_for_the_same_server_only(opened: list[Any]) -> None:
    from ui.model_panel import choose

    held = holder()
    choose(held, "openai:x", "https://far.test/v1", SECRET, "en")
    choose(held, "openai:y", "https://far.test/v1", "", "en")
    assert opened[-1][1].reveal() == SECRET
    choose(held, "openai:y", "https://other.test/v1", "", "en")
    assert opened[-1][1] is None
    choose(held, "anthropic:z", "https://other.test/v1", "", "en")
    assert opened[-1][1] is None


def test_a_key_typed_into_the_page_reaches_no_log_and_no_file(
    opened: list[Any], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    from ui.model_panel import choose

    caplog.set_level(logging.DEBUG)
    held = holder()
    told = [choose(held, "openai:x", "", SECRET, "vi")]
    with pytest.raises(ModelUnreachable) as caught:
        choose(held, "openai:bad", "", SECRET, "vi")
    told += [str(caught.value), caught.value.message("vi"), repr(vars(held)), caplog.text]
    assert [text for text in told if SECRET in text] == []


PAGE = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from page_fakes import FakeAssistant, FakeLibrary, sample_reports
from assistant.models import ChatModel, Key, Spec
from index import Settings
from ui.app import build
library = FakeLibrary(Path(sys.argv[1]), sample_reports())
library.settings = Settings()
assistant = FakeAssistant(library)
assistant.model = ChatModel(Spec("openai", "x"), "http://127.0.0.1:9/v1", Key(sys.argv[2]), Settings())
for own in (True, False):
    print(build(assistant, may_change_model=own).get_config_file())
"""


def test_the_page_has_the_panel_and_names_no_key(tmp_path: Path) -> None:
    """In a process of its own: Gradio leaves loops behind that warnings-as-errors would meet here."""
    ran = [sys.executable, "-c", PAGE, str(tmp_path), SECRET]
    done = subprocess.run(ran, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    own, network = done.stdout.splitlines()
    assert "ra-model-key" in own
    assert "chọn ở nơi khởi động" not in own
    assert "chọn ở nơi khởi động" in network
    assert SECRET not in done.stdout


# -- doctor


def test_doctor_says_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import assistant.models as models

    assert try_model(Settings()) is None
    assert model_line(None, "en") == "none"
    chat = ChatModel(Spec("openai", "x"), "http://127.0.0.1:9/v1", Key(""), Settings(model_context=4096), chat=Chat("OK"))
    monkeypatch.setattr(models, "open_model", lambda settings: chat)
    tried = try_model(Settings(model="openai:x"))
    assert tried is not None
    assert tried["ok"]
    assert tried["context"] == 4096
    assert "“OK”" in model_line(tried, "en")
    assert "trả lời “OK”" in model_line(tried, "vi")
    assert "4096 token (theo cài đặt)" in model_line(tried, "vi")


@pytest.mark.parametrize("error", [ModelKeyMissing(model="m", variable="V"), SettingsError(name="model", value="x", allowed="y")])
def test_doctor_gives_the_sentence_of_what_is_wrong(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    import assistant.models as models

    def fail(settings: Settings) -> None:
        raise error

    monkeypatch.setattr(models, "open_model", fail)
    tried = try_model(Settings(model="openai:x"))
    assert tried is not None
    assert not tried["ok"]
    assert model_line(tried, "vi") == error.message("vi")  # type: ignore[attr-defined]


# -- what was checked


def generated(*claims: Claim, note: str = "") -> Answer:
    citation = Citation(1, "r1", "Báo cáo", "/r1.txt", 3, 10, 40, "Có 85,1% hộ dùng nước sạch")
    return Answer("q", "vi", "Có 85,1% hộ [1].", citations=(citation,), model="fake:m", claims=claims, note=note)


KEPT = Claim("Có 85,1% hộ [1].", "kept", "", (NumberCheck("85,1%", "match", "", 1),))
COMPUTED = Claim("Tăng 3,2 điểm % [1].", "repaired", "number", (NumberCheck("3,2", "computed", "", 1, "85,1 − 81,9"),))
REMOVED = Claim("Có 99,9% hộ.", "removed", "number", (NumberCheck("99,9%", "mismatch", "value"),))


def test_counts_and_marks_are_of_what_is_shown() -> None:
    answer = generated(KEPT, COMPUTED, REMOVED)
    line = checked_line(answer)
    assert "1 con số khớp" in line
    assert "1 con số tính ra" in line
    assert "đã sửa: 1" in line
    assert "bị bỏ" in line
    assert number_marks(answer) == ["85,1% ✓ [1]", "3,2 = 85,1 − 81,9 ✓ [1]"]
    assert "match" in checked_line(answer, "en")


def test_a_removed_sentence_is_shown_nowhere() -> None:
    markdown = answer_markdown(generated(KEPT, REMOVED, note="Mô hình <b>dừng</b>."))
    assert "99,9" not in markdown.replace("&#44;", ",")
    assert 'class="ra-checks"' in markdown
    assert "<b>" not in markdown
    assert 'class="ra-model-note"' in markdown


def test_an_extracted_answer_has_no_line_of_checks() -> None:
    assert checked_line(Answer("q", "vi", "x")) == ""
    assert "ra-checks" not in answer_markdown(Answer("q", "vi", "x"))


def test_a_failed_models_error_is_escaped() -> None:
    error = ModelFailed(model="m", detail="<img src=x onerror=alert(1)>")
    markdown = answer_markdown(Answer("q", "en", "x", note=str(error)))
    assert "<img" not in markdown
