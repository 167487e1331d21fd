from __future__ import annotations

from pathlib import Path

import pytest

from index import Settings, SettingsError, load_settings


def test_each_source_wins_over_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('embedding_model = "from-file"\nbatch_size = 8\npassage_characters = 500\n')
    environ = {"REPORTS_SETTINGS": str(file), "REPORTS_BATCH_SIZE": "16", "REPORTS_PASSAGE_CHARACTERS": "600", "HOME": "/x"}
    settings = load_settings(environ=environ, passage_characters=800, directory=None)
    assert (settings.embedding_model, settings.batch_size, settings.passage_characters) == ("from-file", 16, 800)
    assert settings.device == Settings().device


def test_the_file_in_the_library_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('language = "vi"\n')
    assert load_settings(environ={}, directory=tmp_path).language == "vi"
    assert load_settings(environ={"REPORTS_LIBRARY": str(tmp_path)}).language == "vi"
    assert load_settings(environ={"REPORTS_LIBRARY": str(tmp_path)}).library_directory == tmp_path


@pytest.mark.parametrize(
    ("environ", "overrides", "named"),
    [
        ({"REPORTS_BATCHSIZE": "3"}, {}, "REPORTS_BATCHSIZE"),
        ({"REPORTS_BATCH_SIZE": "many"}, {}, "batch_size"),
        ({"REPORTS_BATCH_SIZE": "0"}, {}, "batch_size"),
        ({"REPORTS_LANGUAGE": "fr"}, {}, "language"),
        ({}, {"colour": "red"}, "colour"),
        ({}, {"passage_characters": 20}, "passage_characters"),
        ({}, {"passage_characters": True}, "passage_characters"),
        ({}, {"embedding_model": " "}, "embedding_model"),
        ({}, {"close_reading": "bundled"}, "close_reading"),
        ({"REPORTS_CLOSE_READING": "yes"}, {}, "close_reading"),
        ({}, {"model": ""}, "model"),
        ({}, {"model_url": "127.0.0.1:8000"}, "model_url"),
        ({"REPORTS_MODEL_TOTAL_SECONDS": "0"}, {}, "model_total_seconds"),
        ({"REPORTS_MODEL_CONTEXT": "-1"}, {}, "model_context"),
        ({"REPORTS_SETTINGS": "/no/such/file.toml"}, {}, "/no/such/file.toml"),
    ],
)
def test_what_is_not_allowed_is_named(environ: dict[str, str], overrides: dict[str, object], named: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=named.replace(".", r"\.")) as caught:
        load_settings(environ=environ | {"REPORTS_LIBRARY": str(tmp_path)}, **overrides)
    assert named in caught.value.message("vi")


@pytest.mark.parametrize("content", ["colour = 1\n", "batch_size = \n", 'batch_size = "8"\n'])
def test_a_bad_file_is_an_error(content: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(content)
    with pytest.raises(SettingsError):
        load_settings(environ={}, directory=tmp_path)


def test_reference_data_is_no_setting(tmp_path: Path) -> None:
    load_settings(environ={"REPORTS_SHARED": "/data", "REPORTS_LIBRARY": str(tmp_path)})


def test_a_language_model_is_chosen_by_file_environment_and_argument(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('model = "ollama:a"\nmodel_url = "http://127.0.0.1:1"\n')
    assert load_settings(environ={}, directory=tmp_path).model == "ollama:a"
    environ = {"REPORTS_LIBRARY": str(tmp_path), "REPORTS_MODEL": "openai:b", "REPORTS_MODEL_KEY": "sk-1"}
    settings = load_settings(environ=environ)
    assert (settings.model, settings.model_url) == ("openai:b", "http://127.0.0.1:1")
    assert "sk-1" not in repr(settings)
    assert load_settings(environ=environ, model="none").model == "none"
    assert settings.fingerprint("1") == Settings(directory=tmp_path).fingerprint("1")  # it shapes no index


def test_close_reading_is_switched_by_file_environment_and_argument_and_shapes_no_index(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('close_reading = "none"\n')
    environ = {"REPORTS_LIBRARY": str(tmp_path)}
    settings = load_settings(environ=environ)
    assert settings.close_reading == "none"
    assert load_settings(environ=environ | {"REPORTS_CLOSE_READING": "transformer"}).close_reading == "transformer"
    assert load_settings(environ=environ, close_reading="transformer").close_reading == "transformer"
    assert Settings().close_reading == "transformer"
    assert settings.fingerprint("1") == Settings(directory=tmp_path).fingerprint("1")


def test_the_fingerprint_tells_indexes_apart() -> None:
    plain = Settings()
    assert plain.fingerprint("1") == Settings(batch_size=5, language="vi").fingerprint("1")
    different = [
        plain.fingerprint("2"),
        Settings(embedding_model="none").fingerprint("1"),
        Settings(passage_characters=500).fingerprint("1"),
    ]
    assert len({plain.fingerprint("1"), *different}) == 4
    assert len(plain.fingerprint("1")) == 12
