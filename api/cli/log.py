"""The log of entries, and witnesses of any log."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import STANDARD, ledger, read_bytes, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.domain.log.note import Key

target = click.option("-o", "--output", "path", default="-", show_default=True, help="File, or - for stdout.")


@click.group()
def log() -> None:
    """The Merkle log of all entries: sign how it stands, prove, find what was changed."""


@log.command()
@json_option
def key(output: Output) -> int:
    """The key that signs checkpoints, in one word: give it to witnesses and to whoever checks proofs."""
    from ledger import log as verbs

    found = verbs.signer(ledger()).key
    output.result({"origin": found.name, "key": str(found)}, str(found))
    return Exit.YES


@log.command()
@target
@json_option
def checkpoint(output: Output, path: str) -> int:
    """Sign how many entries there are and their root; the same again until another entry is written."""
    from ledger import log as verbs
    from ledger.domain.log.checkpoint import parse_checkpoint

    note = verbs.checkpoint(ledger())
    found = parse_checkpoint(note.text)
    return _told(output, path, str(note), {"size": found.size, "root": found.root.hex(), "note": str(note)})


@log.command()
@click.argument("entry", type=int)
@target
@json_option
def prove(output: Output, entry: int, path: str) -> int:
    """Write the proof (.tlog-proof) that the ENTRY of this number is in the log."""
    from ledger import log as verbs

    proof = verbs.prove(ledger(), entry)
    return _told(output, path, str(proof), {"entry": entry, "proof": str(proof)})


@log.command()
@click.argument("proof")
@click.option("--entry", required=True, help="The hash of the entry, 64 hex digits.")
@click.option("--key", "word", required=True, help="The key of the log, as selvage log key prints it.")
@json_option
def verify(output: Output, proof: str, entry: str, word: str) -> int:
    """Check the proof in a file, offline. Exit code 1 where it does not hold."""
    from ledger import log_keys
    from ledger.domain.log.note import parse_key
    from ledger.domain.log.tlog_proof import parse_tlog_proof, proven

    key, found = parse_key(word), parse_tlog_proof(_text(proof))
    data = _hash(entry)
    point = proven(found, data, key, log_keys.verify)
    text = f"entry {found.index + 1} of {point.size} in {point.origin}: it is in the log, as it was written"
    output.result({"origin": point.origin, "entry": found.index + 1, "size": point.size}, text)
    return Exit.YES


@log.command()
@click.option("--against", help="A checkpoint that somebody outside kept.")
@json_option
def check(output: Output, against: str | None) -> int:
    """Compare all entries with every checkpoint that was signed. Exit code 1 names what was changed."""
    from ledger import log as verbs
    from ledger.domain.log.checkpoint import parse_checkpoint
    from ledger.domain.log.note import parse_note

    kept = parse_note(_text(against)) if against else None
    if kept is not None:
        parse_checkpoint(kept.text)  # a file that is none is no forgery
    opened = ledger()
    found = verbs.check(opened, kept)
    lines = [f"{each.code} {each.entry}: {each.why}" for each in found]
    output.result([vars(each) for each in found], "\n".join(lines) or _fine(opened))
    return Exit.NO if found else Exit.YES


def _fine(opened: Ledger) -> str:
    """What it means that nothing was found: before a checkpoint is signed, not much."""
    from ledger import log as verbs
    from ledger.domain.log.checkpoint import parse_checkpoint
    from ledger.errors import UnknownError

    try:
        size = parse_checkpoint(verbs.latest(opened).text).size
    except UnknownError:
        return (
            "every entry links to the one before it; none is signed for yet: selvage log checkpoint does that"
        )
    return f"every entry is as it was signed: {size} are under the newest checkpoint"


@log.command()
@click.option("--old", default=0, show_default=True, help="How many entries the witness cosigned last.")
@target
@json_option
def submission(output: Output, old: int, path: str) -> int:
    """Write what a witness is sent: the newest checkpoint, and the proof that it continues the OLD one."""
    from ledger import log as verbs

    found = str(verbs.submission(ledger(), old))
    return _told(output, path, found, {"old": old, "submission": found})


@log.command()
@json_option
def submit(output: Output) -> int:
    """Send the newest checkpoint to the witnesses of SELVAGE_WITNESSES, and keep what they cosign.

    Exit code 1 where fewer cosigned than SELVAGE_WITNESS_QUORUM asks for.
    """
    from ledger import log as verbs
    from ledger import submitting

    opened = ledger()
    if not opened.witnesses:
        raise InputError(
            "SELVAGE_WITNESSES: names none; write the KEY and URL of each", field="SELVAGE_WITNESSES"
        )
    verbs.checkpoint(opened)
    found = submitting.submit(opened)
    reached, many = submitting.reached(opened, found), sum(each.cosigned for each in found)
    lines = [f"{'yes' if each.cosigned else 'NO '} {each.name}: {each.why}" for each in found]
    lines.append(f"{many} of {len(found)} cosigned {found[0].size} entries; {opened.quorum} have to")
    output.result({"reached": reached, "witnesses": [vars(each) for each in found]}, "\n".join(lines))
    return Exit.YES if reached else Exit.NO


@log.command()
@click.argument("cosignature")
@click.option(
    "--witness", "word", required=True, help="The key of the witness, as selvage witness key prints it."
)
@json_option
def cosigned(output: Output, cosignature: str, word: str) -> int:
    """Keep what a witness answered: its COSIGNATURE travels with the checkpoint from then on."""
    from ledger import log as verbs
    from ledger.domain.log.note import parse_key

    note = verbs.add_cosignature(ledger(), _text(cosignature), parse_key(word))
    output.result({"note": str(note)}, str(note).removesuffix("\n"))
    return Exit.YES


@click.group()
def witness() -> None:
    """Cosign checkpoints of logs that only grow; needs no ledger."""


folder = click.option(
    "--folder", type=click.Path(path_type=Path), required=True, help="Where the witness keeps key and memory."
)
name = click.option("--name", required=True, help="What it is called, such as example.com/witness.")


@witness.command("key")
@folder
@name
@json_option
def witness_key(output: Output, folder: Path, name: str) -> int:
    """The key of the witness, in one word; made once."""
    from ledger.cosigning import Witness

    found = Witness(folder, name).key
    output.result({"name": name, "key": str(found)}, str(found))
    return Exit.YES


@witness.command()
@click.argument("submission")
@folder
@name
@click.option("--log", "words", multiple=True, required=True, help="The key of a log it watches; repeatable.")
@target
@json_option
def cosign(
    output: Output, submission: str, folder: Path, name: str, words: tuple[str, ...], path: str
) -> int:
    """Cosign the checkpoint of a SUBMISSION if it continues the last one of its log. Else exit code 1."""
    from ledger.cosigning import Witness
    from ledger.domain.log.note import parse_key

    logs: list[Key] = [parse_key(word) for word in words]
    line = f"{Witness(folder, name).cosign(_text(submission), logs, int(time.time()))}\n"
    return _told(output, path, line, {"cosignature": line})


@witness.command("serve")
@folder
@name
@click.option("--log", "words", multiple=True, required=True, help="The key of a log it watches; repeatable.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Port on loopback; 0 picks one.",
)
@json_option
def serve_witness(output: Output, folder: Path, name: str, words: tuple[str, ...], port: int) -> int:
    """Cosign over HTTP what logs send to /add-checkpoint (c2sp.org/tlog-witness), until SIGTERM.

    It listens on loopback: put a proxy with TLS in front where logs are elsewhere.
    """
    from api.stopping import Stop
    from ledger.cosigning import Witness
    from ledger.cosigning_service import serving
    from ledger.domain.log.note import parse_key

    found, logs = Witness(folder, name), [parse_key(word) for word in words]
    key = str(found.key)
    try:
        with Stop() as stop, serving(found, logs, port, output.note) as url:
            output.result({"url": url, "key": key}, f"{url}  {key}")
            stop.wait()
    except OSError as error:
        raise InputError(
            f"port: {port} cannot be had ({error.strerror}); name another", field="port"
        ) from error
    return Exit.YES


def _told(output: Output, path: str, text: str, value: dict[str, Any]) -> int:
    """Write `text` where it was asked for; with --json, `value` is the answer."""
    if path != STANDARD or not output.as_json:
        write_bytes(path, text.encode())
    if output.as_json:
        output.result(value, "")
    return Exit.YES


def _text(path: str) -> str:
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not text; name the right file", field="file") from None


def _hash(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise InputError(
            "entry: is no hash of 64 hex digits; selvage show book --json gives it", field="entry"
        )
    return found
