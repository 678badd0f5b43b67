"""The page's section on what must not be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.repeat_forensics import alike_report, asking_report, plots
from bench.repeat_forensics.null_alike import Alike
from bench.repeat_forensics.null_askings import AskingRecord
from bench.repeat_forensics.null_decodes import KEYS_PER_PICTURE, NullRecord
from bench.repeat_forensics.null_exams import RING, ExamRecord
from bench.repeat_forensics.nulls import KINDS
from bench.repeat_forensics.outcome import Outcome
from bench.repeat_forensics.statistics import Gumbel, Share, gumbel
from bench.repeat_forensics.tables import Results, markdown

_FEWEST = 10


@dataclass(frozen=True)
class Refused:
    """What was said to null pictures: read blind, examined in full, laid on a tile and asked."""

    decodes: Sequence[NullRecord]
    exams: Sequence[ExamRecord]
    askings: Sequence[AskingRecord]
    alike: Alike | None = None


def section(refused: Refused, results: Results, folder: Path) -> str:
    """Accepted of how many, the largest z, the fitted law; says so plainly when nothing was run."""
    if not refused.decodes:
        return "## What must not be accepted\n\nNot run yet: `--nulls 100000`.\n"
    largest = [z for record in refused.decodes for z in record.largest]
    tail = _tail(refused.decodes, largest, results, folder)
    told = _head(), _decodes(refused.decodes), tail, asking_report.section(refused.askings, folder)
    return "\n".join((*told, alike_report.section(refused.alike), _examinations(refused.exams)))


def _head() -> str:
    return f"""## What must not be accepted

Unmarked tiles nobody registered, registered tiles under keys they were not marked with, the unmarked artwork
of registered tiles ("look-alike": as alike as can be), and photographs (drawn scenes and textures, and crops
of the one real photograph at hand), each under an attack. A null decode is one folded view of a picture under
one fresh key; the bound on a false match is a probability over the key, so {KEYS_PER_PICTURE} keys are asked
of every picture.

### Read blind
"""


def _decodes(records: Sequence[NullRecord]) -> str:
    rows = []
    for kind in (*KINDS, "all"):
        mine = [r for r in records if kind in (r.kind, "all")]
        share = Share(sum(r.accepted for r in mine), sum(r.decodes for r in mine))
        readings = sum(r.keys for r in mine)
        aligned = sum(r.aligned for r in mine)
        bound = f"{share.upper_bound:.2g}"
        rows.append(
            (kind, str(len(mine)), str(readings), str(share.of), str(aligned), str(share.hits), bound)
        )
    header = ("kind", "pictures", "readings", "decodes", "with a codeword", "accepted", "upper 95 % bound")
    return markdown(header, rows)


def _examinations(records: Sequence[ExamRecord]) -> str:
    rows = []
    for kind in (*KINDS, "all"):
        mine = [r for r in records if kind in (r.kind, "all")]
        if not mine:
            continue
        proven = Share(sum(r.verdict == "proven" for r in mine), len(mine))
        likely = sum(r.verdict == "likely" for r in mine)
        rows.append((kind, str(len(mine)), str(proven.hits), f"{proven.upper_bound:.2g}", str(likely)))
    if not rows:
        return "### Examined in full\n\nNo full examinations were made.\n"
    head = f"### Examined in full\n\nEverything a scan does, with a ring of {RING} fresh keys.\n\n"
    header = ("kind", "full examinations", "proven", "upper 95 % bound", "likely")
    note = (
        "\nA look-alike *is* the registered artwork, so likely, by its geometry, is the right answer there; "
        "proven would be wrong, for it carries no mark.\n"
    )
    return head + markdown(header, rows) + note


def _tail(records: Sequence[NullRecord], largest: list[float], results: Results, folder: Path) -> str:
    needed = _least_accepted()
    if len(largest) < _FEWEST:
        return f"Too few readings got as far as a codeword for a fit ({len(largest)}).\n"
    fit = gumbel(largest)
    plots.null(largest, fit, needed, _marked(results), folder / "nulls.svg")
    silent = sum(r.keys for r in records) - len(largest)
    law = f"location {fit.location:.2f}, scale {fit.scale:.2f}"
    return f"""Largest z of {len(largest)} null readings in which anything aligned ({silent} had nothing):
**{max(largest):.2f}**. A Gumbel law fitted to them ({law}) expects {fit.expected_largest():.2f} as the
largest of so many, and gives {_power(fit, needed)} for one reading to reach {needed:.2f}, the least z
accepted (first fold, one key). The product claims no more than the Chernoff bound, 1e-9 over all hypotheses;
the fit is a check, not the claim.

![Null readings](benchmark/nulls.svg)
"""


def _power(fit: Gumbel, level: float) -> str:
    return f"{fit.exceeding(level):.1g}"


def _least_accepted() -> float:
    from watermark.torus.pvalue import threshold

    return threshold(1, 8, 48)


def _marked(results: Results) -> list[float]:
    """z of marked pictures as they were read blind."""
    read = results.of_system("selvage-blind")
    return [r.judged.score for r in read if r.judged.outcome is Outcome.PROVEN and r.judged.score is not None]
