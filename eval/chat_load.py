"""Many chats at once against a slow language model: `python -m eval.chat_load [--chats 20] [--json FILE]`.

A scripted model (model_server.py) says a sentence that passes and then a word every now and then; the page is served by
`report-assistant serve` in a process of its own, over the sample reports. The chats go through the page's own endpoint (Gradio's
queue), as a browser sends them. Printed, in milliseconds:

    GET /            the page, while nobody chats and while all chats run
    reports list     the call with which the page fills its list of reports, the same way
    first sentence   from the moment the model's server has sent the first sentence that passes to the moment it has reached the
                     page's stream: the first chat of a page that has just been started, one chat alone, all at once
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eval.formats import SETS
from eval.measures import percentile
from eval.model_protocols import MODEL
from eval.model_server import Call, ModelServer, Reply

QUESTION = "Tỷ lệ hộ dân sử dụng nước sạch của xã Tân Lâm Thượng năm 2023 là bao nhiêu?"
PASSES = "Năm 2023, tỷ lệ hộ dân sử dụng nước sạch của xã Tân Lâm Thượng đạt 64,1% [{id:64,1%}]. "
WAIT, PAUSE, WORDS = 1.0, 0.25, 48  # seconds before the first sentence and between words; some twelve seconds an answer
STARTS, ALONE = 3, 10  # pages started for their first chat; chats one after the other
ROUNDS = 60  # calls of the page each time, one after the other
PROGRAM = (sys.executable, "-m", "ui.cli")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds over `n` calls; smaller is better."""

    name: str
    n: int
    p50: float
    p95: float
    most: float

    def line(self) -> str:
        return f"{self.name:42} n={self.n:<4} p50 {self.p50:8.1f} ms   p95 {self.p95:8.1f} ms   max {self.most:8.1f} ms"


def timing(name: str, seconds: list[float]) -> Timing:
    made = sorted(1000 * value for value in seconds)
    return Timing(name, len(made), percentile(made, 0.5) or 0.0, percentile(made, 0.95) or 0.0, made[-1])


class Page:
    """The served page as a browser's network sees it."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        config = json.loads(self.get("/config"))
        boxes = {c["id"] for c in config["components"] if c["props"].get("elem_id") == "ra-box"}
        found: dict[str, tuple[int, int]] = {}
        for at, event in enumerate(config["dependencies"]):
            for target, kind in event["targets"]:
                if (target in boxes and kind == "submit") or kind == "load":
                    found.setdefault(kind, (event.get("id", at), len(event["inputs"])))
        self.ask, self.start = found["submit"], found["load"]

    def get(self, path: str) -> bytes:
        link = http.client.HTTPConnection(self.host, timeout=120)
        try:
            link.request("GET", path)
            return link.getresponse().read()
        finally:
            link.close()

    def events(self, event: tuple[int, int], given: list[Any]) -> Iterator[tuple[float, Json]]:
        """(time.perf_counter(), message) of everything the queue says to one call."""
        number, inputs = event
        session = uuid.uuid4().hex
        body = {"data": (given + [None] * inputs)[:inputs], "fn_index": number, "session_hash": session, "event_data": None}
        post = http.client.HTTPConnection(self.host, timeout=120)
        post.request("POST", "/gradio_api/queue/join", json.dumps(body), {"content-type": "application/json"})
        post.getresponse().read()
        post.close()
        link = http.client.HTTPConnection(self.host, timeout=300)
        link.request("GET", f"/gradio_api/queue/data?session_hash={session}", headers={"accept": "text/event-stream"})
        try:
            for line in link.getresponse():
                if not line.startswith(b"data:"):
                    continue
                message = json.loads(line[5:])
                yield time.perf_counter(), message
                if message["msg"] in ("process_completed", "close_stream"):
                    return
        finally:
            link.close()


def first_shown(page: Page, words: str) -> tuple[float, str]:
    """When `words` first stood in the stream of a chat, and whatever came last."""
    seen, last = 0.0, ""
    for at, message in page.events(page.ask, [f"{QUESTION}", [], "", "vi"]):
        last = json.dumps(message, ensure_ascii=False)
        if not seen and message["msg"] in ("process_generating", "process_completed") and words in last:
            seen = at
    return seen, last


def list_reports(page: Page) -> None:
    """The page's own first call, which fills its list of reports."""
    *_, (_, last) = page.events(page.start, ["vi", [], []])
    if not last.get("success"):
        raise RuntimeError(f"the list of reports did not come: {str(last)[:300]}")


def make_library(model: ModelServer, folder: Path) -> None:
    """The sample reports, with `model` as the language model."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = f'model = "openai:{MODEL}"\nmodel_url = "{model.address}/v1"\n'
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    command = [*PROGRAM, "--library", str(folder), "add", str(SETS / "samples" / "reports")]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def served(folder: Path) -> Iterator[Page]:
    """The page over the library of a folder, in a process of its own."""
    command = [*PROGRAM, "--library", str(folder), "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            yield Page(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run(chats: int) -> list[Timing]:
    """All figures, in the order in which they are printed."""

    def slow(call: Call) -> Reply:
        return Reply(pieces=(PASSES, *["và "] * WORDS), wait=WAIT, pause=PAUSE)

    with ModelServer(slow) as model, tempfile.TemporaryDirectory() as folder:
        make_library(model, Path(folder))
        firsts: list[float] = []
        for _ in range(STARTS):
            with served(Path(folder)) as page:
                firsts += _delays(model, [first_shown(page, "64,1%")])
        with served(Path(folder)) as page:
            return [timing("first sentence, first chat", firsts), *_run(chats, model, page)]


def _run(chats: int, model: ModelServer, page: Page) -> list[Timing]:
    """What one page does, alone and under load."""
    list_reports(page)
    figures = [
        timing("GET /, nobody chats", [timed(lambda: page.get("/")) for _ in range(ROUNDS)]),
        timing("reports list, nobody chats", [timed(lambda: list_reports(page)) for _ in range(ROUNDS // 2)]),
    ]
    alone = [_delays(model, [first_shown(page, "64,1%")]) for _ in range(ALONE)]
    figures.append(timing("first sentence, one chat", [delay for delays in alone for delay in delays]))
    shown: list[tuple[float, str]] = []
    threads = [threading.Thread(target=lambda: shown.append(first_shown(page, "64,1%"))) for _ in range(chats)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(WAIT / 2)
    pages: list[float] = []
    lists: list[float] = []
    while any(thread.is_alive() for thread in threads) and len(pages) < ROUNDS:
        pages.append(timed(lambda: page.get("/")))
        lists.append(timed(lambda: list_reports(page)))
        time.sleep(WAIT / 10)
    within = time.perf_counter() - began
    running = sum(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()
    figures.append(timing(f"GET /, {chats} chats", pages))
    figures.append(timing(f"reports list, {chats} chats", lists))
    figures.append(timing(f"first sentence, {chats} chats", _delays(model, shown)))
    waited = [at - began for at, _ in shown]
    figures.append(timing(f"question to first sentence, {chats} chats", waited))
    whole = sum("64,1%" in last for _, last in shown)
    print(f"{whole} of {chats} chats answered in {time.perf_counter() - began:.1f} s; {running} still ran after {within:.1f} s")
    return figures


def _delays(model: ModelServer, shown: list[tuple[float, str]]) -> list[float]:
    """Seconds from a first sentence's leaving the model's server to its reaching the page's stream, in the order of both."""
    firsts: dict[int, float] = {}
    for number, at in model.sent_at:
        firsts.setdefault(number, at)
    model.sent_at.clear()
    return [seen - sent for seen, sent in zip(sorted(at for at, _ in shown), sorted(firsts.values()), strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.chat_load")
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    given = parser.parse_args()
    figures = run(given.chats)
    for figure in figures:
        print(figure.line())
    if given.json:
        given.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
