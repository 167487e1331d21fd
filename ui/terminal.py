"""What every command shares: one JSON object on stdout, sentences on stderr, exit codes. Knows nothing of reports and questions.

exit 0     done (a refusal is a good answer)
exit 1     somebody's mistake, in one sentence: a missing file, a locked library, an empty question
exit 2     wrong usage of the command line
exit 70    a mistake of the program: the traceback goes to a log file, one sentence names it (EX_SOFTWARE of sysexits.h)
exit 130   interrupted with Ctrl-C; what was stored stays whole
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO

import typer

from index.errors import ReportsError
from ui.json_shapes import error_json

USER_MISTAKE, USAGE, PROGRAM_MISTAKE, INTERRUPTED = 1, 2, 70, 130
LOG_NAME = "report-assistant.log"

SENTENCES = {
    "en": {
        "crashed": "The program made a mistake ({error}). Nothing stored was lost. The details are in {log}",
        "interrupted": "Interrupted. Everything stored before is whole.",
    },
    "vi": {
        "crashed": "Chương trình gặp lỗi ({error}). Dữ liệu đã lưu không bị mất. Chi tiết nằm trong {log}",
        "interrupted": "Đã dừng. Mọi dữ liệu đã lưu trước đó vẫn nguyên vẹn.",
    },
}


class CommandError(ReportsError):
    """A mistake in what was asked of the command line itself; `en` and `vi` are its two sentences."""

    def __init__(self, *, en: str, vi: str) -> None:
        self.en, self.vi = en.replace("{", "{{").replace("}", "}}"), vi.replace("{", "{{").replace("}", "}}")
        super().__init__()


@dataclass
class Output:
    """Where a command writes. While it runs, `sys.stdout` is `sys.stderr`, so that no library can spoil the JSON."""

    stdout: TextIO
    as_json: bool
    language: str

    def json(self, shape: dict[str, Any]) -> None:
        self.text(json.dumps(shape, ensure_ascii=False))

    def text(self, line: str = "") -> None:
        print(line, file=self.stdout, flush=True)

    def note(self, line: str) -> None:
        """Progress and warnings: to stderr."""
        print(line, file=sys.stderr, flush=True)

    def say(self, *, en: str, vi: str) -> str:
        return vi if self.language == "vi" else en

    def mistake(self, error: ReportsError) -> None:
        self.note(error.message(self.language))


@contextmanager
def output(*, as_json: bool, language: str, log_directory: Path | None) -> Iterator[Output]:
    """Run a command's body; turn what it raises into a sentence, a JSON error object and an exit code."""
    _write_anything(sys.stdout)
    _write_anything(sys.stderr)
    out = Output(sys.stdout, as_json, language)
    try:
        with redirect_stdout(sys.stderr):
            yield out
    except (typer.Exit, SystemExit):
        raise
    except ReportsError as error:
        out.mistake(error)
        _leave(out, error, USER_MISTAKE)
    except KeyboardInterrupt:
        out.note(SENTENCES[language]["interrupted"])
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:  # the reader of our output left, as `head` does; what is still buffered goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.stdout.fileno())
        raise typer.Exit(0) from None
    except Exception as error:
        log = write_log(error, log_directory)
        out.note(SENTENCES[language]["crashed"].format(error=f"{type(error).__name__}: {error}", log=log))
        _leave(out, error, PROGRAM_MISTAKE)


def write_log(error: Exception, directory: Path | None) -> Path:
    """Append the traceback to the log in `directory`, or in the temporary folder where that cannot be written."""
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{''.join(traceback.format_exception(error))}\n"
    for folder in (directory, Path(tempfile.gettempdir())):
        if folder is None or not folder.is_dir():
            continue
        try:
            with (folder / LOG_NAME).open("a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(entry)
        except OSError:  # the next folder may do; the last resort is the terminal
            continue
        return folder / LOG_NAME
    print(entry, file=sys.stderr)
    return Path("stderr")


def _leave(out: Output, error: Exception, code: int) -> NoReturn:
    if out.as_json:
        out.json({"error": error_json(error)})
    raise typer.Exit(code) from None


def _write_anything(stream: TextIO) -> None:
    """Vietnamese prints under any locale, and a lone surrogate from a strange file name does not stop the command."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
