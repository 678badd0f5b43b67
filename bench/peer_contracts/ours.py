"""Our own contracts, called by the same accounts on the same chain."""

from __future__ import annotations

from bench.licences import Cloth, checked
from bench.peer_contracts.deployed import PRICE, YEAR, Stage
from ledger.chain import NATIVE, Invoice, Licence, Order, UnitReport

DESIGNS = 1_000
BATCH = 99


def measure(stage: Stage) -> dict[str, dict[str, int]]:
    chain, manager = stage.here.chain, stage.manager
    cloth = Cloth(stage.here, DESIGNS)
    chain.open_desk(manager)
    _ordered(stage, cloth, 0)  # what only the first sale of all pays: the payees' credits are opened
    free = [_granted(stage, cloth, 1, buyer) for buyer in (0, 1)]
    bought = _ordered(stage, cloth, 2)
    offered, until = _registered(stage), chain.clock() + YEAR
    return {
        "offer": {f"{DESIGNS:,} designs at once": offered, "each of them": round(offered / DESIGNS)},
        "free": {"first": free[0], "second": free[1]},
        "paid": {
            "first": bought[0],
            "second": bought[1],
            "first, by an invoice: issued, settled, granted": _invoiced(stage, cloth, 3),
        },
        "exclusive": {"first": _granted(stage, cloth, 4, 0, exclusive=True, until=until)},
        **_units(stage, cloth),
        "settle": _settled(stage),
    }


def _registered(stage: Stage) -> int:
    """A second collection: the first one of a creator opens no slot that a later one does not."""
    root = bytes(31) + b"\1"
    tx = stage.here.chain.register_collection(
        stage.manager, root=root, size=DESIGNS, terms_hash=bytes(31) + b"\2"
    )
    return tx.gas


def _granted(stage: Stage, cloth: Cloth, design: int, buyer: int, **content: object) -> int:
    return cloth.grant(_licence(stage, cloth, design, buyer, **content))


def _licence(stage: Stage, cloth: Cloth, design: int, buyer: int, **content: object) -> Licence:
    return cloth.licence(design, licensee=stage.buyers[buyer].address, **content)


def _ordered(stage: Stage, cloth: Cloth, design: int) -> list[int]:
    """One order of two licences, signed by the manager; each buyer completes it with their own money."""
    chain = stage.here.chain
    until = chain.clock() + YEAR
    order = Order(
        cloth.licence(design, until=until),
        PRICE,
        NATIVE,
        stage.here.split,
        closes=until,
        salt=stage.here.reference(),
        count=2,
        epoch=chain.order_epoch(stage.manager.address),
        anybody=True,
    )
    signed, proof = chain.sign_order(stage.manager, order), cloth.proof(design)
    return [
        chain.complete_order(buyer, signed, buyer.address, proof, index=index)[1].gas
        for index, buyer in enumerate(stage.buyers)
    ]


def _invoiced(stage: Stage, cloth: Cloth, design: int) -> int:
    invoice, paid = _paid(stage)
    return paid + _granted(stage, cloth, design, 0, invoice_id=invoice.id)


def _paid(stage: Stage) -> tuple[Invoice, int]:
    """An invoice of the manager's, settled by the first buyer; the gas of both."""
    chain, payer = stage.here.chain, stage.buyers[0]
    words = (stage.manager.address, payer.address, PRICE, NATIVE, 0, stage.here.split)
    invoice = Invoice(stage.here.reference(), *words)
    return invoice, chain.issue(stage.manager, invoice).gas + chain.settle(payer, invoice).gas


def _units(stage: Stage, cloth: Cloth) -> dict[str, dict[str, int]]:
    """Reports of units made under licences with a run, and the check of one of them."""
    chain, manager = stage.here.chain, stage.manager
    many = [_licence(stage, cloth, 100 + i, i % 2, run=50_000) for i in range(BATCH + 1)]
    for each in many:
        cloth.grant(each)
    one, *others = many
    first = chain.report_units(manager, UnitReport(one, 1_200, 50_000)).gas
    later = chain.report_units(manager, UnitReport(one, 300, 48_800)).gas
    batch = chain.report_batch(
        manager, [UnitReport(each, 1_000 + i, 50_000) for i, each in enumerate(others)]
    )
    return {
        "report": {"first": first, "later": later, f"each of {BATCH} in a batch": round(batch.gas / BATCH)},
        "check": {"isStanding": checked(cloth, one)},
    }


def _settled(stage: Stage) -> dict[str, int]:
    chain = stage.here.chain
    for _ in range(2):  # the second round is the usual one
        _, paid = _paid(stage)
        out = sum(chain.withdraw(stage.manager, NATIVE, payee).gas for payee in stage.payees)
    return {"pay in, invoice included": paid, "pay out to three": out, "together": paid + out}
