"""Writes the kept results into the READMEs, between their markers: `python -m eval.readme` after `make figures`.

eval/results/SET-FINGERPRINT.json   the newest of each set, by `report-assistant eval SET --save`
eval/results/benchmarks.json        by `python -m eval.benchmarks --json`
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eval.output import RESULTS

ROOT = Path(__file__).resolve().parents[1]
SETS = ("seed", "samples", "heldout", "blind")
MEASURES = ("Success@1", "value_exactness", "refusal_precision", "refusal_recall", "verbatim")
HEADS = {
    "README.md": (
        "| set | questions | evidence | value | refusals, right | refusals, found | verbatim |",
        "| | ours | stock recipe |",
    ),
    "README.vi.md": (
        "| bộ | số câu | evidence | value | refusals, đúng | refusals, đủ | verbatim |",
        "| | chương trình này | cách thường thấy |",
    ),
}
BENCH_VI = {
    "indexing, whole process": "nạp báo cáo, cả tiến trình",
    "indexing, processor time": "nạp báo cáo, thời gian bộ xử lý",
    "indexing, adding alone": "nạp báo cáo, riêng phần thêm",
    "indexing and close reading, processes together": "nạp báo cáo rồi đọc kỹ, cả hai tiến trình",
    "cold question, whole process": "hỏi một câu từ đầu, cả tiến trình",
    "cold question, processor time": "hỏi một câu từ đầu, thời gian bộ xử lý",
}


def newest_results(directory: Path = RESULTS) -> dict[str, dict[str, Any]]:
    """Set name -> its result, the last written where there are several."""
    results: dict[str, dict[str, Any]] = {}
    for path in sorted(directory.glob("*-*.json"), key=lambda path: path.stat().st_mtime):
        result = json.loads(path.read_text(encoding="utf-8"))
        results[result["set"]] = result
    return results


def figures_table(name: str, results: dict[str, dict[str, Any]]) -> str:
    lines = [HEADS[name][0], "|---|---:|---:|---:|---:|---:|---:|"]
    for key in SETS:
        if key in results:
            measures = results[key]["measures"]
            cells = " | ".join("–" if measures[m]["value"] is None else f"{measures[m]['value']:.2f}" for m in MEASURES)
            lines.append(f"| `{key}` | {results[key]['questions']} | {cells} |")
    return "\n".join(lines)


def bench_table(name: str, bench: dict[str, Any]) -> str:
    lines = [HEADS[name][1], "|---|---:|---:|"]
    for row in bench["rows"]:
        measure = BENCH_VI.get(row["measure"], row["measure"]) if name == "README.vi.md" else row["measure"]
        unit = f" {row['unit']}" if row["unit"] else ""
        lines.append(f"| {measure} | {row['ours']:.2f}{unit} | {row['stock']:.2f}{unit} |")
    return "\n".join(lines)


def between(text: str, part: str, table: str) -> str:
    """`text` with `table` between the markers of `part`."""
    begin, end = f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
    head, rest = text.split(begin)
    return f"{head}{begin}\n{table}\n{end}{rest.split(end)[1]}"


def main() -> None:
    bench = RESULTS / "benchmarks.json"
    for name in HEADS:
        text = between((ROOT / name).read_text(encoding="utf-8"), "figures", figures_table(name, newest_results()))
        if bench.is_file():
            text = between(text, "bench", bench_table(name, json.loads(bench.read_text(encoding="utf-8"))))
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
