"""The whole path, from add to a cited answer, in a process where every socket beyond this machine is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

REPORT = """Báo cáo tình hình kinh tế - xã hội năm 2022 của xã Tân Lập

I. Kết quả

Xã có 10 thôn với 1.234 hộ dân. Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%, tăng 3,2% so với năm 2021.

Tỷ lệ hộ nghèo giảm còn 2,4%. Thu ngân sách năm 2022 đạt 108% dự toán.
"""

# Run in a child process: nothing this program does may leave the machine, whatever an imported library would like to do.
GUARD = """
import socket, sys

LOCAL = ("127.", "::1", "localhost", "0.0.0.0")
connect, lookup = socket.socket.connect, socket.getaddrinfo

def is_local(host):
    return host is None or str(host).startswith(LOCAL) or host == ""

def guarded_connect(self, address):
    if self.family != socket.AF_UNIX and not is_local(address[0]):
        sys.stderr.write(f"OUTSIDE {address}\\n")
        raise OSError(f"no network here: {address}")
    return connect(self, address)

def guarded_lookup(host, *rest, **more):
    if not is_local(host):
        sys.stderr.write(f"OUTSIDE {host}\\n")
        raise socket.gaierror(f"no network here: {host}")
    return lookup(host, *rest, **more)

socket.socket.connect = guarded_connect
socket.socket.connect_ex = lambda self, address: guarded_connect(self, address) or 0
socket.getaddrinfo = guarded_lookup
socket.gethostbyname = lambda host: guarded_lookup(host, None)[0][4][0]

from ui.cli import main
main()
"""


def command(library: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "HTTP_PROXY": "", "HTTPS_PROXY": "", "ALL_PROXY": ""}
    return subprocess.run(
        [sys.executable, "-c", GUARD, "--library", str(library), *arguments, "--json"],
        capture_output=True, text=True, env=environ, timeout=240,
    )  # fmt: skip


def test_from_add_to_a_cited_answer_without_a_network(tmp_path: Path) -> None:
    path = tmp_path / "bao-cao-2022.md"
    path.write_text(REPORT, encoding="utf-8")
    library = tmp_path / "library"

    added = command(library, "add", str(path))
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["added"] == 1
    read, _, passages, _ = json.loads(command(library, "doctor").stdout)["close_reading"].split()
    assert int(read) == int(passages) > 0  # the small transformer needs no network either

    found = command(library, "search", "nước sạch")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["results"]

    for question in (
        "Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?",
        "What share of households use clean water?",
        "ty le ho dan dung nuoc sach",
    ):
        asked = command(library, "ask", question)
        assert asked.returncode == 0, asked.stderr
        answer = json.loads(asked.stdout)
        assert answer["answered"], question
        assert answer["value"] in ("85,1%", "85.1 %")
        assert "85,1%" in answer["citations"][0]["quote"]
        assert "OUTSIDE" not in asked.stderr

    for done in (added, found):
        assert "OUTSIDE" not in done.stderr, done.stderr
