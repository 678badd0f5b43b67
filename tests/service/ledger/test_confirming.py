"""The files of a tile name the transaction that registered it, once that lies deep enough, and never after
the chain took it back.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from second_verifier import second_opinion

from ledger import confirming, copies, export, tending, verify
from ledger import manifests as repository
from ledger.confirmed import seen
from ledger.domain.errors import OrderError
from ledger.errors import ConflictError, UnknownError
from ledger.follow import follow
from ledger.proving import gather
from ledger.proving.bundle import Kind
from ledger.proving.bundle import read as read_bundle
from ledger.store import assets, entries, manifests
from ledger.verify import check_book
from ledger.workflows import Jobs, State
from provenance import verify as read
from provenance.lineage import lineage

PNG = "image/png"
DEEP = 2


def mine(ledger: Any, blocks: int = 1) -> None:
    for _ in range(blocks):
        ledger.chain().ask("evm_mine")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    """(ledger, collection, tile, other tile): registered, and confirmed below two more blocks."""
    with helpers.open(tmp_path_factory.mktemp("confirmed")) as ledger:
        helpers.people(ledger, "mill")
        collection, tiles = helpers.published(ledger, "first", 2, helpers.terms(price="0.00 TUSD"))
        assert confirming.confirm(ledger, collection, DEEP) is None
        with pytest.raises(OrderError, match="not confirmed"):
            confirming.tell(ledger, tiles[0])
        mine(ledger, DEEP)
        assert confirming.confirm(ledger, collection, DEEP) is not None
        confirming.tell(ledger, tiles[0])
        yield ledger, collection, *tiles


def test_the_book_says_where_the_chain_has_it(story: Any) -> None:
    ledger, collection, *_ = story
    again = confirming.confirm(ledger, collection, DEEP)
    assert confirming.confirm(ledger, collection, 50) == again  # asked to lie deeper now: it stands as it is
    with ledger.store.reading() as tx:
        said = confirming.of_collection(tx, collection)
        told = [each.kind for each in entries.about(tx, [collection])]
        registration = confirming.collections.registration(tx, collection)
    assert said == again
    assert [each for each in told if each.startswith("registration-")] == [confirming.CONFIRMED]
    receipt = ledger.chain().ask("eth_getTransactionReceipt", registration.tx)
    assert said is not None
    assert (said.transaction, said.block_hash) == (registration.tx, receipt["blockHash"])
    assert (said.block, said.contract) == (int(receipt["blockNumber"], 16), registration.registry)
    assert seen(said, registration.root, ledger.chain().ask)[0] is True


def test_the_file_is_another_one_and_the_registered_one_is_in_it(story: Any) -> None:
    ledger, _, tile, other = story
    registered, _proof = verify.export(ledger, tile)
    data, told = confirming.file(ledger, tile), confirming.tell(ledger, tile)
    assert hashlib.sha256(data).hexdigest() == told.file != hashlib.sha256(registered).hexdigest()
    assert confirming.tell(ledger, tile) == told
    assert confirming.file(ledger, other) == verify.export(ledger, other)[0]  # nobody told it yet
    credential = read(data, PNG, ledger.engines.trust)
    assert credential.update == told.manifest
    assert second_opinion(data, PNG, ledger.engines.trust)["validation_state"] == "Trusted"
    with ledger.store.reading() as tx:
        held = manifests.find(tx, told.manifest)
        entry = next(each for each in entries.about(tx, [tile]) if each.kind == confirming.TOLD)
        assert (
            assets.get(tx, tile).signed.sha256 == entry.body["of"] == hashlib.sha256(registered).hexdigest()
        )
    assert held is not None
    assert (held.asset, held.sha256) == (tile, told.store)
    assert lineage(data, PNG, ledger.engines.trust) == lineage(registered, PNG, ledger.engines.trust)


def test_both_files_verify_here_and_for_a_stranger_with_an_old_proof(story: Any) -> None:
    ledger, _, tile, _ = story
    registered, proof = verify.export(ledger, tile)
    data, engines = confirming.file(ledger, tile), ledger.engines
    for file in (registered, data):
        found = verify.verify(file, proof, engines.trust, engines.watermarker, ledger.chain(), ledger)
        assert [link.holds for link in found.links] == [True] * 7, found.links
        stranger = verify.verify(file, proof, engines.trust)
        assert stranger.ok
        assert verify.verify(file, None, engines.trust, ledger=ledger).asset == tile
    why = {link.name: link.why for link in verify.verify(data, proof, engines.trust).links}
    assert "with an update manifest" in why["file"]
    assert "its update names transaction 0x" in why["manifest"]
    asked = verify.verify(data, proof, engines.trust, rpc=ledger.chain().ask)
    assert {link.name: link.holds for link in asked.links}["chain"] is True
    check_book(ledger)


def test_a_bundle_proves_the_registered_file_as_before(story: Any) -> None:
    ledger, _, tile, _ = story
    bundle = read_bundle(gather.export(ledger, Kind.ASSET, tile))
    assert bundle.files["asset"] == verify.export(ledger, tile)[0]
    assert confirming.TOLD in {each.kind for each in bundle.entries}


def test_a_copy_that_is_kept_does_not_name_what_the_chain_may_take_back(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger, "mill", funded=["mill"])
    collection, (tile,) = helpers.published(ledger, "first", 1, helpers.terms())
    mine(ledger, DEEP)
    assert confirming.confirm(ledger, collection, DEEP) is not None
    copy = copies.copy(ledger, helpers.licensed(ledger, tile, "mill", helpers.use()).id)
    assert read(ledger.blobs.get(copy.sha256), PNG, ledger.engines.trust).confirmation is None


@pytest.mark.parametrize("form", export.FORMATS)
def test_a_file_made_later_says_it_in_its_own_claim(story: Any, form: str) -> None:
    ledger, collection, _, other = story
    data, mime = export.export(ledger, other, None, form)
    with ledger.store.reading() as tx:
        said = confirming.of_collection(tx, collection)
    credential = read(data, mime, ledger.engines.trust)
    assert (credential.confirmation, credential.update) == (said, None)
    assert second_opinion(data, mime, ledger.engines.trust)["validation_state"] == "Trusted"


def test_a_changed_pixel_breaks_it_and_a_strange_update_is_not_believed(story: Any) -> None:
    ledger, _, tile, other = story
    _, proof = verify.export(ledger, tile)
    data = confirming.file(ledger, tile)
    changed = data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]
    assert set(verify.verify(changed, proof, ledger.engines.trust).broken) >= {"file", "manifest"}
    assert not verify.verify(data, verify.export(ledger, other)[1], ledger.engines.trust).ok


@pytest.mark.parametrize(
    ("method", "answer", "holds"),
    [
        ("eth_chainId", "0x1", None),
        ("eth_getBlockByNumber", None, False),
        ("eth_getBlockByNumber", {"hash": "0x" + "00" * 32}, False),
        ("eth_getTransactionReceipt", None, False),
        ("eth_getTransactionReceipt", {"blockHash": "0x"}, False),
        ("eth_getTransactionReceipt", 7, False),
        ("eth_blockNumber", None, None),
    ],
)
def test_a_node_that_says_something_else_is_named(story: Any, method: str, answer: Any, holds: Any) -> None:
    ledger, _, tile, _ = story
    data, ask = confirming.file(ledger, tile), ledger.chain().ask

    def node(asked: str, *words: Any) -> Any:
        return answer if asked == method else ask(asked, *words)

    _, proof = verify.export(ledger, tile)
    found = verify.verify(data, proof, ledger.engines.trust, rpc=node)
    assert next(link.holds for link in found.links if link.name == "chain") is holds


def test_a_node_of_another_chain_takes_back_nothing_that_the_ledgers_own_holds(story: Any) -> None:
    ledger, _, tile, _ = story
    data, proof = confirming.file(ledger, tile), verify.export(ledger, tile)[1]
    asked = {"chain": ledger.chain(), "rpc": lambda *_: "0x1"}
    found = verify.verify(data, proof, ledger.engines.trust, **asked)
    (link,) = (each for each in found.links if each.name == "chain")
    assert (link.holds, "not on chain" in link.why) == (True, True)


@pytest.mark.parametrize(
    "odd",
    [
        {"data": "0x"},
        {"data": "0x" + "ff" * 200},
        {"data": "zz"},
        {"data": None},
        {"data": "0x" + "00" * 31 + "20" + "ff" * 32},
        {"third": "0x12"},
        {"third": None},
        {"third": "0x" + "ff" * 32},
    ],
    ids=str,
)
def test_a_log_that_cannot_be_read_leaves_the_link_open(story: Any, odd: dict[str, Any]) -> None:
    ledger, _, tile, _ = story
    data, ask = confirming.file(ledger, tile), ledger.chain().ask

    def made(log: Any) -> Any:
        if "third" in odd:
            return {**log, "topics": [*log["topics"][:2], odd["third"]]}
        return {**log, **odd}

    def node(asked: str, *words: Any) -> Any:
        found = ask(asked, *words)
        if asked != "eth_getTransactionReceipt":
            return found
        return {**found, "logs": [made(each) for each in found["logs"]]}

    _, proof = verify.export(ledger, tile)
    found = verify.verify(data, proof, ledger.engines.trust, rpc=node)
    (link,) = (each for each in found.links if each.name == "chain")
    assert (link.holds, "could not be asked" in link.why) == (None, True)


@pytest.mark.parametrize("change", ["logIndex", "address", "topics", "data", "status"])
def test_a_receipt_that_registers_something_else_is_refused(story: Any, change: str) -> None:
    ledger, _, tile, _ = story
    data, ask = confirming.file(ledger, tile), ledger.chain().ask
    other = {"logIndex": "0x5", "address": "0x" + "11" * 20, "topics": ["0x" + "00" * 32] * 3}

    def node(asked: str, *words: Any) -> Any:
        found = ask(asked, *words)
        if asked != "eth_getTransactionReceipt":
            return found
        if change == "status":
            return {**found, "status": "0x0"}
        if change == "data":
            other["data"] = "0x" + "77" * 32 + found["logs"][0]["data"][66:]
        return {**found, "logs": [{**each, change: other[change]} for each in found["logs"]]}

    _, proof = verify.export(ledger, tile)
    found = verify.verify(data, proof, ledger.engines.trust, rpc=node)
    (link,) = (each for each in found.links if each.name == "chain")
    assert (link.holds, "does not register" in link.why) == (False, True)


def test_what_the_chain_took_back_is_withdrawn_and_told_anew_when_it_is_back(
    ledger: Any, helpers: Any, tmp_path: Any
) -> None:
    helpers.people(ledger)
    collection, (tile,) = helpers.published(ledger, "first", 1, helpers.terms())
    mine(ledger, DEEP)
    assert confirming.confirm(ledger, collection, DEEP) is not None
    first, stale = confirming.tell(ledger, tile), confirming.file(ledger, tile)
    registered, proof = verify.export(ledger, tile)
    with ledger.store.reading() as tx:
        said = confirming.of_collection(tx, collection)
    raw = ledger.chain().ask("eth_getRawTransactionByHash", said.transaction)
    ledger.chain().ask("anvil_reorg", DEEP + 1, [])  # the transaction is in none of the new blocks

    assert confirming.due(ledger) == ()  # nobody looked yet
    follow(ledger.store, ledger.chain(), DEEP)
    assert confirming.due(ledger) == (collection,)
    assert confirming.confirm(ledger, collection, DEEP) is None
    assert confirming.due(ledger) == ()
    assert confirming.file(ledger, tile) == registered
    with pytest.raises(UnknownError):
        repository.get(ledger, first.manifest, everything=True)
    with pytest.raises(ConflictError, match="withdrawn"):
        repository.keep(ledger, ledger.blobs.get(first.store), "somebody")
    found = verify.verify(stale, proof, ledger.engines.trust, rpc=ledger.chain().ask)
    assert found.broken == ("chain",)
    with pytest.raises(OrderError, match="not confirmed"):
        confirming.tell(ledger, tile)
    assert read(export.export(ledger, tile, None, "png")[0], PNG, ledger.engines.trust).confirmation is None

    ledger.chain().ask("eth_sendRawTransaction", raw)
    mine(ledger, DEEP + 1)
    again = confirming.confirm(ledger, collection, DEEP)
    assert again is not None
    assert (again.transaction, again.block_hash) != (said.transaction, said.block_hash)
    assert again.transaction == said.transaction
    second = confirming.tell(ledger, tile)
    assert second.manifest != first.manifest
    assert repository.get(ledger, second.manifest).asset == tile
    assert read(confirming.file(ledger, tile), PNG, ledger.engines.trust).confirmation == again
    with ledger.store.reading() as tx:
        told = [each.kind for each in entries.about(tx, [collection]) if each.kind.startswith("registration")]
    assert told == [confirming.CONFIRMED, confirming.WITHDRAWN, confirming.CONFIRMED]
    found = verify.verify(
        confirming.file(ledger, tile), None, ledger.engines.trust, None, ledger.chain(), ledger
    )
    assert found.ok
    assert helpers.rebuilt(ledger, tmp_path) == []


def test_tending_confirms_by_itself(ledger: Any, helpers: Any, tmp_path: Any) -> None:
    helpers.people(ledger)
    _, tiles = helpers.published(ledger, "first", 2, helpers.terms())
    jobs, asked = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True), dict[str, str]()

    def submit(kind: str, arguments: Any, turn: str) -> str:
        return asked.setdefault(kind, jobs.submit(kind, arguments, turn))

    tending.tend(ledger, DEEP, submit, "too early")
    assert asked == {}
    mine(ledger, DEEP)
    tending.tend(ledger, DEEP, submit, "deep enough")
    done = jobs.wait(asked["confirm"])
    assert (done.state, done.result["tiles"]) == (State.DONE, 2)
    assert all(read(confirming.file(ledger, tile), PNG, ledger.engines.trust).update for tile in tiles)
    assert confirming.due(ledger) == ()
    jobs.close()
