"""Gas of the licence book on the embedded devnet: grants, sublicences, reports, and checks however deep."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.gas import Scene, prove, scene, tree
from ledger.chain import Leaf, Licence, UnitReport, collection_id, keccak
from ledger.chain.encoding import to_hex
from ledger.chain.licences import NO_LICENCE

SIZES = (1, 128, 1_000, 10_000)
USUAL = 128
YEAR = 31_536_000
BATCH = 100
DEEP = 50


class Cloth:
    """A registered collection of `size` designs, and licences of them with the usual contents."""

    def __init__(self, here: Scene, size: int) -> None:
        self.here, self.chain, self.manager = here, here.chain, here.manager
        self.leaves = [Leaf(2**100 + i, keccak(b"%d of %d" % (i, size)), i) for i in range(size)]
        self.layers = tree([leaf.hash for leaf in self.leaves])
        root = self.layers[-1][0]
        self.chain.register_collection(
            self.manager, root=root, size=size, terms_hash=keccak(b"collection terms")
        )
        self.id = collection_id(self.manager.address, root)

    def licence(self, member: int, **content: Any) -> Licence:
        licensee = content.pop("licensee", self.here.payer.address)
        reference = keccak(self.here.reference())[:16].rjust(32, b"\0")
        return Licence(reference, self.id, self.leaves[member], licensee, keccak(b"terms"), **content)

    def grant(self, licence: Licence) -> int:
        return self.chain.grant(self.manager, licence, prove(self.layers, licence.leaf.hash)).gas

    def proof(self, member: int) -> tuple[bytes, ...]:
        return prove(self.layers, self.leaves[member].hash)

    def furthest(self, count: int) -> list[int]:
        """Designs with the longest proofs, as many as there are up to `count`, of the first hundred."""
        return sorted(range(min(100, len(self.leaves))), key=self._distance, reverse=True)[:count]

    def _distance(self, member: int) -> int:
        return len(self.proof(member))

    def paid(self) -> bytes:
        invoice = self.here.invoice("0x" + 40 * "0")
        self.chain.issue(self.manager, invoice)
        self.chain.settle(self.here.payer, invoice)
        return invoice.id


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = scene(Path(folder))
        try:
            figures = {"licence": {f"of {size} designs": firsts(Cloth(here, size)) for size in SIZES}}
            cloth = Cloth(here, USUAL + 1)
            figures |= {**grants(cloth), **reports(cloth), **trees(cloth), "whole": wholes(here)}
        finally:
            here.chain.close()
    print(json.dumps(figures))


def firsts(cloth: Cloth) -> dict[str, int]:
    """Worldwide, any product: the first three licences of a design, each to somebody else; a paid first one.

    Of the designs that are furthest from the root: most are, and none costs more.
    """
    payees, (one, *others) = cloth.here.split.payees, cloth.furthest(2)
    first, second, third = (cloth.grant(cloth.licence(one, licensee=payees[i])) for i in range(3))
    figures = {"first of a design": first, "second": second, "third": third}
    for other in others:
        figures["first of a design, paid"] = cloth.grant(cloth.licence(other, invoice_id=cloth.paid()))
    return figures


def grants(cloth: Cloth) -> dict[str, Any]:
    """Exclusive grants, paid ones, and ones beside many others."""
    until = cloth.chain.clock() + YEAR
    exclusive = {"first of a design": cloth.grant(cloth.licence(3, exclusive=True, until=until))}
    for country in range(15):
        content = {"exclusive": True, "until": until, "territories": 1 << country}
        last = cloth.grant(cloth.licence(4, **content))
    exclusive["16th of a design"] = last
    exclusive["first, paid"] = cloth.grant(
        cloth.licence(6, exclusive=True, until=until, invoice_id=cloth.paid())
    )
    beside = cloth.licence(4, territories=1 << 100, until=until)
    special = {"first, paid": cloth.grant(cloth.licence(2, invoice_id=cloth.paid()))}
    special["beside 15 exclusive ones"] = cloth.grant(beside)
    return {"licence, special": special, "exclusive": exclusive}


def wholes(here: Scene) -> dict[str, int]:
    """A licence for a whole collection, of which every tenth design is licensed."""
    figures = {}
    for size in (10, 100):
        cloth = Cloth(here, size)
        for member in range(0, size, 10):
            cloth.grant(cloth.licence(member, until=cloth.chain.clock() + YEAR))
        licence = replace(cloth.licence(0), leaf=None)
        figures[f"of {size} designs"] = cloth.chain.grant_whole(cloth.manager, licence, cloth.leaves).gas
    return figures


def reports(cloth: Cloth) -> dict[str, Any]:
    """Units by the creator, by the licensee, and in a batch, per report."""
    many = [cloth.licence(10 + i, run=50_000) for i in range(BATCH)]
    for each in many:
        cloth.grant(each)
    one = many[0]
    report = {
        "first, by the creator": cloth.chain.report_units(cloth.manager, UnitReport(one, 1_200, 50_000)).gas,
        "later, by the creator": cloth.chain.report_units(cloth.manager, UnitReport(one, 300, 48_800)).gas,
        "by the licensee": cloth.chain.report_units(cloth.here.payer, UnitReport(one, 77, 48_500)).gas,
        "alone in a batch": cloth.chain.report_batch(cloth.manager, [UnitReport(one, 3, 48_423)]).gas,
    }
    rest = [UnitReport(each, 1_000 + i, 50_000) for i, each in enumerate(many[1:])]
    whole = cloth.chain.report_batch(cloth.manager, rest).gas
    return {"report": {**report, f"each of {len(rest)} in a batch": whole / len(rest)}}


def trees(cloth: Cloth) -> dict[str, Any]:
    """A chain of sublicences DEEP levels down: what each costs, and what it costs to check and to cut it."""
    payer, until = cloth.here.payer, cloth.chain.clock() + YEAR
    above = cloth.licence(0, depth=DEEP, run=10**6, until=until)
    cloth.grant(above)
    chain, root, given = cloth.chain, above, []
    for level in range(DEEP):
        content = replace(above, reference=keccak(bytes([level])), depth=DEEP - level - 1, run=10**6 - level)
        below = chain.sublicence(above, replace(content, parent=NO_LICENCE))
        given.append(chain.sublicense(payer, above, below).gas)
        above = below
    check = {"root": checked(cloth, root), f"depth {DEEP}": checked(cloth, above)}
    full = {f"whole licence, depth {DEEP}": checked(cloth, above, whole=True)}
    figures = {"sublicence": {"first": given[0], "deepest": given[-1]}, "check": {**check, **full}}
    changes = {
        f"suspend, {DEEP} levels below": chain.suspend(cloth.manager, root).gas,
        f"resume, {DEEP} levels below": chain.resume(cloth.manager, root).gas,
        f"revoke, {DEEP} levels below": chain.revoke(cloth.manager, root).gas,
    }
    if chain.licence_valid(above):
        raise SystemExit("a licence outlived the one above it")
    return {**figures, "change": changes}


def checked(cloth: Cloth, licence: Licence, *, whole: bool = False) -> int:
    """Gas of a transaction that only checks, its 21,000 and its calldata included."""
    if not cloth.chain.licence_valid(licence):
        raise SystemExit("the licence to check does not hold")
    book = cloth.chain._contract("LicenceBook")
    brief = book.encode("isStanding", licence.id, licence.standing, licence.deal_hash)
    data = book.encode("isActive", licence.id, licence.words) if whole else brief
    request = {"from": cloth.manager.address, "to": book.address, "data": data}
    receipt = cloth.chain._sender.send(cloth.manager, _call(data, book.address))
    if to_hex(b"\1".rjust(32, b"\0")) != cloth.chain._node.rpc("eth_call", request, "latest"):
        raise SystemExit("the check says no")
    return int(receipt["gasUsed"], 16)


def _call(data: str, to: str) -> Any:
    from ledger.chain.sender import Call

    return Call("check-licence", data, to)


if __name__ == "__main__":
    main()
