"""A style that is trained on pictures which the request brings, by the right that is stated to each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from api.http.answers import accepted
from api.http.bodies import IdText, PartyText
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.security import Manager
from api.http.services import Provided
from api.http.uploads import read_rights, read_uploads
from api.views.evidence import OperationView
from ledger import style_pictures, styling
from ledger.domain.ids import AssetId, PartyId
from ledger.domain.styles import MAX_STEPS, MAX_STYLE_SEED, USUAL_STEPS, MadeFor
from ledger.style_pictures import Given

router = APIRouter(tags=["styles"])
MOST = 101  # one more than are trained on, so that too many are told as on the command line
Rights = Annotated[
    str, Form(description="JSON object: picture name to {right, by}, where `right` and `by` do not hold.")
]


@router.post(
    "/styles/pictures", status_code=202, response_model=OperationView, responses=responses(400, 404, 409)
)
def train_style_on_pictures(
    services: Provided,
    _: Manager,
    write: Once,
    name: Annotated[str, Form(min_length=1, max_length=64)],
    pictures: Annotated[list[UploadFile], File(max_length=MOST, description="Each is one repeat.")],
    right: Annotated[str, Form(max_length=200, description="By which right they are used.")] = "",
    by: Annotated[str, Form(max_length=120, description="Who states that right.")] = "",
    rights: Rights = "{}",
    repair: Annotated[bool, Form(description="Mend pictures that cannot be used as they are.")] = False,
    tiles: Annotated[list[IdText], Form(max_length=MOST, description="Tiles of this ledger, too.")] = [],  # noqa: B006
    steps: Annotated[int, Form(ge=1, le=MAX_STEPS)] = USUAL_STEPS,
    seed: Annotated[int, Form(ge=0, le=MAX_STYLE_SEED)] = 0,
    party: Annotated[PartyText | None, Form(description="The party that trains, by its licences.")] = None,
    territory: Annotated[str, Form(pattern="^[A-Za-z]{2}$")] = "GB",
) -> Response:
    """Train a style on pictures, each by a stated right, or by the terms of the tile that it shows.

    What is wrong with a picture is told by the operation. Sent again after a failure, it goes on.
    """
    made_for = MadeFor(PartyId(party), territory.upper()) if party else None
    uploads = read_uploads(pictures)
    stated = read_rights(rights, [each.name for each in uploads], right, by)
    given = [Given(each.name[:120], each.sha256, *stated[each.name]) for each in uploads]

    def work() -> Answer:
        own = styling.tiles(services.ledger, [AssetId(each) for each in tiles], made_for)
        asked = (name, own, given, steps, seed, made_for)
        arguments = style_pictures.asked(services.ledger, *asked, repair=repair)
        for each in uploads:
            services.ledger.blobs.put(each.data)
        return accepted(services, "train-style", arguments, styling.key(arguments))

    request = [name, [vars(each) for each in given], repair, tiles, steps, seed, party, territory]
    return write.once(request, work)
