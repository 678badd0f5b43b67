"""Decisions over HTTP. What is only read is read at once; what waits for the disk waits in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi.concurrency import run_in_threadpool

from api.http.idempotency import Answer, respond
from api.views.rights import DecisionsView, DecisionView
from ledger import decide
from ledger.signed import sign_each

if TYPE_CHECKING:
    from fastapi.responses import Response

    from api.http.idempotency import Write
    from api.http.services import Services
    from ledger.domain.decision import Reading
    from ledger.domain.ids import AssetId, PartyId
    from ledger.domain.use import Use


@dataclass(frozen=True)
class Asked:
    """One request: uses of a tile by a party, and the body it came as. `several` are answered as a list."""

    asset: AssetId
    party: PartyId
    uses: Sequence[Use]
    several: bool
    reading: Reading
    body: dict[str, Any]

    def draft(self, services: Services) -> decide.Draft:
        return decide.draft(services.ledger, self.asset, self.party, self.uses, self.reading)

    def answer(self, services: Services, decided: decide.Decided) -> Answer:
        made = sign_each(services.ledger, self.party, self.uses, decided)
        pairs = zip(made, self.uses, strict=True)
        views = [DecisionView.signed_of(each, self.asset, self.party, use) for each, use in pairs]
        return Answer(200, DecisionsView(decisions=views) if self.several else views[0])


async def answer(services: Services, write: Write | None, asked: Asked) -> Response:
    """The decisions, or the answer that was given to the Idempotency-Key of `write` before."""
    if asked.several or not services.at_once:
        return await run_in_threadpool(_answer, services, write, asked)
    if write is not None and (given := write.given(asked.body)) is not None:
        return given
    draft = asked.draft(services)
    told = decide.tell_at_once(services.ledger, draft) if write is None else None
    if told is not None:
        return respond(asked.answer(services, told))
    return await run_in_threadpool(_written, services, write, asked, draft)


def _answer(services: Services, write: Write | None, asked: Asked) -> Response:
    given = write.given(asked.body) if write is not None else None
    return given or _written(services, write, asked, asked.draft(services))


def _written(services: Services, write: Write | None, asked: Asked, draft: decide.Draft) -> Response:
    """The answer, once its offers are noted, and it too where there is a key."""
    made = asked.answer(services, decide.tell(services.ledger, draft))
    return write.give(asked.body, made) if write is not None else respond(made)
