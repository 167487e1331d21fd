"""Old Office and OpenDocument files: LibreOffice, where it is installed, turns them into the format a reader of ours knows.

    read_office(data, "bao-cao.doc", format="doc")  ->  a Document as read from the .docx that LibreOffice made of it

The program runs without a window in a folder of its own that is deleted afterwards, with a fresh profile (so that it shares
nothing with a LibreOffice that somebody has open): macros off, links never followed, every web request sent to a closed port of
this machine, bounded in time, memory and output, and killed with all its children when the time is over.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from index.errors import ConverterMissing, FileDamaged
from index.read.document import Document

SECONDS = 120.0  # for one file; a letter takes about 3, a book of 500 pages about 30
MEMORY = 6_000_000  # kB of address space; an idle LibreOffice maps about 1.5 million
OUTPUT = 400_000  # kB of any file it writes
INSTALL = "apt-get install libreoffice-writer libreoffice-impress libreoffice-calc"

_TARGETS = {
    "doc": ("docx", "docx:MS Word 2007 XML"),
    "odt": ("docx", "docx:MS Word 2007 XML"),
    "rtf": ("docx", "docx:MS Word 2007 XML"),
    "ppt": ("pptx", "pptx:Impress MS PowerPoint 2007 XML"),
    "odp": ("pptx", "pptx:Impress MS PowerPoint 2007 XML"),
    "ods": ("xlsx", "xlsx:Calc MS Excel 2007 XML"),
}
_USUAL_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
)
# Paths and names: officecfg/registry/schema/org/openoffice/{Office/Common,Office/Writer,Office/Calc,Inet}.xcs of LibreOffice.
_PROFILE = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Save/Document", "CreateBackup", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
)


def find_soffice() -> str:
    """The path of LibreOffice's program, "" where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if Path(place).is_file()), "")


def read_office(data: bytes, name: str, *, format: str) -> Document:
    """A .doc, .odt, .rtf, .ppt, .odp or .ods file. Raises ConverterMissing, FileDamaged."""
    from index.read import reader_of  # which loads this file

    converted = convert(data, name, format=format)
    try:
        document = reader_of(_TARGETS[format][0])(converted, name)
    except FileDamaged as exc:  # what is broken is our copy: name the file and format a person knows
        raise FileDamaged(file=name, format=format.upper(), detail=exc.fields["detail"]) from exc
    return replace(document, format=format)


def convert(data: bytes, name: str, *, format: str, seconds: float = SECONDS) -> bytes:
    """The file as .docx, .pptx or .xlsx. Raises ConverterMissing, FileDamaged."""
    program = find_soffice()
    if not program:
        raise ConverterMissing(file=name, format=f".{format}", program="LibreOffice", command=INSTALL)
    target, filter_name = _TARGETS[format]
    with tempfile.TemporaryDirectory(prefix="report-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        source = folder / f"in.{format}"  # a name of ours: the file's own is text from outside
        source.write_bytes(data)
        _write_profile(folder / "profile")
        said = _run(_command(program, folder, filter_name, source), folder, name, format, seconds)
        result = folder / "out" / f"in.{target}"
        if not result.is_file() or not result.stat().st_size:
            raise FileDamaged(file=name, format=format.upper(), detail=said or "LibreOffice could not open it")
        return result.read_bytes()


def _command(program: str, folder: Path, filter_name: str, source: Path) -> list[str]:
    arguments = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--invisible",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nofirststartwizard",
        "--convert-to",
        filter_name,
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    if sys.platform == "win32":
        return arguments
    limits = f'ulimit -v {MEMORY} 2>/dev/null; ulimit -f {2 * OUTPUT} 2>/dev/null; ulimit -c 0; exec "$@"'  # -f counts 512 bytes
    return ["/bin/sh", "-c", limits, "sh", *arguments]


def _write_profile(profile: Path) -> None:
    """The settings LibreOffice starts with."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{prop}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, prop, value in _PROFILE
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">\n{items}</oor:items>\n',
        encoding="utf-8",
    )


def _run(command: list[str], folder: Path, name: str, format: str, seconds: float) -> str:
    """Run it to its end or the end of its time; its last words where it failed."""
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    except OSError as exc:
        raise ConverterMissing(file=name, format=f".{format}", program="LibreOffice", command=INSTALL) from exc
    try:
        said, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as exc:
        raise FileDamaged(
            file=name, format=format.upper(), detail=f"LibreOffice had not opened it after {seconds:.0f} seconds"
        ) from exc
    finally:
        _kill(child)
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.startswith("Error")]
    return lines[0].removeprefix("Error: ").replace(str(folder), "")[:100] if lines else ""


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End it and everything it started: soffice is a script whose real program would live on."""
    if sys.platform == "win32":
        child.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
