"""PDF: every page as a picture, one at a time, drawn by a process of our own that may not grow."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from forensics.errors import PictureError
from forensics.sources.outcomes import OUTCOMES, problem
from forensics.sources.streams import size_of
from forensics.sources.suspect import Limits, Suspect
from forensics.sources.walking import Item, Walk

_WORKER_BYTES = 768 << 20  # of memory, beyond what it starts with
_MOST_DEATHS = 20  # of workers over one document
_CHUNK = 1 << 18
_ADVICE = "16 megapixels"


def pages(item: Item, walk: Walk) -> Iterator[Suspect]:
    """Each page drawn at up to `Limits.page_pixels` and 300 dpi; its image itself when it is just that."""
    with contextlib.ExitStack() as stack:
        document = _Document(stack.enter_context(_file(item.stream)), walk.limits)
        stack.callback(document.close)
        try:
            count = document.open()
        except PictureError as error:
            yield walk.refused(item, error)
            return
        yield from _pages(document, count, item, walk)


def _pages(document: _Document, count: int, item: Item, walk: Walk) -> Iterator[Suspect]:
    for number in range(count):
        spent = walk.overdrawn() is not None or document.deaths >= _MOST_DEATHS
        if number >= walk.limits.pages or spent:
            yield walk.refused(item, problem("pages-left-out", first=number + 1), "#rest")
            return
        name = f"{item.name}#page={number + 1}"
        walk.pixels += walk.limits.page_pixels
        if name in walk.done:
            continue
        try:
            data, dpi = document.page(number)
        except PictureError as error:
            yield Suspect(name, None, error, item.origin)
        else:
            yield Suspect(name, data, None, replace(item.origin, dpi=dpi))


class _Document:
    """A PDF in a worker; where the worker dies of a page, another one goes on with the next."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._worker: subprocess.Popen[bytes] | None = None
        self.deaths = 0

    def open(self) -> int:
        """The number of pages. PictureError when the document cannot be opened."""
        self._file.seek(0)
        number = self._file.fileno()
        arguments = (number, self._limits.page_pixels, self._limits.side, _WORKER_BYTES)
        # Only our own code, wherever it was imported from, and nothing from the folder we stand in.
        path = os.pathsep.join(each for each in sys.path if each)
        self._worker = subprocess.Popen(  # noqa: S603  our own interpreter with our own module
            [sys.executable, "-P", "-m", "forensics.sources.pdf_worker", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(number,),
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        head, _body = self._answer()
        if head is None:
            raise problem("pdf-damaged", why="it needs more memory than a document may")
        return int(head["pages"])

    def page(self, number: int) -> tuple[bytes, float]:
        """A page, counted from 0, as (bytes of a picture, dots per inch). PictureError when there is none."""
        if self._worker is None:
            self.open()
        head, body = self._answer(b"%d\n" % number)
        if head is None:
            raise problem(
                "pdf-page-too-heavy", what="more memory or time than a page may take", advice=_ADVICE
            )
        return body, float(head["dpi"])

    def _answer(self, question: bytes = b"") -> tuple[dict[str, str] | None, bytes]:
        """The worker's answer; None when it died of the question. PictureError where it tells a problem."""
        worker = self._worker
        if worker is None or worker.stdin is None or worker.stdout is None:
            return None, b""
        try:
            worker.stdin.write(question)
            worker.stdin.flush()
            head = json.loads(worker.stdout.readline())
            body = worker.stdout.read(int(head.get("bytes", 0)))
        except (OSError, ValueError):
            self.deaths += 1
            self.close()
            return None, b""
        if "code" in head:
            raise PictureError(head["message"], code=OUTCOMES[head["code"]].code)
        return head, body

    def close(self) -> None:
        """End the worker."""
        if self._worker is None:
            return
        self._worker.kill()
        with self._worker:
            self._worker = None


@contextlib.contextmanager
def _file(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The stream as a file that another process can read: itself, or a nameless copy of what is in memory."""
    try:
        stream.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            size_of(stream)
            while chunk := stream.read(_CHUNK):
                copy.write(chunk)
            copy.flush()
            yield copy
        return
    stream.flush()
    yield stream
