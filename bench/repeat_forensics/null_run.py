"""Ask null pictures in worker processes until there are enough, one line per picture, resumable."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2

from bench.repeat_forensics import null_decodes, null_exams, nulls
from bench.repeat_forensics.null_decodes import NullRecord
from bench.repeat_forensics.null_exams import ExamRecord
from bench.repeat_forensics.nulls import NullPicture
from bench.repeat_forensics.register import Register
from bench.repeat_forensics.runner import Plan, mend, pool

_register: Register | None = None


@dataclass(frozen=True)
class Work:
    """One way of asking null pictures. `count`: how much of what is wanted a record holds."""

    name: str
    kind: type[NullRecord | ExamRecord]
    ask: Callable[[NullPicture, Register], NullRecord | ExamRecord]
    code: Callable[[], str]
    count: Callable[[NullRecord | ExamRecord], int]


def _decodes_of(record: NullRecord | ExamRecord) -> int:
    return record.decodes if isinstance(record, NullRecord) else 0


def _one(record: NullRecord | ExamRecord) -> int:  # noqa: ARG001 - one shape for both
    return 1


DECODES = Work("null decodes", NullRecord, null_decodes.asked, null_decodes.code, _decodes_of)
EXAMS = Work("null examinations", ExamRecord, null_exams.examined, null_exams.code, _one)


def _start(plan: Plan) -> None:
    global _register
    cv2.setNumThreads(1)
    _register = plan.register()


def _ask(work: Work, picture: NullPicture) -> NullRecord | ExamRecord:
    if _register is None:
        raise RuntimeError("the worker process was not started with a plan")
    return work.ask(picture, _register)


def run(work: Work, plan: Plan, wanted: int, path: Path, workers: int) -> None:
    """Add null pictures to the file until it holds `wanted` made by the code of today."""
    kept = nulls.read(work.kind, path, work.code())
    done, have = {record.picture for record in kept}, sum(work.count(record) for record in kept)
    print(f"{have} {work.name} kept, {wanted} wanted", file=sys.stderr, flush=True)
    if have >= wanted:
        return
    _ = plan.register().entries, plan.register().others
    path.parent.mkdir(parents=True, exist_ok=True)
    mend(path)
    left = (picture for picture in nulls.pictures() if picture.name not in done)
    started, made = time.monotonic(), 0
    with path.open("a") as file, pool(plan, workers, _start) as workshop:
        for record in _as_they_come(workshop, partial(_ask, work), left, 2 * workers):
            file.write(nulls.line(record))
            file.flush()
            made += work.count(record)
            minutes = (time.monotonic() - started) / max(made, 1) * max(wanted - have - made, 0) / 60
            print(f"{have + made}/{wanted} {work.name}, {minutes:.0f} min left", file=sys.stderr, flush=True)
            if have + made >= wanted:
                workshop.shutdown(cancel_futures=True)
                return


def _as_they_come(
    workshop: ProcessPoolExecutor,
    ask: Callable[[NullPicture], NullRecord | ExamRecord],
    pictures: Iterator[NullPicture],
    ahead: int,
) -> Iterator[NullRecord | ExamRecord]:
    """Answers as they come, always `ahead` pictures handed out."""
    waiting: set[Future[NullRecord | ExamRecord]] = {
        workshop.submit(ask, picture) for picture in itertools.islice(pictures, ahead)
    }
    while waiting:
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ready:
            waiting.add(workshop.submit(ask, next(pictures)))
            yield future.result()
