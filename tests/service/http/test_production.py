"""Palettes, colourways and production files over HTTP."""

from __future__ import annotations

from typing import Any


def test_a_palette_is_judged(mill: Any) -> None:
    found = mill.get("/v1/palette", params={"ink": ["chalk", "ivory", "#27306b"]})
    assert found.status_code == 200
    assert [each["code"] for each in found.json()["warnings"]] == ["inks-alike"]
    refused = mill.get("/v1/palette", params={"ink": ["chalk", "chalk"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "brief-invalid")


def test_a_colourway_is_made_and_given_to_whom_a_licence_gives_it(
    manager: Any, rival: Any, asset: str, use: dict[str, Any]
) -> None:
    count = len(manager.get(f"/v1/assets/{asset}").json()["recipe"]["palette"])
    inks = ["chalk", "#b32552", "#17274f", "#ffffff"][:count]
    names = [f"House {place}" for place in range(count)]
    made = manager.done(
        manager.write(
            f"/v1/assets/{asset}/colourways", {"palette": inks, "name": "raspberry", "ink_names": names}
        )
    )
    listed = manager.get(f"/v1/assets/{asset}/colourways").json()["items"]
    (found,) = (each for each in listed if each["colourway"] == "raspberry")
    assert (found["sha256"], found["ink_names"]) == (made["sha256"], names)
    file = manager.get(f"/v1/assets/{asset}/colourways/raspberry/file")
    assert (file.status_code, file.headers["content-type"], file.content[:4]) == (
        200,
        "image/png",
        b"\x89PNG",
    )
    assert rival.get(f"/v1/assets/{asset}/colourways/raspberry/file").status_code == 403
    assert manager.get(f"/v1/assets/{asset}/colourways/nothing/file").json()["code"] == "unknown-colourway"
    refused = manager.write(f"/v1/assets/{asset}/colourways", {"palette": inks, "name": "original"})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-field")
    for wrong in (names[1:], ["Alike", *["alike"] * (count - 1)]):
        body = {"palette": inks, "name": "named", "ink_names": wrong}
        refused = manager.write(f"/v1/assets/{asset}/colourways", body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "ink_names")
    assert rival.write(f"/v1/assets/{asset}/colourways", {"palette": inks}).status_code == 403
    asked = {"asset": asset, "party": "south-mill", "use": {**use, "colourway": "raspbery"}}
    denied = rival.post("/v1/decisions", json=asked).json()
    assert (denied["outcome"], "did you mean raspberry?" in denied["reason"]) == ("deny", True)


def test_files_for_production_are_made_and_given_to_their_licensee(
    manager: Any, rival: Any, asset: str
) -> None:
    body = {"width": "5cm", "dpi": 140}
    made = manager.done(manager.write(f"/v1/assets/{asset}/productions", body))
    at = f"/v1/productions/{made['production']}"
    files = manager.get(at).json()["files"]
    for file in files:
        got = manager.get(f"{at}/files/{file['name']}")
        assert (got.status_code, len(got.content)) == (200, file["bytes"])
        assert got.headers["content-type"].split(";")[0] == file["mime"]
    assert manager.get(f"{at}/files/other.png").json()["code"] == "unknown-file"
    assert rival.get(at).status_code == 404
    assert rival.write(f"/v1/assets/{asset}/productions", body).status_code == 403
    refused = manager.write(f"/v1/assets/{asset}/productions", {"width": "5"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "width")
