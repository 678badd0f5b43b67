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

from bench.repeat_forensics import null_askings, null_decodes, null_exams, nulls
from bench.repeat_forensics.null_askings import AskingRecord
from bench.repeat_forensics.null_decodes import NullRecord
from bench.repeat_forensics.null_exams import ExamRecord
from bench.repeat_forensics.nulls import NullPicture
from bench.repeat_forensics.register import Register
from bench.repeat_forensics.runner import Plan, mend, pool

AnyRecord = NullRecord | ExamRecord | AskingRecord

_register: Register | None = None


@dataclass(frozen=True)
class Work:
    """One way of asking null pictures. `suffix`: of the file its records are kept in."""

    name: str
    suffix: str
    kind: type[AnyRecord]
    ask: Callable[[NullPicture, Register], AnyRecord]
    code: Callable[[], str]
    pictures: Callable[[], Iterator[NullPicture]] = nulls.pictures


def held(record: AnyRecord) -> int:
    """How much of what is wanted a record holds: its decodes or askings; an examination is one."""
    if isinstance(record, ExamRecord):
        return 1
    return record.decodes if isinstance(record, NullRecord) else record.askings


DECODES = Work("null decodes", ".nulls.jsonl", NullRecord, null_decodes.asked, null_decodes.code)
EXAMS = Work("null examinations", ".exams.jsonl", ExamRecord, null_exams.examined, null_exams.code)
ASKINGS = Work(
    *("null askings", ".askings.jsonl", AskingRecord, null_askings.asked, null_askings.code),
    null_askings.pictures,
)


def _start(plan: Plan) -> None:
    global _register
    cv2.setNumThreads(1)
    _register = plan.register()


def _ask(work: Work, picture: NullPicture) -> AnyRecord:
    if _register is None:
        raise RuntimeError("the worker process was not started with a plan")
    return work.ask(picture, _register)


def run(work: Work, plan: Plan, wanted: int, path: Path, workers: int) -> None:
    """Add null pictures to the file until it holds `wanted` made by the code of today."""
    kept = nulls.read(work.kind, path, work.code())
    done, have = {record.picture for record in kept}, sum(held(record) for record in kept)
    print(f"{have} {work.name} kept, {wanted} wanted", file=sys.stderr, flush=True)
    if have >= wanted:
        return
    _ = plan.register().entries, plan.register().others
    path.parent.mkdir(parents=True, exist_ok=True)
    mend(path)
    left = (picture for picture in work.pictures() if picture.name not in done)
    started, made = time.monotonic(), 0
    with path.open("a") as file, pool(plan, workers, _start) as workshop:
        for record in _as_they_come(workshop, partial(_ask, work), left, 2 * workers):
            file.write(nulls.line(record))
            file.flush()
            made += held(record)
            minutes = (time.monotonic() - started) / max(made, 1) * max(wanted - have - made, 0) / 60
            print(f"{have + made}/{wanted} {work.name}, {minutes:.0f} min left", file=sys.stderr, flush=True)
            if have + made >= wanted:
                workshop.shutdown(cancel_futures=True)
                return


def _as_they_come(
    workshop: ProcessPoolExecutor,
    ask: Callable[[NullPicture], AnyRecord],
    pictures: Iterator[NullPicture],
    ahead: int,
) -> Iterator[AnyRecord]:
    """Answers as they come, always `ahead` pictures handed out."""
    waiting: set[Future[AnyRecord]] = {
        workshop.submit(ask, picture) for picture in itertools.islice(pictures, ahead)
    }
    while waiting:
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ready:
            waiting.add(workshop.submit(ask, next(pictures)))
            yield future.result()
