"""report-assistant …: the command line. Knows arguments and exit codes (see ui/terminal.py), nothing of how an answer is made.

Start-up stays light: the library, the assistant, the page and the evaluation are imported by the command that needs them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.batch import answer_file, is_mistake
from ui.json_shapes import add_json, answer_json, report_json, search_json
from ui.printed import close_notes, close_state, note_result, page_notes, print_answer, report_line, show_report, step_lines
from ui.terminal import USAGE, USER_MISTAKE, CommandError, Output, output

if TYPE_CHECKING:
    from assistant import Assistant
    from index import Library, Settings
    from index.records import AddResult

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done (a refusal is an answer), 1 your mistake (one sentence says which), 2 wrong usage, "
    "70 our mistake (a log file says which), 130 interrupted.",
)

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="NAME",
        help="A language model that writes the answers: ollama:qwen3:8b, openai:NAME, anthropic:NAME, google_genai:NAME, or none.",
    ),
]  # fmt: skip
ModelUrlOption = Annotated[
    str | None, typer.Option("--model-url", metavar="URL", help="Its server, such as http://127.0.0.1:8000/v1 for vLLM.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")]


@dataclass(frozen=True)
class Session:
    """What stands before the command: which library, and the language of the messages ("vi" or "en")."""

    library: Path | None
    language: str
    model: str | None = None
    model_url: str | None = None

    def output(self, as_json: bool) -> AbstractContextManager[Output]:
        return output(as_json=as_json, language=self.language, log_directory=self.directory)

    @property
    def directory(self) -> Path:
        from index.settings import default_directory

        return self.library or default_directory()

    def settings(self) -> Settings:
        from index import load_settings

        return load_settings(directory=self.library, model=self.model, model_url=self.model_url)

    def with_model(self, model: str | None, url: str | None) -> Session:
        """The same with the command's own --model and --model-url."""
        return replace(self, model=model or self.model, model_url=url or self.model_url)

    def open(self) -> Library:
        from index import Library

        return Library.open(self.directory, settings=self.settings())

    def assistant(self) -> Assistant:
        from assistant import load_assistant

        return load_assistant(self.open())


@app.callback()
def report_assistant(
    context: typer.Context,
    library: Annotated[
        Path | None,
        typer.Option("--library", envvar="REPORTS_LIBRARY", help="The library folder. Default: the data folder of your platform."),
    ] = None,
    language: Annotated[
        str, typer.Option(help="Language of messages, vi or en; answers follow the question. Default: your locale's.")
    ] = "",
) -> None:
    """Ask Vietnamese and English reports in plain words; read the figure word for word in its source passage.

    \b
    report-assistant add reports/                        add files and folders to the library
    report-assistant ask "Tỷ lệ hộ dân dùng nước sạch?"  ask; [1] names the passage the answer stands in
    report-assistant serve                               the same in a browser, on this machine only

    Nothing leaves this machine, and nothing is answered that the reports do not say.
    """
    if language not in ("", "vi", "en"):
        raise typer.BadParameter(f"{language!r} is not one of: vi, en", param_hint="--language")
    context.obj = Session(library.expanduser() if library else None, language or _locale_language())


@app.command()
def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, folders and .zip archives.", show_default=False)],
    name: Annotated[
        list[str] | None, typer.Option("--name", metavar="PATH=NAME", help="Show the file under this name. May be repeated.")
    ] = None,
    as_json: JsonOption = False,
    progress_json: Annotated[bool, typer.Option("--progress-json", help="Progress on stderr as one JSON object a line.")] = False,
    later: Annotated[bool, typer.Option("--later", help="Leave close reading to `serve`, or to the next `add`.")] = False,
) -> None:
    """Add reports. A file added twice changes nothing; a changed file replaces what it was.

    They can be searched at once. Then each passage is read closely, which finds more across wordings and languages; that may be
    interrupted, and goes on with the next `add` or while the page is served.

    A file that cannot be read is named with the reason, the others are still added, and the exit code is 1.
    """
    session: Session = context.obj
    with session.output(as_json) as out:
        started = time.perf_counter()
        names = _names(name or [], paths)
        library = session.open()
        results = library.add(paths, progress=step_lines(out) if progress_json else page_notes(out), names=names)
        shape = add_json(results, _given_paths(results, paths, names), time.perf_counter() - started)
        if as_json:
            out.json(shape)
        for result in results:
            note_result(out, result)
        out.note(out.say(
            en="{added} added, {updated} updated, {unchanged} unchanged, {failed} failed in {seconds:.1f} s",
            vi="Đã thêm {added}, cập nhật {updated}, không đổi {unchanged}, lỗi {failed} trong {seconds:.1f} giây",
        ).format(**shape))  # fmt: skip
        read = later or _read_closely(library, out)
        if shape["failed"] or not read:
            raise typer.Exit(USER_MISTAKE)


@app.command("list")
def list_reports(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the reports of the library: id, period, place, pages, title."""
    session: Session = context.obj
    with session.output(as_json) as out:
        reports = session.open().reports()
        if as_json:
            out.json({"library": str(session.directory), "reports": [report_json(report) for report in reports]})
            return
        for report in reports:
            out.text(report_line(report, session.language))
        if not reports:
            out.note(out.say(
                en="The library holds no reports yet. Add some: report-assistant add PATH",
                vi="Thư viện chưa có báo cáo nào. Hãy thêm: report-assistant add ĐƯỜNG_DẪN",
            ))  # fmt: skip


@app.command()
def show(
    context: typer.Context,
    report_id: Annotated[str, typer.Argument(metavar="ID", help="A report's id, as `list` shows it.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Show a report's title, issuer, number, date, place and period, with where each was read."""
    session: Session = context.obj
    with session.output(as_json) as out:
        show_report(out, session.open().report(report_id), session.language)


@app.command("set")
def set_details(
    context: typer.Context,
    report_id: Annotated[str, typer.Argument(metavar="ID", help="A report's id, as `list` shows it.", show_default=False)],
    changes: Annotated[
        list[str],
        typer.Argument(metavar="FIELD=VALUE...", help="title, issuer, number, date, place, period (or year).", show_default=False),
    ],
    as_json: JsonOption = False,
) -> None:
    """Set what a report is called, issued by, numbered, dated, about and for when; FIELD= goes back to what was read.

    \b
    report-assistant set 3f2a… year=2023 place="xã Hải Đông"
    report-assistant set 3f2a… period="6 tháng đầu năm 2023" title=
    """
    from index.details import parse_changes

    session: Session = context.obj
    with session.output(as_json) as out:
        parsed = parse_changes(changes)
        library = session.open()
        counts = library.closeness()
        library.set_details(report_id, parsed)
        show_report(out, library.report(report_id), session.language)
        if counts is not None and counts[0] == counts[1]:  # a title is read with each passage: those of this report once more
            _read_closely(library, out)


@app.command()
def remove(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Report ids, as `list` shows them.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Remove reports from the library, text and search copies alike. The files themselves stay where they are."""
    session: Session = context.obj
    with session.output(as_json) as out:
        library = session.open()
        for report_id in ids:  # an unknown id stops here, before anything is removed
            library.report(report_id)
        for report_id in ids:
            library.remove(report_id)
            out.note(out.say(en=f"Removed {report_id}", vi=f"Đã xóa {report_id}"))
        if as_json:
            out.json({"removed": ids})


@app.command()
def figures(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help='What is measured, in either language: "nước sạch".', show_default=False)],
    place: Annotated[str, typer.Option("--place", help='Of this place alone: "xã Hải Đông".')] = "",
    period: Annotated[str, typer.Option("--period", help='Of this period alone: 2023, "Q2 2023".')] = "",
    kind: Annotated[str, typer.Option("--kind", help="actual, plan, estimate, previous or change.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List what the reports state of an indicator: value, kind, period, place, where it stands. Reports that disagree are named."""
    from ui.figures import show_figures

    session: Session = context.obj
    with session.output(as_json) as out:
        show_figures(session.open(), indicator, out, place=place, period=period, kind=kind)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Words or a question, in Vietnamese or English.", show_default=False)],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    report: Annotated[
        list[str] | None, typer.Option("--report", metavar="ID", help="Only in this report; may be repeated.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also show the words searched for, headings and each arm's share of the score.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Find passages, best first, without answering."""
    session: Session = context.obj
    with session.output(as_json) as out:
        library = session.open()
        for report_id in report or []:
            library.report(report_id)
        results = library.search(query, k, reports=report or None)
        sources = {info.id: info.source for info in library.reports()}
        shape = search_json(query, results, sources, explain=explain)
        if as_json:
            out.json(shape)
            return
        for asked in shape.get("searched_for", ()):
            out.text(f"     {asked['text']} → " + ", ".join(f"{term['term']} {term['share']:.2f}" for term in asked["terms"]))
        for rank, result in enumerate(shape["results"], 1):
            out.text(
                f"{rank:>3}  {result['score']:.3f}  {result['source']}, p. {result['page']} [{result['start']}:{result['end']}]"
            )
            if explain:
                out.text(f"     {result['heading']}  {result['arms']}")
            out.text(f"     {' '.join(result['text'].split())}")


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[
        str | None, typer.Argument(help="Vietnamese, with or without marks, or English.", show_default=False)
    ] = None,
    questions: Annotated[
        str | None,
        typer.Option("--questions", metavar="FILE", help="Answer many at once: JSON lines {id, question, history?}; - is stdin."),
    ] = None,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the reports, with the passage it stands in, or say that they do not say.

    With --questions, prints one JSON object a line, each with its `id`; a line that cannot be answered carries `error`.
    `history` is the list of questions asked before, oldest first.
    """
    if (question is None) == (questions is None):
        raise typer.BadParameter("give one question, or --questions FILE, and not both", param_hint="QUESTION")
    session: Session = context.obj.with_model(model, model_url)
    with session.output(as_json or questions is not None) as out:
        if questions is not None:
            answer_file(questions, session.assistant, out)
            return
        assistant = session.assistant()
        answer = assistant.answer(question or "")
        if as_json:
            out.json(answer_json(answer))
        else:
            print_answer(out, answer, {report.id: report for report in assistant.library.reports()})
        if answer.refusal and is_mistake(answer):
            out.note(answer.refusal.message)
            raise typer.Exit(USER_MISTAKE)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on. The default is reachable from this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 7860,
    samples: Annotated[Path | None, typer.Option(help="Load the reports of this folder if the library is empty.")] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Also answer to this name on the network. May be repeated."),
    ] = None,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the chat page and serve it until Ctrl-C.

    Beside the page, programs are served: POST /v1/chat/completions as OpenAI's, and the Model Context Protocol at /mcp.
    """
    session: Session = context.obj.with_model(model, model_url)
    with session.output(as_json) as out:
        _check_port(host, port)
        library = session.open()
        if samples is not None and not library.reports():
            out.note(out.say(en=f"Loading the sample reports of {samples} …", vi=f"Đang nạp báo cáo mẫu trong {samples} …"))
            for result in library.add([samples]):
                note_result(out, result)
        from assistant import Assistant, load_assistant
        from index import ModelError
        from ui.app import serve as serve_page
        from ui.reading import BackgroundReading

        def announce(url: str) -> None:
            if as_json:
                out.json({"url": url, "library": str(session.directory), "reports": len(library.reports())})
            else:
                out.text(url)

        try:
            assistant = load_assistant(library)
        except ModelError as error:  # the page serves without a model, and has a place to choose one and to type its key
            out.mistake(error)
            assistant = Assistant(library)
        reading = BackgroundReading(library, out.mistake).start()
        try:
            serve_page(assistant, host=host, port=port, announce=announce, allow_hosts=allow_host or ())
        finally:
            reading.close()


@app.command("mcp")
def serve_agent(context: typer.Context) -> None:
    """Serve an agent over stdin and stdout: the Model Context Protocol, with the tools search, ask and figures."""
    session: Session = context.obj
    with session.output(False) as out:
        from ui.mcp import serve_stdio

        serve_stdio(session.assistant(), sys.stdin, out.stdout)


@app.command("eval")
def evaluate(
    context: typer.Context,
    sets: Annotated[list[str], typer.Argument(metavar="SET...", help="Names of eval/sets, or such folders.", show_default=False)],
    save: Annotated[bool, typer.Option("--save", help="Keep each result in eval/results/SET-FINGERPRINT.json.")] = False,
    destination: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write the results to this file.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Compare with eval/gate.toml; exit 1 where a threshold is missed.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="List the questions that went wrong.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure answers on evaluation sets, each in a fresh library of its own: evidence, values, refusals, latency."""
    session: Session = context.obj
    with session.output(as_json) as out:
        from eval.gate import load_gate, verdicts
        from eval.output import result_json, result_table, save_result
        from eval.run import evaluate_set

        shapes: list[dict[str, Any]] = []
        passed = True
        for name in sets:
            result = evaluate_set(name, settings=session.settings(), progress=out.note)
            judged = verdicts(result, load_gate()) if gate else []
            passed = passed and all(verdict.passed for verdict in judged)
            shapes.append({**result_json(result), "gate": [verdict.json() for verdict in judged]})
            if not as_json:
                out.text(result_table(result, failures=failures))
                out.text("\n".join(verdict.line() for verdict in judged))
            if save:
                out.note(str(save_result(result)))
        if destination is not None:
            destination.write_text(json.dumps({"sets": shapes}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if as_json:
            out.json({"sets": shapes})
        if not passed:
            out.note(out.say(en="A threshold of eval/gate.toml is missed.", vi="Chưa đạt một ngưỡng trong eval/gate.toml."))
            raise typer.Exit(USER_MISTAKE)


@app.command()
def doctor(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Rebuild the search copies with the present settings.")] = False,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the library: is everything stored also searchable, and with which settings and packages? Try the language model."""
    session: Session = context.obj.with_model(model, model_url)
    with session.output(as_json) as out:
        from eval.versions import package_versions
        from index import Library, ModelError
        from ui.doctor import model_line, try_model

        if rebuild:
            library = Library.open(session.directory, settings=session.settings(), rebuild=True)
            _read_closely(library, out)
        else:
            library = session.open()
        problems = [str(problem) for problem in library.check()]
        closeness = None
        try:
            closeness = library.closeness()
        except ModelError as error:
            problems.append(error.message(session.language))
        tried = try_model(session.settings())
        unusable = tried is not None and not tried["ok"]
        shape = {
            "ok": not problems and not unusable, "library": str(session.directory), "reports": len(library.reports()),
            "problems": problems, "fingerprint": library.fingerprint, "versions": package_versions(), "model": tried,
            "embedding_model": library.settings.embedding_model, "reranker": library.settings.reranker,
            "close_reading": close_state(closeness),
        }  # fmt: skip
        if as_json:
            out.json(shape)
        else:
            for key, value in shape.items():
                out.text(f"{key}: {model_line(tried, session.language) if key == 'model' else value}")
        if problems:
            out.note(
                out.say(en="Mend it with: report-assistant doctor --rebuild", vi="Hãy sửa bằng: report-assistant doctor --rebuild")
            )
        if problems or unusable:
            raise typer.Exit(USER_MISTAKE)


def _read_closely(library: Library, out: Output) -> bool:
    """Close reading after the reports are stored: a mistake there is a sentence beside the result, which stands."""
    from index import ReportsError

    try:
        library.read_closely(progress=close_notes(out))
    except ReportsError as error:
        out.mistake(error)
        return False
    return True


def _names(pairs: Sequence[str], paths: Sequence[Path]) -> dict[Path, str]:
    """PATH=NAME, where either may hold a "=": the path is one of those to add."""
    names: dict[Path, str] = {}
    for pair in pairs:
        path = next((path for path in paths if pair.startswith(f"{path}=")), None)
        name = "" if path is None else pair.removeprefix(f"{path}=").strip()
        if path is None or not name:
            raise CommandError(
                en=f"--name {pair}: write it as PATH=NAME, where PATH is one of the files to add.",
                vi=f"--name {pair}: hãy viết theo dạng ĐƯỜNG_DẪN=TÊN, với ĐƯỜNG_DẪN là một tệp cần thêm.",
            )
        names[path] = name
    return names


def _given_paths(results: Sequence[AddResult], paths: Sequence[Path], names: Mapping[Path, str]) -> list[str]:
    """The path each result was given as: the library knows a renamed file by its name only, and two may share one."""
    waiting: dict[str, list[str]] = {}
    for path in paths:
        if path in names:
            waiting.setdefault(names[path], []).append(str(path))
    return [waiting[result.path].pop(0) if waiting.get(result.path) else result.path for result in results]


def _check_port(host: str, port: int) -> None:
    import socket

    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise CommandError(
            en=f"{host}:{port} is taken ({error.strerror}). Stop the program that uses it, or choose another: --port {port + 1}",
            vi=f"Không mở được {host}:{port} ({error.strerror}). Hãy dừng chương trình đang dùng, hoặc chọn: --port {port + 1}",
        ) from error


def _locale_language() -> str:
    return "vi" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("vi") else "en"


def main() -> None:
    """The console script. With --json, wrong usage is an error object too."""
    try:
        app()
    except SystemExit as end:
        if end.code == USAGE and "--json" in sys.argv:
            message = "Wrong usage; standard error says what is missing. `report-assistant COMMAND --help` lists the options."
            message_vi = "Sai cú pháp; luồng lỗi chuẩn nêu rõ. `report-assistant LỆNH --help` liệt kê các tùy chọn."
            print(json.dumps({"error": {"code": "UsageError", "message": message, "message_vi": message_vi}}, ensure_ascii=False))
        raise


if __name__ == "__main__":
    main()
