"""One book in Solidity, one in Python, the same random calls to both: every answer must be the same.

The contract is shown the pages of the Python book, so its hashes hold the pages together.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ledger.chain import Leaf, Licence, keccak
from ledger.chain.codec import Contract
from ledger.chain.errors import RpcError
from ledger.chain.page_calls import page_id
from ledger.chain.reverts import explain
from ledger.domain.book import NO_END, BookError, Collection, LicenceBook, Report, page_words

CALLS = 300
PEOPLE = tuple("0x" + (f"{digit}" * 40) for digit in (1, 2, 3, 4))  # no letters: checksummed as they are
COUNTRIES = (1, 2, 3, 6, 2**256 - 1)


@dataclass
class Both:
    """The two books over one collection, and every licence there is as it is now."""

    story: Any
    drawn: random.Random
    leaves: tuple[Leaf, ...]
    now: int

    def __post_init__(self) -> None:
        chain = self.story.chain
        self.node, self.creator, self.cid = chain._node, self.story.manager.address, self.story.collection_id
        self.contract = Contract("LicenceBook", chain.deployment["LicenceBook"])
        members = frozenset(self._licence(0, leaf=leaf).book.asset for leaf in self.leaves)
        self.pure = LicenceBook({self.cid: Collection(int(self.creator, 16), members)})
        self.pure.product_counts[int(self.creator, 16)] = 0
        self.known: list[Licence] = []
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    # -- calls

    def grant(self) -> None:
        number, draw = len(self.known) + self.drawn.choice([0, 0, 0, -1]), self.drawn
        leaf = draw.choice([*self.leaves, *self.leaves, None, Leaf(9, bytes([9]) * 32, 9)])
        licence = self._licence(number, leaf=leaf, exclusive=draw.random() < 0.25)
        if licence.exclusive:  # for good, soon nothing more would be granted
            licence = replace(licence, until=min(licence.until, max(licence.start, self.now) + 60))
        sender = draw.choice([*5 * [self.creator], PEOPLE[3]])
        pages = [self._words(licence, each) for each in (leaf.asset_id if leaf else None, None)]
        if leaf is None:
            everyone = sorted(self.leaves, key=lambda each: each.hash)
            shown = [
                ((x.asset_id, x.content_hash, x.mark_id), self._words(licence, x.asset_id)) for x in everyone
            ]
            call = ("grantWhole", licence.reference, licence.words, shown, pages[1])
        else:
            proof = [each.hash for each in self.leaves if each != leaf][:1]
            call = ("grantForAsset", licence.reference, licence.words, proof, *pages)
        if self._agree(sender, call, self.pure.grant, _number(licence), licence.book, self.now):
            self.known.append(licence)

    def sublicense(self) -> None:
        parent, draw = draw_one(self.known, self.drawn), self.drawn
        held = self.pure.held[_number(parent)]
        root, branches = self.pure.lineage_below(_number(parent), held.licence)
        placed = {"parent": parent.id, "root": root.to_bytes(32, "big"), "branches": branches}
        if draw.random() < 0.05:
            placed["branches"] ^= 1 << 20
        child = replace(
            parent,
            reference=keccak(b"%d" % len(self.known)),
            licensee=draw.choice(PEOPLE),
            exclusive=draw.random() < 0.05,
            transferable=parent.transferable and draw.random() < 0.5,
            overage=parent.overage and parent.run > 0 and draw.random() < 0.9,
            run=draw.choice([0, 1, parent.run // 3, parent.run]),
            depth=max(0, parent.depth - draw.choice([1, 1, 1, 2, 0])),
            until=min(NO_END, parent.until + draw.choice([0, 0, 0, -5, 5])),
            territories=parent.territories & draw.choice(COUNTRIES) or draw.choice(COUNTRIES),
            leaf=parent.leaf or draw.choice([None, *self.leaves]),
            invoice_id=bytes(32),
            **placed,
        )
        proof = [each.hash for each in self.leaves if each != child.leaf][:1]
        call = ("sublicense", parent.id, parent.words, child.reference, child.words, proof)
        pair = (_number(parent), parent.book)
        sender = draw.choice([*4 * [parent.licensee], PEOPLE[0]])
        if self._agree(sender, call, self.pure.sublicense, pair, _number(child), child.book, self.now):
            self.known.append(child)

    def change(self) -> None:
        licence = draw_one(self.known, self.drawn)
        what = self.drawn.choice(["suspend", "resume", "resume", "revoke"])
        above = next((each for each in self.known if each.id == licence.parent), None)
        parent = above if self.drawn.random() < 0.5 else None
        sender = parent.licensee if parent and self.drawn.random() < 0.9 else self.creator
        call = (what, licence.id, licence.words, [parent.words] if parent else [])
        arguments = (_number(licence), licence.book, parent.book if parent else None)
        self._agree(sender, call, getattr(self.pure, what), *arguments)

    def release(self) -> None:
        licence = draw_one([each for each in self.known if each.exclusive] or self.known, self.drawn)
        page = self._words(licence, licence.leaf.asset_id if licence.leaf else None)
        call = ("release", licence.id, licence.words, page)
        self._agree(
            PEOPLE[0], call, lambda _, *rest: self.pure.release(*rest), _number(licence), licence.book
        )

    def end_sublicences(self) -> None:
        licence = draw_one(self.known, self.drawn)
        call = ("endSublicences", licence.id, licence.words)
        self._agree(licence.licensee, call, self.pure.end_sublicences, _number(licence), licence.book)

    def transfer(self) -> None:
        place = self.drawn.randrange(len(self.known))
        licence, to = self.known[place], self.drawn.choice(PEOPLE)
        call = ("transfer", licence.id, licence.words, to)
        arguments = (_number(licence), licence.book, int(to, 16), self.now)
        if self._agree(licence.licensee, call, self.pure.transfer, *arguments):
            self.known[place] = replace(licence, licensee=to)

    def report(self) -> None:
        licence, units = draw_one(self.known, self.drawn), self.drawn.choice([0, 1, 2, 7, 40])
        left = self.pure.held[_number(licence)].left + self.drawn.choice([0, 0, 0, 0, 1])
        sender = self.drawn.choice([licence.licensee, self.creator, PEOPLE[3]])
        call = ("report", licence.id, licence.words, units, left)
        self._agree(sender, call, self.pure.report, licence.book, Report(_number(licence), units, left))

    def report_batch(self) -> None:
        tops = [each for each in self.known if each.parent == bytes(32)]
        chosen = self.drawn.sample(tops, min(3, len(tops)))
        reports = [
            Report(_number(each), self.drawn.choice([1, 5]), self.pure.held[_number(each)].left)
            for each in chosen
        ]
        rows = [(each.reference, row.units, row.left) for each, row in zip(chosen, reports, strict=True)]
        self._agree(self.creator, ("reportBatch", self.cid, rows), self.pure.report_batch, self.cid, reports)

    # -- comparing

    def compare(self) -> None:
        """Everything either book can be asked."""
        for licence in self.known:
            number = _number(licence)
            held = self.pure.held[number]
            assert held.licence == licence.book
            state, left, branch, content = self._view("recordOf", licence.id)
            assert (state, left, branch) == (self.pure.state(number), held.left, held.branch)
            assert content == licence.content_hash
            assert self._view("suspendedBy", licence.id) == (held.suspended, held.withheld)
            active = self.pure.is_active(number, licence.book, self.now)
            assert self._view("isActive", licence.id, licence.words) == (active,)
            assert self._view("isStanding", licence.id, licence.standing, licence.deal_hash) == (active,)
        for root, tree in self.pure.trees.items():
            assert self._view("trees", root.to_bytes(32, "big")) == (tree.opened | tree.cut,)
        for each in (None, *(leaf.asset_id for leaf in self.leaves)):
            words = page_words(self.pure.pages.get((self.cid, each), ()))
            shown = keccak(b"".join(word.to_bytes(32, "big") for word in words)) if words else bytes(32)
            assert self._view("pages", page_id(self.cid, each)) == (shown,)

    def _agree(self, sender: str, call: tuple[Any, ...], pure: Any, *arguments: Any) -> bool:
        """Whether both did it; both must give the same answer, the name of the refusal included."""
        self.asked[call[0]] += 1
        try:
            pure(int(sender, 16), *arguments)
            here = "done"
        except BookError as error:
            here = error.name
            self.refused[here] += 1
        there = self._send(sender, *call)
        assert there == here, (call[0], there, here)
        return here == "done"

    def _send(self, sender: str, function: str, *arguments: Any) -> str:
        request = {
            "from": sender,
            "to": self.contract.address,
            "data": self.contract.encode(function, *arguments),
        }
        self.node.rpc("evm_setNextBlockTimestamp", self.now)
        sent = self.node.rpc("eth_sendTransaction", {**request, "gas": hex(5_000_000), "gasPrice": "0x0"})
        while (receipt := self.node.rpc("eth_getTransactionReceipt", sent)) is None:
            time.sleep(0.001)  # the answer can come before the block
        if receipt["status"] == "0x1":
            return "done"
        with pytest.raises(RpcError) as refused:
            self.node.rpc("eth_call", request, receipt["blockNumber"])
        return str(getattr(explain(refused.value, function), "name", refused.value))

    def _view(self, function: str, *arguments: Any) -> tuple[Any, ...]:
        request = {"to": self.contract.address, "data": self.contract.encode(function, *arguments)}
        answer = self.node.rpc("eth_call", request, "latest")
        return self.contract.decode(function, bytes.fromhex(answer[2:]))

    # -- drawing

    def _licence(self, number: int, **content: Any) -> Licence:
        draw = self.drawn
        start = draw.choice([0, 0, self.now + draw.randrange(200)])
        drawn = {
            "licensee": draw.choice(PEOPLE),
            "start": start,
            "until": draw.choice([NO_END, *3 * [max(start, self.now) + draw.randrange(300)], self.now + 50]),
            "territories": draw.choice([*3 * COUNTRIES, 0]),
            "products": draw.choice([*3 * [2**256 - 1], *6 * [1, 2], 4]),
            "run": draw.choice([0, 20, 100]),
            "depth": draw.choice([0, 3, 3, 30, 30, 247, 248]),
            "transferable": draw.random() < 0.2,
            "overage": draw.random() < 0.2,
        }
        return self.story.licence(0, **{**drawn, "reference": keccak(b"%d" % number), **content})

    def _words(self, licence: Licence, asset_id: int | None) -> list[int]:
        return page_words(self.pure.pages.get((licence.collection_id, asset_id), ()))


def draw_one(items: list[Licence], drawn: random.Random) -> Licence:
    return items[drawn.randrange(len(items))]


def _number(licence: Licence) -> int:
    return int.from_bytes(licence.id, "big")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_books_give_the_same_answers(seed, node, tell, tmp_path):
    url = node("anvil", "--auto-impersonate", "--block-base-fee-per-gas", "0", "--gas-price", "0")
    story = tell(url, tmp_path)
    story.register()
    chain = story.chain
    chain.number_products(story.manager, ["wallpaper", "fabric"])
    leaves = (story.leaf, Leaf(6, b"\x02" * 32, 78))
    both = Both(story, random.Random(seed), leaves, chain.clock() + 100)
    both.pure.product_counts[int(story.manager.address, 16)] = 2
    rest = [both.sublicense, both.sublicense, both.change, both.report, both.report, both.report_batch]
    rest += [both.transfer, both.release, both.end_sublicences]
    for turn in range(CALLS):
        both.now += both.drawn.choice([1, 1, 1, 5, 40])
        call = both.grant if not both.known or both.drawn.random() < 0.35 else both.drawn.choice(rest)
        call()
        if turn % 25 == 24:
            both.compare()
    chain.close()
    assert len(both.asked) == 11, both.asked
    assert len(both.refused) > 12, both.refused
    assert len(both.known) > 20
