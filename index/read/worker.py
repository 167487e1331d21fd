"""The process that reads files: whatever a file does to its reader, it does here. Started and spoken to by index/reading.py.

Standard input: messages, each a length (8 bytes, big-endian) and a pickled tuple: ("read", name, data, limit, content, folder,
file), where `file` is the file's number in its batch, 0 for one that is read alone; or ("help", data, file), to stand by for the
other reader of the batch, which reads that file (partner.py). Standard output, the same way, for each: ("pages", read, in all) as
often as a reader tells, then ("document", columns of packing.py), ("error", class name, fields), or ("helped", whether its help was
wanted). Pickle, because a workbook has a million cells; the other side unpickles plain things alone. The pipes from and to the
other reader are named on the command line.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import struct
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from index.errors import ReportsError
from index.read import read_bytes
from index.read.document import no_collections
from index.read.packing import packed
from index.read.partner import Peer, Talk, stand_by, talk_of

HEAD = struct.Struct(">Q")


def main() -> None:
    """Read files until standard input ends."""
    from index.read.ahead import in_processes

    asked, told = sys.stdin.buffer, _only_way_out()
    other = talk_of(*map(int, sys.argv[1:])) if len(sys.argv) > 1 else None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds: programs that a reader started are ended
    with in_processes():
        while message := receive(asked):
            kind, *request = pickle.loads(message)
            del message
            if kind == "help":
                other, wanted = _help(other, *request)
                send(told, ("helped", wanted))
            else:
                other = _read(other, told, *request)
            del request


def _help(other: Talk | None, data: bytes, file: int) -> tuple[Talk | None, bool]:
    """The other reader, if they have not parted; whether it wanted help."""
    try:
        return other, other is not None and stand_by(other, file, data)
    except (EOFError, OSError, pickle.UnpicklingError):
        return None, False


def _read(
    other: Talk | None, told: BinaryIO, name: str, data: bytes, limit: int, content: str, folder: str, file: int
) -> Talk | None:
    """One file: what becomes of it, to whoever asked. The other reader, if they have not parted."""
    from index.read.ahead import beside
    from index.read.scan import scanning

    peer = Peer(other, file) if other is not None and file else None
    try:
        with (
            beside(peer) if file else nullcontext(),
            no_collections(),  # the next one is made while nobody waits for the document
            scanning(folder=Path(folder) if folder else None, content=content, tell=lambda *pages: send(told, ("pages", *pages))),
        ):
            send(told, ("document", packed(read_bytes(data, name=name, max_bytes=limit))))
    except ReportsError as error:
        fields = {key: value if isinstance(value, int | float) else str(value) for key, value in error.fields.items()}
        send(told, ("error", error.code, fields))
    except MemoryError:
        fields = {"file": name, "detail": "it needs more memory than a file may have", "detail_vi": "tệp cần quá nhiều bộ nhớ"}
        send(told, ("error", "ReaderStopped", fields))
    return None if peer is not None and peer.parted else other


def _only_way_out() -> BinaryIO:
    """Standard output for the messages alone: what a library prints goes to standard error."""
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return told


def send(stream: BinaryIO, message: tuple[Any, ...]) -> None:
    data = pickle.dumps(message, protocol=5)
    stream.write(HEAD.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """One message, b"" where the stream has ended."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return b""
    size = HEAD.unpack(head)[0]
    data = stream.read(size)
    return data if len(data) == size else b""


class PlainOnly(pickle.Unpickler):
    """Unpickles numbers, texts, bytes and what holds them; no class can be named, so nothing can be called."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no plain thing")


def unpickled(data: bytes) -> Any:
    """A message from the process. Raises pickle.UnpicklingError, or anything else that broken bytes raise."""
    return PlainOnly(io.BytesIO(data)).load()
