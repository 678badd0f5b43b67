"""A process of its own for one PDF: PDFium's memory is bounded, and what it dies of ends one page only.

Started by `forensics.sources.pdf` with the file on descriptor ``argv[1]``, the most pixels of a page, the
longest side and the bytes of memory allowed. Says how many pages there are, then for every line with a page's
number (from 0) gives one answer: a line of JSON and, where it says so, that many bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from typing import BinaryIO

from forensics.errors import PictureError
from forensics.sources import pdf_pages
from forensics.sources.suspect import Limits

# A valve against a page that never ends: no page that was meant to be looked at takes so long.
_CPU_SECONDS = 120


def main() -> None:
    """Answer until nobody asks any more."""
    file, pixels, side, memory = (int(each) for each in sys.argv[1:])
    limits = Limits(page_pixels=pixels, side=side)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    _bound(memory)
    try:
        document = pdf_pages.opened(os.fdopen(file, "rb"))
    except PictureError as error:
        _answer(answers, {"code": error.code, "message": str(error)})
        return
    _answer(answers, {"pages": len(document)})
    for line in asked:
        _bound(0)
        try:
            data, dpi = pdf_pages.drawn(document, int(line), limits)
        except PictureError as error:
            _answer(answers, {"code": error.code, "message": str(error)})
        else:
            _answer(answers, {"bytes": len(data), "dpi": dpi}, data)


def _answer(answers: BinaryIO, head: dict[str, object], body: bytes = b"") -> None:
    answers.write(json.dumps(head).encode() + b"\n" + body)
    answers.flush()


def _bound(memory: int) -> None:
    """Allow this process so much more memory than it has now, if any, and the time of one more page."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    with contextlib.suppress(ValueError, OSError):  # a lower limit than ours is set already
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (spent + _CPU_SECONDS, hard))
        if memory:
            most = _address_space() + memory
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int:
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  not a path of anybody's
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30


if __name__ == "__main__":
    main()
