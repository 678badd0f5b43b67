"""Run attacks x tiles x systems in worker processes, one line per picture into a results file.

A picture that the file already holds, for the same system, attack, tile and code, is not examined again, so
a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import cv2

from bench.repeat_forensics.attacks import Attack, generator_for, named
from bench.repeat_forensics.outcome import FAILED, Judged, Key, Outcome, Record, read
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.register import Entry, Register
from bench.repeat_forensics.systems import System, available
from bench.repeat_forensics.tiles import Half

_PROGRESS_SECONDS = 20.0


@dataclass(frozen=True)
class Job:
    """One tile under one attack, for the systems that have not answered yet."""

    tile: str
    attack: str
    systems: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be run; small enough to be sent to every worker.

    `each`: how many tiles every attack gets, taken in turn so that all tiles are used; 0 gives it all tiles.
    """

    half: Half
    tiles: int
    distractors: int
    systems: tuple[str, ...]
    each: int = 0

    def register(self) -> Register:
        """The register of this plan."""
        return Register(self.half, self.tiles, self.distractors)

    def code(self, system: System) -> str:
        """What an answer depends on beside tile and attack: code, and the size of the register."""
        return f"{system.code}@{self.tiles}+{self.distractors}"


def jobs(plan: Plan, attacks: Sequence[Attack], systems: Sequence[System], done: set[Key]) -> list[Job]:
    """Everything that is not done, all attacks of the first tile before the second."""
    found = []
    names = plan.register().names
    for number, tile in enumerate(names):
        for place, attack in enumerate(attacks):
            if plan.each and (number - place * plan.each) % len(names) >= plan.each:
                continue
            open_ = tuple(s.name for s in systems if (s.name, attack.name, tile, plan.code(s)) not in done)
            if open_:
                found.append(Job(tile, attack.name, open_))
    return found


class Worker:
    """One process's register and systems."""

    def __init__(self, plan: Plan) -> None:
        cv2.setNumThreads(1)
        self.plan = plan
        self.register = plan.register()
        self.entries = {entry.asset_id: entry for entry in self.register.entries}
        self.systems = {system.name: system for system in available(plan.systems)[0]}
        for system in self.systems.values():
            system.prepare(self.register)

    def work(self, job: Job) -> list[Record]:
        """Make the suspect of one job and have every system judge it."""
        attack = named([job.attack])[0]
        entry = self.entries[job.tile]
        pictures: dict[int, Pixels] = {}
        records = []
        for name in job.systems:
            system = self.systems[name]
            shown = system.circulating(entry)
            if id(shown) not in pictures:
                pictures[id(shown)] = attack.apply(shown, generator_for(attack, job.tile))
            records.append(self._judged(system, attack, entry, pictures[id(shown)]))
        return records

    def _judged(self, system: System, attack: Attack, entry: Entry, picture: Pixels) -> Record:
        started = time.process_time()
        try:
            judged = system.judge(picture, entry)
        except Exception as error:  # noqa: BLE001 - one picture must not end a run of hours; it is reported
            judged = Judged(Outcome.NOTHING, signal=f"{FAILED} {type(error).__name__}: {error}")
        seconds = round(time.process_time() - started, 3)
        return Record(system.name, attack.name, entry.asset_id, self.plan.code(system), seconds, judged)


_worker: Worker | None = None


def _start(plan: Plan) -> None:
    global _worker
    _worker = Worker(plan)


def _do(job: Job) -> list[Record]:
    if _worker is None:
        raise RuntimeError("the worker process was not started with a plan")
    return _worker.work(job)


def run(plan: Plan, attacks: Sequence[Attack], path: Path, workers: int) -> dict[str, str]:
    """Do what is left to do, append to the results file, say how it goes. Returns the missing systems."""
    systems, missing = available(plan.systems)
    for reason in missing.values():
        print(reason, file=sys.stderr)
    done = {record.key for record in read(path)}
    todo = jobs(plan, attacks, systems, done)
    print(f"{len(todo)} pictures to examine, {len(done)} answers kept", file=sys.stderr, flush=True)
    if not todo:
        return missing
    _ = plan.register().entries, plan.register().others  # marked once here, not in every worker
    path.parent.mkdir(parents=True, exist_ok=True)
    mend(path)
    progress = Progress(len(todo))
    with path.open("a") as file:
        for records in _answers(plan, todo, workers):
            file.writelines(record.line() + "\n" for record in records)
            file.flush()
            progress.told(records)
    return missing


def mend(path: Path) -> None:
    """Take off a last line that was not written to its end."""
    if path.exists() and (data := path.read_bytes()) and not data.endswith(b"\n"):
        path.write_bytes(data[: data.rfind(b"\n") + 1])


def _answers(plan: Plan, todo: list[Job], workers: int) -> Iterator[list[Record]]:
    if workers == 1:
        worker = Worker(plan)
        yield from (worker.work(job) for job in todo)
        return
    with pool(plan, workers, _start) as workshop:
        for future in as_completed([workshop.submit(_do, job) for job in todo]):
            yield future.result()


def pool(plan: Plan, workers: int, start: Callable[[Plan], None]) -> ProcessPoolExecutor:
    """Worker processes of one thread each, every one started with the plan."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # read by the workers when they load numpy
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), start, (plan,))


class Progress:
    """Says now and then how far it is, and when it will be done."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.started, self.said = total, 0, time.monotonic(), 0.0
        self.outcomes: dict[str, Counter[Outcome]] = {}

    def told(self, records: list[Record]) -> None:
        """One picture more."""
        self.done += 1
        for record in records:
            self.outcomes.setdefault(record.system, Counter())[record.judged.outcome] += 1
        now = time.monotonic()
        if now - self.said > _PROGRESS_SECONDS or self.done == self.total:
            self.said = now
            left = (now - self.started) / self.done * (self.total - self.done)
            found = "; ".join(f"{name} {self._share(name)}" for name in self.outcomes)
            print(f"{self.done}/{self.total}, {left / 60:.0f} min left; {found}", file=sys.stderr, flush=True)

    def _share(self, name: str) -> str:
        counts = self.outcomes[name]
        found = counts[Outcome.PROVEN] or counts[Outcome.LIKELY]
        return f"{found}/{counts.total()}"
