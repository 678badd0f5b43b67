"""The text of a PDF, page by page, read by PDFium in a process of its own: it unpacks without a limit.

`forensics/sources/pdf_pages.py` draws pages; it is part of a published benchmark and knows nothing of text.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from ledger.domain.errors import FieldError

MAX_PAGES, MAX_LETTERS = 1_000, 4_000_000
_MEMORY = 2 * 1024**3  # bytes of address space
_CPU_SECONDS, _SECONDS = 60, 120


def pages_of(data: bytes) -> list[str]:
    """The text of each page. FieldError for a file that is locked, damaged, too long or too heavy."""
    try:
        # Only our own code, wherever it was imported from, and nothing from the folder we stand in.
        done = subprocess.run(
            [sys.executable, "-P", "-m", "ledger.pdf_text"],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )
    except subprocess.TimeoutExpired as error:
        raise FieldError("file", f"is a PDF that is not read in {_SECONDS} s; write it as text") from error
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        problem = "is a PDF that reading ended on: it is damaged or too heavy; write it as text"
        raise FieldError("file", problem) from error
    if "problem" in found:
        raise FieldError("file", str(found["problem"]))
    return list(map(str, found["pages"]))


def main() -> None:
    """Read a PDF on stdin, and write its pages or the problem as JSON."""
    with contextlib.suppress(ValueError, OSError):  # a lower limit than ours is set already
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read())))


def _read(data: bytes) -> dict[str, object]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        return {"problem": f"is a PDF that is {'locked' if locked else 'damaged'}; write it as text"}
    if len(document) > MAX_PAGES:
        return {"problem": f"is a PDF of {len(document)} pages; give at most {MAX_PAGES}"}
    pages, letters = [], 0
    for page in document:
        text = page.get_textpage().get_text_range().replace("\r\n", "\n").replace("\r", "\n")
        letters += len(text)
        if letters > MAX_LETTERS:
            return {"problem": f"is a PDF of more than {MAX_LETTERS} letters; split it"}
        pages.append(text)
    return {"pages": pages}


if __name__ == "__main__":
    main()
