"""Pictures: put a mark in, read marks, look for our tiles in pictures from the wild."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.cli.context import STANDARD, read_bytes, settings, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.progress import Progress
from api.errors import InputError
from api.problems import describe, known

if TYPE_CHECKING:
    from watermark.protocol import Watermarker

MARK_DIGITS = 12


@click.command()
@click.argument("source", metavar="IN")
@click.option("-o", "--output", "target", required=True, help="File to write, or - for stdout.")
@click.option("--id", "mark_id", required=True, help="The number to put in: 1 to 12 hex digits.")
@click.option(
    "--inks", is_flag=True, help="Keep the colours of a picture of at most 64 inks: only its line is moved."
)
@json_option
def mark(output: Output, source: str, target: str, mark_id: str, inks: bool) -> int:
    """Put a mark id into a picture, and read it back before anything is written.

    IN is a picture file, or - for stdin. Grey, transparent and 16-bit pictures stay what they are. The result
    is written without loss: .png, .tif or .webp. A mark put in with --inks is read with the original at hand.
    """
    from api.cli.samples import encode_samples, inks_of, lossless, read_samples
    from watermark import mark as put_mark

    number = _parse_mark(mark_id)
    suffix, pixels = lossless(target), read_samples(read_bytes(source))
    marked = put_mark(_watermarker(), pixels, number, inks=inks_of(pixels) if inks else None)
    write_bytes(target, encode_samples(marked, suffix))
    found = {"file": target, "mark_id": f"{number:012x}"}
    if target == STANDARD:
        return Exit.YES
    output.result(found, f"{target}: {number:012x}")
    return Exit.YES


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@json_option
def read(output: Output, files: tuple[str, ...]) -> int:
    """Read the mark ids of pictures. Exit code 1 when no picture has one.

    FILE is a picture file, or - for stdin. With --json: a list of {file, mark_id, key, p_value, seconds}.
    """
    watermarker, budget = _watermarker(), settings().scan_budget_seconds
    progress = Progress("read")
    rows: list[dict[str, Any]] = []
    for done, file in enumerate(files):
        progress.show(done, len(files), file)
        rows.append(_read_one(watermarker, file, budget))
    progress.show(len(files), len(files))
    progress.close()
    output.result(rows, "\n".join(_row_text(row) for row in rows))
    if any("error" in row for row in rows):
        return Exit.USAGE
    return Exit.YES if any(row["mark_id"] for row in rows) else Exit.NO


def _watermarker() -> Watermarker:
    from api.compose import engines

    return engines(settings()).watermarker


def _parse_mark(text: str) -> int:
    digits = text.lower().removeprefix("0x")
    if not 1 <= len(digits) <= MARK_DIGITS or any(digit not in "0123456789abcdef" for digit in digits):
        raise InputError(
            f"id: {text[:40]!r} is not 1 to {MARK_DIGITS} hex digits such as 00c0ffee0001", field="id"
        )
    return int(digits, 16)


def _read_one(watermarker: Watermarker, file: str, budget: float) -> dict[str, Any]:
    from forensics import decode_image

    try:
        reading = watermarker.read(decode_image(read_bytes(file)), budget)
    except Exception as error:
        if not known(error):
            raise
        problem = describe(error)
        empty = {"file": file, "mark_id": None, "key": None, "p_value": 1.0, "seconds": 0.0}
        return {**empty, "error": {"code": problem.code, "message": problem.message}}
    found = None if reading.mark_id is None else f"{reading.mark_id:012x}"
    return {
        "file": file,
        "mark_id": found,
        "key": reading.key_id,
        "p_value": reading.p_value,
        "seconds": round(reading.seconds, 3),
    }


def _row_text(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{row['file']}: {row['error']['code']}: {row['error']['message']}"
    if row["mark_id"] is None:
        return f"{row['file']}: no mark ({row['seconds']:.1f} s)"
    return f"{row['file']}: {row['mark_id']} (p = {row['p_value']:.1e}, {row['seconds']:.1f} s)"
