"""Make null decodes in worker processes until there are enough, one line per picture, resumable."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

import cv2

from bench.repeat_forensics import nulls
from bench.repeat_forensics.nulls import NullPicture, NullRecord
from bench.repeat_forensics.register import Register
from bench.repeat_forensics.runner import Plan, mend, pool

_register: Register | None = None


def _start(plan: Plan) -> None:
    global _register
    cv2.setNumThreads(1)
    _register = plan.register()


def _ask(picture: NullPicture) -> NullRecord:
    if _register is None:
        raise RuntimeError("the worker process was not started with a plan")
    return nulls.asked(picture, _register)


def run(plan: Plan, wanted: int, path: Path, workers: int) -> None:
    """Add null pictures to the file until it holds `wanted` decodes made by the code of today."""
    kept = nulls.read(path, nulls.code())
    done, have = {record.picture for record in kept}, sum(record.decodes for record in kept)
    print(f"{have} null decodes kept, {wanted} wanted", file=sys.stderr, flush=True)
    if have >= wanted:
        return
    _ = plan.register().entries, plan.register().others
    path.parent.mkdir(parents=True, exist_ok=True)
    mend(path)
    left = (picture for picture in nulls.pictures() if picture.name not in done)
    started, made = time.monotonic(), 0
    with path.open("a") as file, pool(plan, workers, _start) as workshop:
        for record in _as_they_come(workshop, left, 2 * workers):
            file.write(nulls.line(record))
            file.flush()
            made += record.decodes
            rest = (time.monotonic() - started) / made * max(wanted - have - made, 0)
            print(
                f"{have + made}/{wanted} null decodes, {rest / 60:.0f} min left", file=sys.stderr, flush=True
            )
            if have + made >= wanted:
                workshop.shutdown(cancel_futures=True)
                return


def _as_they_come(
    workshop: ProcessPoolExecutor, pictures: Iterator[NullPicture], ahead: int
) -> Iterator[NullRecord]:
    """Answers as they come, always `ahead` pictures handed out."""
    waiting: set[Future[NullRecord]] = {
        workshop.submit(_ask, picture) for picture in itertools.islice(pictures, ahead)
    }
    while waiting:
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ready:
            waiting.add(workshop.submit(_ask, next(pictures)))
            yield future.result()
