"""How well the number gate tells right sentences from wrong ones: claims made by rule from reports, judged, counted.

    python -m eval.claims                 # tuning and held-out half, with the reports below $REPORTS_SHARED where they are
    python -m eval.claims --show wrong 50 # read claims as they are made, with what the gate says

Right claims are source sentences as they stand, reformatted, rounded, translated or computed; wrong ones have one thing
altered. The halves are apart by report. Rules are looked at on the tuning half; the bars hold on the other.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from assistant.verify import Check, passes, verify

from .claim_making import Claim
from .claim_numbers import written
from .claim_right import right_makers
from .claim_rows import row_claims
from .claim_sources import Snippet, Source, sources
from .claim_worded import worded_right, worded_wrong
from .claim_wrong import wrong_makers
from .formats import shared_folder

SEED = 20240517
DETECTION, FALSE_ALARMS, P50_MS = 0.99, 0.01, 5.0
PLACES = (
    "Hòa Thuận Đông",
    "Vĩnh Lạc",
    "Nà Phiêng",
    "Kim Trạch",
    "Đại Bình Thượng",
    "Suối Lươn",
    "Phước Nghĩa",
    "Tà Lùng Hạ",
    "Mường Chà Nưa",
    "An Khê Đoài",
)
_SAMPLES = Path(__file__).parent / "sets" / "samples" / "reports"


@dataclass(frozen=True)
class Judged:
    """A claim, what the gate found, and how many seconds of processor time it took."""

    claim: Claim
    checks: tuple[Check, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        return passes(self.checks)

    @property
    def is_right(self) -> bool:
        """Whether the gate did what it should: let a right claim through, stop a wrong one."""
        return self.passed == (self.claim.label == "right")


def make(found: Sequence[Source], *, each: int = 3, seed: int = SEED) -> dict[str, list[Claim]]:
    """Claims by half. `each`: of every way of making, at most so many from one report."""
    halves: dict[str, list[Claim]] = {"tuning": [], "held-out": []}
    for number, source in enumerate(found):
        rng = Random(f"{seed}-{number}-{source.report.name}")
        halves[source.half] += _of_source(source, rng, each)
    return halves


def _of_source(source: Source, rng: Random, each: int) -> list[Claim]:
    made = list(row_claims(source.rows, rng, each))
    snippets = [s for s in source.sentences if written(s.text, s.language)]
    right, wrong = right_makers() | worded_right(), wrong_makers(PLACES) | worded_wrong()
    for label, makers in (("right", right), ("wrong", wrong)):
        for how, maker in makers.items():
            rng.shuffle(snippets)
            count = 0
            for snippet in snippets:
                figure = rng.choice(written(snippet.text, snippet.language))
                result = maker(snippet, figure, rng)
                if result is None:
                    continue
                cited = (snippet.unit, *_distractors(snippets, snippet, result[0], rng)) if label == "right" else (snippet.unit,)
                made.append(Claim(result[0], result[1], label, how, cited, snippet.text))  # type: ignore[arg-type]
                count += 1
                if count >= each:
                    break
    return made


def _distractors(snippets: Sequence[Snippet], own: Snippet, text: str, rng: Random) -> list:  # type: ignore[type-arg]
    """For some of the right claims a second sentence of the same report is cited too, as models do."""
    if rng.random() > 0.3:
        return []
    return [s.unit for s in snippets if s is not own][:1]


def judge(claims: Sequence[Claim]) -> list[Judged]:
    judged = []
    for claim in claims:
        started = time.thread_time()
        checks = verify(claim.text, claim.cited, claim.language)  # type: ignore[arg-type]
        judged.append(Judged(claim, checks, time.thread_time() - started))
    return judged


def rates(judged: Sequence[Judged]) -> tuple[float, float, float]:
    """(share of wrong claims stopped, share of right ones stopped, median milliseconds of processor time)."""
    wrong = [j for j in judged if j.claim.label == "wrong"]
    right = [j for j in judged if j.claim.label == "right"]
    stopped = sum(j.is_right for j in wrong) / max(1, len(wrong))
    alarms = sum(not j.is_right for j in right) / max(1, len(right))
    return stopped, alarms, 1000 * statistics.median(j.seconds for j in judged)


def table(judged: Sequence[Judged]) -> str:
    """One line a way of making: claims, and how many the gate judged rightly."""
    lines = []
    for label in ("right", "wrong"):
        for how in dict.fromkeys(j.claim.how for j in judged if j.claim.label == label):
            group = [j for j in judged if (j.claim.label, j.claim.how) == (label, how)]
            good = sum(j.is_right for j in group)
            lines.append(f"{label:6} {how:40} {len(group):5} {good:5}  {good / len(group):.3f}")
    return "\n".join(sorted(lines))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.claims", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--samples", action="store_true", help="the bundled sample reports alone")
    parser.add_argument("--half", choices=("tuning", "held-out"), help="one half alone")
    parser.add_argument("--each", type=int, default=3, help="claims of one making from one report, at most")
    parser.add_argument(
        "--show", nargs=2, metavar=("WHICH", "COUNT"), help="print claims: right, wrong, missed, alarms or a making"
    )
    chosen = parser.parse_args(arguments)
    shared = shared_folder()
    halves = make(sources(_SAMPLES, None if chosen.samples or not shared.is_dir() else shared), each=chosen.each)
    failed = False
    for half, claims in halves.items():
        if chosen.half not in (None, half):
            continue
        judged = judge(claims)
        if chosen.show:
            _show(judged, chosen.show[0], int(chosen.show[1]))
        stopped, alarms, middle = rates(judged)
        print(table(judged))
        print(f"{half}: {len(claims)} claims; detection {stopped:.4f}, false alarms {alarms:.4f}, p50 {middle:.2f} ms")
        failed |= half == "held-out" and (stopped < DETECTION or alarms > FALSE_ALARMS or middle > P50_MS)
    return int(failed)


def _show(judged: Sequence[Judged], which: str, count: int) -> None:
    kinds: dict[str, Callable[[Judged], bool]] = {
        "right": lambda j: j.claim.label == "right",
        "wrong": lambda j: j.claim.label == "wrong",
        "missed": lambda j: j.claim.label == "wrong" and j.passed,
        "alarms": lambda j: j.claim.label == "right" and not j.passed,
    }
    picked = [j for j in judged if (kinds[which](j) if which in kinds else j.claim.how == which)]
    Random(SEED).shuffle(picked)
    for j in picked[:count]:
        print(f"[{j.claim.label}: {j.claim.how}] {j.claim.text}\n   was: {j.claim.was[:400]}")
        print("   " + "; ".join(f"{c.text} {c.verdict} {c.reason} {c.said}{c.formula}" for c in j.checks))


if __name__ == "__main__":
    sys.exit(main())
