"""Progress: one moving line on a terminal, few lines elsewhere."""

from __future__ import annotations

import io

from api.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_moves() -> None:
    stream = Terminal()
    progress = Progress("generate", stream)
    for done in range(3):
        progress.show(done, 2, f"tile {done}")
    progress.close()
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().endswith("[########################] 2/2 tile 2\n")


def test_elsewhere_only_the_first_and_the_last_line_are_written_at_once() -> None:
    stream = io.StringIO()
    progress = Progress("generate", stream)
    for done in range(1001):
        progress.show(done, 1000)
    progress.close()
    lines = stream.getvalue().splitlines()
    assert lines[0].endswith("0/1000")
    assert lines[-1].endswith("1000/1000")
    assert len(lines) < 10


def test_work_of_unknown_length_shows_its_message() -> None:
    stream = io.StringIO()
    Progress("register", stream).show(0, 0, "waiting for a worker")
    assert stream.getvalue() == "register waiting for a worker\n"
