"""Imports point one way, and each outside library enters through its adapter. A failure names the file and the import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("index", "assistant", "ui", "eval")
MAY_IMPORT = {
    "index": {"index"},
    "assistant": {"index", "assistant"},
    "eval": {"index", "assistant", "eval"},
    "ui": {"index", "assistant", "ui"},
}

# outside library -> the files it may enter through ("ui/" is a whole package)
ADAPTERS = {
    "sqlalchemy": ("index/catalog.py", "index/catalog_close.py", "index/catalog_file.py", "index/catalog_tables.py"),
    "chromadb": ("index/vectors.py", "eval/benchmarks.py"),
    "tantivy": ("index/words.py",),
    "sentence_transformers": ("index/embed.py", "index/train_embedding.py", "eval/benchmarks.py"),
    "torch": (
        "index/embed.py",
        "index/train_embedding.py",
        "index/train_transformer.py",
        "index/transformer_body.py",
        "index/transformer_export.py",
        "eval/train_value_reader.py",
    ),
    "transformers": ("index/embed.py", "index/train_embedding.py"),
    "tokenizers": (
        "index/embed.py",
        "index/onnx_embed.py",
        "index/train_embedding.py",
        "index/transformer_vocabulary.py",
    ),
    "safetensors": ("index/embed.py", "index/train_embedding.py"),
    "onnxruntime": ("index/onnx_embed.py",),
    "onnx": ("index/transformer_export.py",),
    "filelock": ("index/lock.py",),
    "platformdirs": ("index/settings.py",),
    "charset_normalizer": ("index/read/encoding.py",),
    "pypdfium2": (
        "index/read/pdf_calls.py",
        "index/read/pdf_pages.py",
        "index/read/pdf_picture.py",
        "index/read/pdf_strokes.py",
        "index/read/page_image.py",
        "eval/report_files.py",
        "eval/read_benchmarks.py",
    ),
    "PIL": ("index/read/picture.py", "index/read/page_image.py", "eval/"),
    "xlrd": ("index/read/xls.py", "eval/read_benchmarks.py"),
    "docx": ("eval/make_samples.py", "eval/read_benchmarks.py"),
    "pptx": ("index/read/slides.py", "eval/report_files.py", "eval/read_benchmarks.py"),
    "sklearn": ("eval/train_answer_types.py",),
    "scipy": ("eval/train_answer_types.py", "eval/train_sentence_answers.py"),
    "reportlab": ("eval/make_samples.py",),
    "lxml": ("index/read/html.py", "index/read/word_package.py"),
    "langchain": ("assistant/chain.py", "assistant/models.py", "assistant/tools.py"),
    "langchain_ollama": ("assistant/models.py",),
    "langchain_openai": ("assistant/models.py",),
    "langchain_anthropic": ("assistant/models.py",),
    "langchain_google_genai": ("assistant/models.py",),
    "langchain_core": ("assistant/chain.py", "eval/benchmarks.py"),
    "langchain_chroma": ("eval/benchmarks.py",),
    "langchain_text_splitters": ("eval/benchmarks.py",),
    "gradio": ("ui/",),
    "starlette": ("ui/app.py", "ui/api.py"),
    "mcp": ("ui/mcp.py",),
    "jsonschema": ("ui/mcp.py",),
    "typer": ("ui/cli.py", "ui/terminal.py", "ui/batch.py"),
}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted module) of every import of a file, those inside functions too; relative ones resolved."""
    package = list(path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            yield node.lineno, ".".join([*above, *(node.module or "").split(".")]).strip(".")


def files() -> list[Path]:
    return sorted(path for package in OURS for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    package = name.split("/")[0]
    allowed = MAY_IMPORT[package] | ({"eval"} if name == "ui/cli.py" else set())
    wrong = [
        f"{name}:{line} imports {module}"
        for line, module in imports(path)
        if module.split(".")[0] in OURS and module.split(".")[0] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_outside_libraries_enter_through_their_adapters(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    wrong = [
        f"{name}:{line} imports {module}; only {', '.join(homes)} may"
        for line, module in imports(path)
        if (homes := ADAPTERS.get(module.split(".")[0]))
        and not any(name == home or (home.endswith("/") and name.startswith(home)) for home in homes)
    ]
    assert wrong == []


def test_adapters_named_here_exist() -> None:
    assert [home for homes in ADAPTERS.values() for home in homes if not (ROOT / home).exists()] == []


@pytest.mark.parametrize("package", ["index", "assistant"])
def test_importing_a_package_loads_no_model_library(package: str) -> None:
    program = (
        f"import sys, {package}; print(sorted({{'torch', 'transformers', 'sentence_transformers', 'gradio'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
