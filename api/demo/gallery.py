"""What only the page shows: pictures of tiles and findings, links of the verification, the score."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.demo.pictures import Pixels, in_repeat, save_thumbnail
from api.demo.scene import LICENSEE_NAME, Scene, write_json
from api.demo.stages import licensed_tile
from api.demo.summary import party_name
from ledger.domain.origins import origin

if TYPE_CHECKING:
    from ledger.domain.finding import Finding
    from ledger.verify import Verification

TILE_PX, REPEAT_PX, WILD_PX = 200, 560, 480


def page(scene: Scene, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the template asks for."""
    from ledger.domain.money import Money
    from ledger.domain.money_text import format_money

    def money(minor: int) -> str:
        return format_money(Money(minor, summary["invoice"]["currency"]))

    def shown(invoice: Mapping[str, Any]) -> dict[str, Any]:
        lines = [
            {**line, "unit": money(line["unit_minor"]), "amount": money(line["amount_minor"])}
            for line in invoice["lines"]
        ]
        return {**invoice, "lines": lines, "total": money(invoice["total_minor"])}

    return {
        "collection": summary["collection"],
        "licensee": LICENSEE_NAME,
        "terms": _terms(scene),
        "assets": [_asset(scene, asset) for asset in summary["assets"]],
        "decisions": [{**each, "text": _use_text(each["use"])} for each in summary["decisions"]],
        "wild": [_wild(scene, each) for each in summary["wild"]],
        "score": score(summary["wild"]),
        "findings": [_finding(scene, finding) for finding in judged(scene)],
        "invoices": [shown(each) for each in summary["invoices"]],
        "invoiced": money(sum(each["total_minor"] for each in summary["invoices"])),
        "payouts": [
            {**each, "payee": party_name(each["payee"]), "amount": money(each["amount_minor"])}
            for each in summary["payouts"]
        ],
        "verification": verification(scene),
        "chain": _chain(scene),
        "transactions": _transactions(scene),
        "seconds": summary["seconds"],
        "slowest": max(summary["seconds"].values()),
    }


def score(wild: list[Mapping[str, Any]]) -> dict[str, int]:
    """How many of ours were found as what they are, and how many strangers were taken for ours."""
    ours = [each for each in wild if each["truth"]["asset"]]
    strangers = [each for each in wild if not each["truth"]["asset"]]
    return {
        "ours": len(ours),
        "found": sum(each["found"]["asset"] == each["truth"]["asset"] for each in ours),
        "proven": sum(_proven(each) for each in ours),
        "wrong": sum(each["found"]["asset"] not in (None, each["truth"]["asset"]) for each in ours),
        "strangers": len(strangers),
        "false": sum(each["found"]["asset"] is not None for each in strangers),
    }


def judged(scene: Scene) -> list[Finding]:
    """The findings somebody was seen with."""
    from ledger.domain.ids import ScanId
    from ledger.store import findings

    with scene.ledger.store.reading() as tx:
        return [each for each in findings.of_scan(tx, ScanId(scene.told["scan"])) if each.sighting]


def verification(scene: Scene) -> dict[str, Any]:
    """One downloaded tile with its proof, walked back as `selvage verify` does."""
    from ledger.confirming import file
    from ledger.verify import export

    tile = licensed_tile(scene)
    data, (_, proof) = file(scene.ledger, tile), export(scene.ledger, tile)
    folder = scene.out / "download"
    folder.mkdir(exist_ok=True)
    (folder / "tile.png").write_bytes(data)
    write_json(folder / "tile.proof.json", proof)
    write_json(folder / "trust.json", asdict(scene.ledger.engines.trust))
    found = walk_back(scene, data, json.loads((folder / "tile.proof.json").read_text()))
    says = {True: ("holds", "holds"), False: ("breaks", "breaks"), None: ("quiet", "not checked")}
    links = [
        {"name": link.name, "tag": says[link.holds][0], "says": says[link.holds][1], "why": link.why}
        for link in found.links
    ]
    return {"command": command(scene), "links": links, "ok": found.ok}


def command(scene: Scene) -> str:
    """What to type to walk the downloaded tile back with this ledger at hand."""
    tile = scene.out / "download" / "tile.png"
    proof = tile.with_name("tile.proof.json")
    return f"selvage --data {scene.out / 'data'} verify {tile} --proof {proof}"


def walk_back(scene: Scene, data: bytes, proof: Mapping[str, Any]) -> Verification:
    from ledger.verify import verify

    ledger = scene.ledger
    return verify(data, proof, ledger.engines.trust, ledger.engines.watermarker, ledger.chain(), ledger)


def _asset(scene: Scene, asset: Mapping[str, Any]) -> dict[str, Any]:
    inks = tuple(asset["recipe"]["palette"])
    file, stem = scene.out / asset["file"], f"report/{Path(asset['file']).stem}"
    others = [palette for palette in scene.brief.palettes if palette != inks]
    ways = [
        _saved(scene, partial(_colourway, scene, asset, other), f"{stem}-way-{number}.jpg", TILE_PX)
        for number, other in enumerate(others[:2], start=1)
    ]
    return {
        **asset,
        "prompt": asset["recipe"]["prompt"],
        "origin": origin(asset["recipe"]).label,
        "inks": inks,
        "repeat": _saved(scene, lambda: in_repeat(_pixels(file), 3, 3), f"{stem}-repeat.jpg", REPEAT_PX),
        "thumbnail": _saved(scene, lambda: _pixels(file), f"{stem}.jpg", TILE_PX),
        "colourways": ways,
    }


def _wild(scene: Scene, each: Mapping[str, Any]) -> dict[str, Any]:
    file, found, truth = each["file"], each["found"], each["truth"]
    right = found["asset"] == truth["asset"]
    says = found["verdict"] if found["asset"] else "nothing found"
    thumbnail = _saved(scene, lambda: _pixels(scene.out / file), f"report/{Path(file).stem}.jpg", WILD_PX)
    tag = ("hit" if truth["asset"] else "quiet") if right else "miss"
    return {**each, "thumbnail": thumbnail, "says": says, "tag": tag}


def _finding(scene: Scene, finding: Finding) -> dict[str, Any]:
    from ledger.domain.brief_text import use_to_dict

    drawing = _saved(scene, lambda: _drawing(scene, finding), f"report/finding-{finding.id}.jpg", 1200)
    use = finding.sighting.use if finding.sighting else None
    return {
        "drawing": drawing,
        "seller": LICENSEE_NAME,
        "use": _use_text(use_to_dict(use)) if use else "",
        "standing": finding.standing.value,
        "verdict": finding.verdict.value,
        "p_value": float(finding.p_value),
        "picture": finding.picture,
    }


def _drawing(scene: Scene, finding: Finding) -> Pixels:
    """The evidence sheet of a finding."""
    from api.scan_report import drawn

    return drawn(scene.ledger, finding)


def _transactions(scene: Scene) -> list[dict[str, Any]]:
    from ledger.store import txs

    with scene.ledger.store.reading() as tx:
        return [
            {"kind": each.kind, "block": each.block, "gas": each.gas, "hash": each.hash}
            for each in txs.every(tx)
        ]


def _chain(scene: Scene) -> dict[str, Any]:
    chain = scene.ledger.chain()
    return {"id": chain.chain_id, "genesis": chain.genesis}


def _terms(scene: Scene) -> str:
    from ledger.domain.terms_text import terms_to_dict

    terms = terms_to_dict(scene.terms)
    where, what = ", ".join(terms["territory"]), ", ".join(terms["products"])
    return f"{what} in {where}, up to {terms['run']} pieces for {terms['price']}"


def _use_text(use: Mapping[str, Any]) -> str:
    return f"{use['units']:,} × {use['product']} in {use['territory']}"


def _proven(each: Mapping[str, Any]) -> bool:
    return bool(each["found"]["asset"] == each["truth"]["asset"] and each["found"]["verdict"] == "proven")


def _pixels(path: Path) -> Pixels:
    from forensics import decode_image

    return decode_image(path.read_bytes())


def _colourway(scene: Scene, asset: Mapping[str, Any], palette: tuple[str, ...]) -> Pixels:
    """The tile's own separations, drawn again from its recipe, in other inks."""
    from generator.recipe import Recipe

    recipe = Recipe.from_dict(asset["recipe"])
    return scene.ledger.engines.generator(recipe.generator).generate(recipe).colourway(palette)


def _saved(scene: Scene, picture: Callable[[], Pixels], name: str, longest_px: int) -> str:
    path = scene.out / name
    if not path.exists():
        save_thumbnail(picture(), path, longest_px)
    return name
