"""Records -> the JSON objects of the command line. Pure; knows nothing of screens, files or arguments.

These shapes are read by other programs: fields are added, never renamed or removed (tests/test_cli.py holds them).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from index.errors import ReportsError
from index.records import AddResult, Detail, Period, Place, ReportInfo, ScoredPassage

if TYPE_CHECKING:
    from assistant.answers import Answer, Citation, Claim, Evidence

Json = dict[str, Any]


def error_json(error: BaseException) -> Json:
    """{code, message, message_vi}: `code` is the class name of a ReportsError, "ProgramError" for anything else."""
    if isinstance(error, ReportsError):
        return {"code": error.code, "message": error.message("en"), "message_vi": error.message("vi")}
    text = f"{type(error).__name__}: {error}"
    return {"code": "ProgramError", "message": text, "message_vi": text}


def report_json(report: ReportInfo) -> Json:
    """One line of `list`. Dates are ISO, "" where unknown; period and place are null where unknown."""
    return {
        "id": report.id, "title": report.title, "name": report.name, "source": report.source, "format": report.format,
        "language": report.language, "date": report.date, "period": _period(report.period), "place": _place(report.place),
        "issuer": report.issuer, "number": report.number, "pages": report.pages, "characters": report.characters,
        "content_hash": report.content_hash, "added": report.added, "notes": list(report.notes),
        "poorly_read_pages": list(report.poor_pages),
        "origins": {detail.field: _origin(report, detail) for detail in report.as_read},
    }  # fmt: skip


def add_json(results: Sequence[AddResult], paths: Sequence[str], seconds: float) -> Json:
    """What became of each file, and how many there were of each outcome. `paths` are the results' paths as they were given."""
    counts = {status: sum(result.status == status for result in results) for status in ("added", "updated", "unchanged", "failed")}
    return {
        **counts,
        "seconds": round(seconds, 3),
        "results": [_result(result, path) for result, path in zip(results, paths, strict=True)],
    }


def search_json(query: str, results: Sequence[ScoredPassage], sources: Mapping[str, str], *, explain: bool = False) -> Json:
    """{query, results: [{report, source, page, start, end, text, score}]}, best first.

    `report` is the report's id, `source` comes from `sources` (id -> path). With `explain`, each result also has
    `arms` and `heading`, and `searched_for` tells what stood for the query's words: [{text, terms: [{term, share}]}].
    """
    shape: Json = {"query": query, "results": [_scored(result, sources, explain) for result in results]}
    if explain:
        from index.search import explain as explain_query

        shape["searched_for"] = [
            {"text": asked.text, "terms": [{"term": term, "share": round(share, 3)} for term, share in asked.terms]}
            for asked in explain_query(query)
        ]
    return shape


def answer_json(answer: Answer) -> Json:
    """{question, language, answered, text, value, refusal, citations, shown, fingerprint, seconds}.

    `value` is the string the reader sees ("85.1 %") or null; `value_detail` says what it is. `model` is the language model that
    wrote the text ("" for none), `note` what went wrong with it, `claims` its sentences with what became of each, `tools` the calls
    it made, `left_out` how much evidence had no room in its context.
    """
    value = answer.value
    return {
        "question": answer.question,
        "standalone": answer.standalone,
        "language": answer.language,
        "answered": answer.answered,
        "text": answer.text,
        "value": value.shown if value else None,
        "value_detail": None if value is None else {
            "text": value.text, "start": value.start, "end": value.end, "kind": value.kind,
            "number": None if value.number is None else str(value.number), "unit": value.unit, "figure": value.figure,
            "subject": value.subject, "period": _period(value.period), "place": _place(value.place),
        },
        "refusal": None if answer.refusal is None else {
            "reason": answer.refusal.reason, "message": answer.refusal.message, "held": list(answer.refusal.held),
        },
        "citations": [_citation(citation) for citation in answer.citations],
        "shown": [_evidence(evidence) for evidence in answer.shown],
        "fingerprint": answer.fingerprint,
        "seconds": round(answer.seconds, 4),
        "model": answer.model,
        "note": answer.note,
        "claims": [_claim(claim) for claim in answer.claims],
        "tools": [{"name": call.name, "arguments": dict(call.arguments), "result": call.result} for call in answer.tools],
        "left_out": answer.left_out,
    }  # fmt: skip


def _claim(claim: Claim) -> Json:
    return {
        "text": claim.text, "fate": claim.fate, "fault": claim.fault,
        "checks": [
            {"text": c.text, "verdict": c.verdict, "reason": c.reason, "marker": c.marker, "formula": c.formula, "said": c.said}
            for c in claim.checks
        ],
    }  # fmt: skip


def _citation(citation: Citation) -> Json:
    return {
        "marker": citation.marker, "report": citation.report_id, "title": citation.title, "source": citation.source,
        "page": citation.page, "start": citation.start, "end": citation.end, "quote": citation.quote, "heading": citation.heading,
        "poorly_read": citation.poor,
    }  # fmt: skip


def _evidence(evidence: Evidence) -> Json:
    return {
        "report": evidence.report_id, "title": evidence.title, "source": evidence.source, "page": evidence.page,
        "start": evidence.start, "end": evidence.end, "text": evidence.text, "heading": evidence.heading,
        "score": round(float(evidence.score), 6),
    }  # fmt: skip


def _scored(result: ScoredPassage, sources: Mapping[str, str], explain: bool) -> Json:
    passage = result.passage
    shape: Json = {
        "report": passage.report_id, "source": sources.get(passage.report_id, ""), "page": passage.page,
        "start": passage.start, "end": passage.end, "text": passage.text, "score": round(float(result.score), 6),
    }  # fmt: skip
    if explain:
        shape["heading"] = passage.heading
        shape["arms"] = {arm: round(float(share), 6) for arm, share in result.arms.items()}
    return shape


def _result(result: AddResult, path: str) -> Json:
    return {
        "path": path,
        "status": result.status,
        "report": report_json(result.report) if result.report else None,
        "error": error_json(result.error) if result.error else None,
    }


def _origin(report: ReportInfo, detail: Detail) -> Json:
    """{read, kind, start, end, set}: the value as read and where ("" and null: nowhere); what the user `set`, or null."""
    origin = detail.origin
    spans = origin is not None and origin.start < origin.end
    return {
        "read": detail.value, "kind": origin.kind if origin else "",
        "start": origin.start if origin and spans else None, "end": origin.end if origin and spans else None,
        "set": dict(report.edits).get(detail.field),
    }  # fmt: skip


def _period(period: Period | None) -> Json | None:
    if period is None:
        return None
    return {
        "label": period.label("en"), "year": period.year, "first_month": period.first_month,
        "last_year": period.last_year, "last_month": period.last_month,
    }  # fmt: skip


def _place(place: Place | None) -> Json | None:
    return None if place is None else {"name": place.name, "level": place.level}
