"""Have the newest checkpoint cosigned by witnesses over HTTP (https://c2sp.org/tlog-witness).

A witness that does not answer holds up nothing: the next checkpoint is sent to it again. One that has seen
more of this log than there is has seen another one, and that is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger import log, log_keys
from ledger.context import Ledger
from ledger.domain.errors import LogError
from ledger.domain.log.checkpoint import cosigned_at, parse_checkpoint
from ledger.domain.log.note import Key, Note, parse_note
from ledger.domain.log.witnesses import WitnessAt
from ledger.store import log as log_store

PATH, SIZE_TYPE = "/add-checkpoint", "text/x.tlog.size"
SECONDS, MAX_ANSWER = 10.0, 64 * 1024


@dataclass(frozen=True)
class Submitted:
    """What came of sending a checkpoint of `size` entries to the witness called `name`."""

    name: str
    size: int
    cosigned: bool
    why: str


def submit(ledger: Ledger) -> tuple[Submitted, ...]:
    """Send the newest checkpoint to every witness that has not cosigned it. UnknownError: there is none."""
    newest = log.latest(ledger)
    return tuple(_told(ledger, each, newest) for each in ledger.witnesses)


def reached(ledger: Ledger, told: tuple[Submitted, ...]) -> bool:
    """Whether as many cosigned as the quorum asks for."""
    return sum(each.cosigned for each in told) >= ledger.quorum


def _told(ledger: Ledger, witness: WitnessAt, newest: Note) -> Submitted:
    size = parse_checkpoint(newest.text).size
    if _cosigned(newest, witness.key):
        return Submitted(witness.key.name, size, True, "had cosigned it")
    old = _last(ledger, witness.key)
    status, media_type, text = _sent(witness, str(log.submission(ledger, old)))
    if status == 409 and media_type == SIZE_TYPE:
        stands = int(text) if text.strip().isdigit() and len(text) < 20 else -1
        if 0 <= stands <= size and stands != old:
            status, media_type, text = _sent(witness, str(log.submission(ledger, stands)))
        if status == 409:
            return Submitted(witness.key.name, size, False, _elsewhere(stands, size))
    if status != 200:
        return Submitted(witness.key.name, size, False, f"it answered {status}: {text.strip()[:200]}")
    try:
        log.add_cosignature(ledger, text, witness.key)
    except LogError as error:
        return Submitted(witness.key.name, size, False, str(error))
    return Submitted(witness.key.name, size, True, "cosigned it")


def _elsewhere(stands: int, size: int) -> str:
    if stands < 0:
        return "it answered with something else than a size"
    if stands > size:
        return f"it cosigned {stands} entries of this log, of which there are {size}: the ledger was set back"
    return f"it cosigned another root over {stands} entries: run selvage log check"


def _cosigned(note: Note, key: Key) -> bool:
    try:
        return cosigned_at(note, key, log_keys.verify) is not None
    except LogError:
        return False


def _last(ledger: Ledger, key: Key) -> int:
    """How many entries `key` had cosigned when it last did."""
    with ledger.store.reading() as tx:
        for row in reversed(log_store.checkpoints(tx)):
            if _cosigned(parse_note(row.note), key):
                return row.size
    return 0


def _sent(witness: WitnessAt, body: str) -> tuple[int, str, str]:
    """Status, media type and text of the answer; status 0 where there was none."""
    import httpx

    options = {"timeout": SECONDS, "trust_env": False, "follow_redirects": False}
    try:
        with (
            httpx.Client(**options) as client,  # type: ignore[arg-type]
            client.stream("POST", witness.url + PATH, content=body.encode()) as found,
        ):
            data = b""
            for part in found.iter_bytes(MAX_ANSWER):
                data += part
                if len(data) > MAX_ANSWER:
                    return 0, "", "an answer that is too long"
            media_type = found.headers.get("Content-Type", "").partition(";")[0].strip()
            return found.status_code, media_type, data.decode("utf-8", "replace")
    except httpx.HTTPError as error:
        return 0, "", f"no answer ({type(error).__name__})"
