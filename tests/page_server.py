"""Serves the page on a free port, in a process of its own: `python page_server.py DIRECTORY [real]`. Prints the address.

Without "real" the assistant and the command that adds files are fakes; with it they are what users run.
"""

import json
import sys
from pathlib import Path

from ui.app import serve

folder = Path(sys.argv[1])


def announce(address: str) -> None:
    print(address, flush=True)


if sys.argv[2:] == ["real"]:
    from index import Library

    serve(Library.open(folder), port=0, announce=announce)
else:
    sys.path.insert(0, str(Path(__file__).parent))
    from page_fakes import FakeAssistant, FakeLibrary, sample_reports

    class Telling(FakeAssistant):
        def stream(self, question, history=(), *, reports=None):  # type: ignore[no-untyped-def]
            with (folder / "asked.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps([question, [message.text for message in history], reports]) + "\n")
            yield from super().stream(question, history, reports=reports)

    add = [sys.executable, str(Path(__file__).parent / "page_add.py")]
    serve(Telling(FakeLibrary(folder, sample_reports())), port=0, announce=announce, command=add)
