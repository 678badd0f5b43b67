"""Decisions over HTTP. What is only read is read at once; what waits for the disk waits in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi.concurrency import run_in_threadpool

from api.access import recognise
from api.http.idempotency import Answer, Write, respond
from api.http.security import TRADERS, require
from api.views.rights import DecisionsView, DecisionView
from ledger import decide
from ledger.domain.ids import AssetId
from ledger.domain.use_text import parse_use, parse_uses
from ledger.signed import sign_each

if TYPE_CHECKING:
    from fastapi.responses import Response

    from api.access import Principal
    from api.http.bodies import DecisionBody
    from api.http.services import Services
    from ledger.domain.decision import Reading
    from ledger.domain.ids import PartyId
    from ledger.domain.use import Use
    from ledger.store import Tx


@dataclass(frozen=True)
class Asked:
    """One request: uses of a tile by a party, and the body it came as. `several` are answered as a list."""

    asset: AssetId
    party: PartyId
    uses: Sequence[Use]
    several: bool
    reading: Reading
    body: dict[str, Any]

    def answer(self, services: Services, decided: decide.Decided) -> Answer:
        made = sign_each(services.ledger, self.party, self.uses, decided)
        pairs = zip(made, self.uses, strict=True)
        views = [DecisionView.signed_of(each, self.asset, self.party, use) for each, use in pairs]
        return Answer(200, DecisionsView(decisions=views) if self.several else views[0])


@dataclass(frozen=True)
class Sent:
    """A request that nobody has looked at: its body, token and Idempotency-Key, and where it was sent."""

    body: DecisionBody
    token: str
    key: str | None
    target: str


@dataclass(frozen=True)
class _Drafted:
    """What was asked and decided, before anything is written of it. `write` where there is a key."""

    services: Services
    write: Write | None
    asked: Asked
    draft: decide.Draft

    def at_once(self) -> Response | None:
        """The answer, if it need not wait for anybody."""
        told = decide.tell_at_once(self.services.ledger, self.draft) if self.write is None else None
        return respond(self.asked.answer(self.services, told)) if told is not None else None

    def written(self) -> Response:
        """The answer, once its offers are noted, and it too where there is a key."""
        made = self.asked.answer(self.services, decide.tell(self.services.ledger, self.draft))
        return self.write.give(self.asked.body, made) if self.write is not None else respond(made)


def asked(caller: Principal, body: DecisionBody, keyed: bool) -> Asked:
    """What `caller` asks. Raises RoleError where it may not for that party, and UseError."""
    party, several = caller.act_for(body.party), body.uses is not None
    plain = body.model_dump(mode="json") if keyed else {}
    return Asked(AssetId(body.asset), party, _uses(body), several, body.reading, plain)


async def answer(services: Services, write: Write | None, asked: Asked) -> Response:
    """The decisions, or the answer that was given to the Idempotency-Key of `write` before."""

    def work() -> Response:
        with services.ledger.store.reading() as tx:
            found = _drafted(services, tx, write, asked)
        return found.written() if isinstance(found, _Drafted) else found

    return await run_in_threadpool(work)


async def answer_sent(services: Services, sent: Sent) -> Response:
    """The same for a request as it came: who asks is read in the same view of the database. Raises what the
    ordinary way raises."""
    if not services.at_once or sent.body.uses is not None:
        return await run_in_threadpool(_answer, services, sent)
    found = _read(services, sent)
    if not isinstance(found, _Drafted):
        return found
    told = found.at_once()
    return told if told is not None else await run_in_threadpool(found.written)


def _answer(services: Services, sent: Sent) -> Response:
    found = _read(services, sent)
    return found.written() if isinstance(found, _Drafted) else found


def _read(services: Services, sent: Sent) -> _Drafted | Response:
    with services.ledger.store.reading() as tx:
        caller = require(recognise(services.ledger, tx, sent.token), TRADERS)
        write = Write(services, caller.id, sent.key, sent.target) if sent.key is not None else None
        return _drafted(services, tx, write, asked(caller, sent.body, write is not None))


def _drafted(services: Services, tx: Tx, write: Write | None, asked: Asked) -> _Drafted | Response:
    """What is decided, or the answer that is kept for the key."""
    given = write.given(tx, asked.body) if write is not None else None
    if given is not None:
        return given
    found = decide.drafted(services.ledger, tx, asked.asset, asked.party, asked.uses, asked.reading)
    return _Drafted(services, write, asked, found)


def _uses(body: DecisionBody) -> tuple[Use, ...]:
    if body.use is not None:
        return (parse_use(body.use.plain()),)
    return parse_uses([each.plain() for each in body.uses or ()])
