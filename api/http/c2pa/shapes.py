"""What is sent and answered, in the words of the specification."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from ledger.manifests import MAX_VALUE, Match

MAX_ALG, MAX_ID, MAX_QUERY_VALUE, MOST_RESULTS = 200, 512, 2048, 1000
MAX_URL = 4096
FARTHEST = 1e6  # pixels or percent: no picture is that large, and what is worked out of it stays finite

Algorithm = Annotated[str | None, Query(min_length=1, max_length=MAX_ALG, description="One algorithm only.")]
MaxResults = Annotated[
    int, Query(alias="maxResults", ge=1, description=f"Most matches to tell, at most {MOST_RESULTS}.")
]
HintAlg = Annotated[
    str | None,
    Query(alias="hintAlg", min_length=1, max_length=MAX_ALG, description="Algorithm of a soft binding read."),
]
HintValue = Annotated[
    str | None, Query(alias="hintValue", min_length=1, max_length=MAX_QUERY_VALUE, description="Its value.")
]


class Body(BaseModel):
    """What is sent."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class Evidence(BaseModel):
    """One signal in a picture that was examined."""

    signal: str
    p_value: str = Field(description="How probable so strong a signal is in a picture that does not show it.")
    detail: str


class MatchBody(BaseModel):
    """A manifest that was found."""

    manifestId: str
    endpoint: str | None = Field(default=None, description="Where it may be fetched.")
    similarityScore: int | None = Field(default=None, ge=0, le=100)
    evidence: list[Evidence] | None = Field(default=None, description="What speaks for it, of a picture.")


class Result(BaseModel):
    """c2pa.softBindingQueryResult."""

    matches: list[MatchBody]


class BindingQuery(Body):
    """c2pa.softBindingQuery."""

    value: str = Field(min_length=1, max_length=MAX_VALUE)
    alg: str = Field(min_length=1, max_length=MAX_ALG)


class Binding(Body):
    """Where a soft binding is to lead."""

    bindingValue: str = Field(min_length=1, max_length=MAX_VALUE)
    manifestId: str = Field(min_length=1, max_length=MAX_ID)
    alg: str | None = Field(
        default=None, min_length=1, max_length=MAX_ALG, description="Without one, it leads there for any."
    )


class Point(Body):
    x: float = Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)
    y: float = Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)


class Shape(Body):
    """A rectangle, the one shape that is read; circles and polygons are refused."""

    model_config = ConfigDict(populate_by_name=True)
    kind: Literal["rectangle"] = Field(alias="type")
    unit: Literal["pixel", "percent"]
    origin: Point
    width: float = Field(gt=0, le=FARTHEST, allow_inf_nan=False)
    height: float = Field(gt=0, le=FARTHEST, allow_inf_nan=False)


class Region(Body):
    """c2pa.regionOfInterest of a picture: a spatial range."""

    type: Literal["spatial"]
    shape: Shape


class Reference(Body):
    """An asset that is fetched from elsewhere."""

    referenceUrl: str = Field(pattern="^https://", max_length=MAX_URL)
    assetLength: int = Field(ge=1, description="Bytes; a longer answer is refused.")
    assetType: str | None = Field(default=None, max_length=100, description="Media type it must have.")
    region: list[Region] | None = Field(default=None, min_length=1, max_length=1)


class Stored(BaseModel):
    """c2pa.manifestCreateResult."""

    manifestId: str
    receipt: dict[str, Any] | None = None


class Named(BaseModel):
    alg: str


class Algorithms(BaseModel):
    """c2pa.softBindingAlgList."""

    watermarks: list[Named]
    fingerprints: list[Named]


class Capabilities(BaseModel):
    c2paSpecificationVersion: str
    supportedCapabilities: list[str]


class Status(BaseModel):
    status: Literal["ok", "degraded", "down"]
    timestamp: str


class Discovery(BaseModel):
    """Where the API is (RFC 8615)."""

    apiEndpoint: str
    c2paSpecificationVersion: str
    capabilitiesEndpoint: str
    statusEndpoint: str


class Granted(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  the name of a scheme
    expires_in: int
    scope: str


def result(found: tuple[Match, ...], most: int, endpoint: str) -> Result:
    """The first `most` of what was found."""
    return Result(matches=[_match(each, endpoint) for each in found[: min(most, MOST_RESULTS)]])


def _match(found: Match, endpoint: str) -> MatchBody:
    evidence = [Evidence(**each) for each in found.evidence] or None
    return MatchBody(
        manifestId=found.manifest, endpoint=endpoint, similarityScore=found.score, evidence=evidence
    )
