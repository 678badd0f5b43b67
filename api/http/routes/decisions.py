"""Decisions: the one question that is asked all the time."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.http import deciding
from api.http.bodies import DecisionBody
from api.http.errors import responses
from api.http.idempotency import OnceIfKeyed
from api.http.narrow import NarrowRoute
from api.http.security import Trader
from api.http.services import Provided
from api.views.rights import DecisionsView, DecisionView

router = APIRouter(tags=["rights"], route_class=NarrowRoute)


@router.post("/decisions", response_model=DecisionView | DecisionsView, responses=responses(400, 404, 409))
async def decide(services: Provided, caller: Trader, write: OnceIfKeyed, body: DecisionBody) -> Response:
    """May this party use this tile so? On pay, the answer holds an offer that can be accepted.

    `signed` is the whole answer as a statement that a printer can check offline. For `uses` there is one
    answer each, in their order. Without an Idempotency-Key nothing is kept of the answer but its offer, and
    asking again decides again.
    """
    return await deciding.answer(services, write, deciding.asked(caller, body, write is not None))
