"""Tells the story: runs the stages, times each when it is first done, writes summary and report."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from api.demo import stages
from api.demo.gallery import command, page, score
from api.demo.report import write_report
from api.demo.scene import Scene, read_json, write_json
from api.demo.summary import party_name, summarise

T = TypeVar("T")
STAGES: dict[str, Callable[[Scene], None]] = {
    "plan": stages.plan,
    "generate": stages.generate,
    "register": stages.register,
    "wild": stages.draw_wild,
    "license": stages.license_tile,
    "scan": stages.scan,
    "bill": stages.bill,
    "settle": stages.settle,
    "payout": stages.pay_out,
}


def tell(scene: Scene) -> tuple[dict[str, Any], list[str]]:
    """Run what is missing of the story; the summary, and the story in ten or so lines."""
    scene.told.update(read_json(scene.out / "told.json"))
    for name, stage in STAGES.items():
        _timed(scene, name, stage)
    summary = _timed(scene, "report", _write)
    summary["seconds"] = scene.told["seconds"]  # now with those of the report itself
    write_json(scene.out / "summary.json", summary)
    return summary, _lines(scene, summary)


def _timed(scene: Scene, name: str, stage: Callable[[Scene], T]) -> T:
    """What a stage gives, run now; a stage that was cut short counts the time of its last attempt only."""
    scene.progress(name, 0, 0, "")
    began = time.perf_counter()
    given = stage(scene)
    seconds = dict(scene.told.get("seconds", {}))
    if name not in seconds:
        seconds[name] = round(time.perf_counter() - began, 2)
        scene.remember("seconds", seconds)
    return given


def _write(scene: Scene) -> dict[str, Any]:
    summary = summarise(scene)
    write_report(scene.out, page(scene, summary))
    return summary


def _lines(scene: Scene, summary: dict[str, Any]) -> list[str]:
    from ledger.domain.money import Money
    from ledger.domain.money_text import format_money

    collection, invoice, hits = summary["collection"], summary["invoice"], score(summary["wild"])
    currency = invoice["currency"]
    paid = ", ".join(
        f"{party_name(each['payee'])} {format_money(Money(each['amount_minor'], currency))}"
        for each in summary["payouts"]
    )
    answers = [f"{each['outcome']} ({each['use']['units']:,} pieces)" for each in summary["decisions"]]
    return [
        f"{collection['name']}: {collection['size']} tiles drawn, marked, signed and fingerprinted",
        f"registered under one root {collection['root'][:18]}…, {collection['gas']:,} gas",
        f"asked three times: {', then '.join(answers)}",
        f"licence {summary['licence']['id'][:12]}… granted on chain, {summary['licence']['gas']:,} gas",
        f"scanned {len(summary['wild'])} wild pictures: {hits['found']} of {hits['ours']} found "
        f"({hits['proven']} proven), {hits['wrong']} taken for another tile, "
        f"{hits['false']} of {hits['strangers']} strangers matched",
        f"invoice {invoice['id'][:12]}…: {format_money(Money(invoice['total_minor'], currency))} for "
        f"{len(invoice['lines'])} lines, settled in {str(invoice['tx'])[:18]}…",
        f"paid out: {paid}",
        f"walk one tile back: {command(scene)}",
        f"open {scene.out / 'report.html'}",
    ]
