"""Following a chain that takes blocks back, refuses long ranges, and is read by two at a time."""

from __future__ import annotations

import threading

import pytest

from ledger.chain.errors import ChainUnavailableError, RpcError
from ledger.chain.node import RemoteNode
from ledger.follow import follow, state
from ledger.store import Store, chain_events


@pytest.fixture
def store(tmp_path):
    opened = Store.open(f"sqlite:///{tmp_path}/followed.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def remote(node, tell, tmp_path):
    made = tell(node("anvil"), tmp_path)
    made.register()
    yield made
    made.chain.close()


def how(store, story, depth=0):
    return state(store, lambda: story.chain, depth)


def told(store) -> list[tuple[str, str]]:
    with store.reading() as tx:
        return [(event.name, event.subject) for event in chain_events.events(tx)]


def on_chain(story) -> list[tuple[str, str]]:
    chain = story.chain
    events = chain.events(0, chain.block().number)
    return [(event.name, event.subject) for event in events]


def issue(story, *numbers: int) -> None:
    for number in numbers:
        story.chain.issue(story.manager, story.invoice(number))


def test_everything_is_read_once(remote, store):
    issue(remote, 1, 2)
    first = follow(store, remote.chain, 0)
    assert (first.events, first.taken_back, first.behind) == (3, 0, 0)
    assert follow(store, remote.chain, 0).events == 0
    issue(remote, 3)
    assert how(store, remote).behind == 1
    assert follow(store, remote.chain, 0).events == 1
    assert told(store) == on_chain(remote)
    with store.reading() as tx:
        (event,) = chain_events.events(tx, "PatternRegistry", "CollectionRegistered")
    assert event.arguments["collectionId"] == str(remote.collection_id)
    assert event.arguments["root"] == "0x" + remote.root.hex()


def test_nothing_above_the_depth_is_read(remote, store):
    issue(remote, 1, 2, 3)
    found = follow(store, remote.chain, 2)
    assert (found.behind, len(told(store))) == (2, 2)
    seen = how(store, remote, 2)
    assert (seen.behind, seen.head - seen.block, seen.confirmations) == (0, 2, 2)


def test_a_chain_that_does_not_answer_leaves_open_how_far_it_is(remote, store):
    def gone():
        raise ChainUnavailableError("gone")

    follow(store, remote.chain, 0)
    seen = state(store, gone, 0)
    assert (seen.head, seen.behind) == (None, None)
    assert seen.block == remote.chain.block().number


@pytest.mark.parametrize("depth", [5, 3])
def test_blocks_that_are_taken_back_take_their_events_along(remote, store, depth):
    issue(remote, 1, 2, 3, 4, 5, 6)
    assert how(store, remote).block is None
    follow(store, remote.chain, 0)
    before, before_fork = told(store), how(store, remote).block
    assert how(store, remote).last_reorganisation is None
    RemoteNode(remote.chain.url).rpc("anvil_reorg", depth, [])
    assert on_chain(remote) == before[:-depth]
    found = follow(store, remote.chain, 0)
    assert found.taken_back >= depth
    seen, last = how(store, remote), before_fork
    fork = seen.last_reorganisation
    assert (fork.block, fork.was, fork.events) == (last - depth, last, found.taken_back)
    assert told(store) == on_chain(remote) == before[:-depth]
    issue(remote, 7)  # hands over again what was thrown out
    follow(store, remote.chain, 0)
    assert sorted(told(store)) == sorted([*before, told(store)[-1]])
    assert told(store) == on_chain(remote)


def test_a_chain_that_is_shorter_for_a_while(remote, store):
    node = RemoteNode(remote.chain.url)
    point = node.rpc("evm_snapshot")
    issue(remote, 1, 2, 3, 4, 5)
    follow(store, remote.chain, 0)
    node.rpc("evm_revert", point)
    assert follow(store, remote.chain, 0).taken_back == 5
    assert told(store) == on_chain(remote)
    issue(remote, 9)
    assert follow(store, remote.chain, 0).events == 6  # the five are handed over again
    assert told(store) == on_chain(remote)


def test_ranges_shrink_until_the_node_takes_them(remote, store, monkeypatch):
    issue(remote, 1, 2, 3, 4)
    asked = []
    events = type(remote.chain).events

    def narrow(self, first, last):
        asked.append(last - first + 1)
        if last - first >= 2:
            raise RpcError("query returned more than 2 blocks")
        return events(self, first, last)

    monkeypatch.setattr(type(remote.chain), "events", narrow)
    follow(store, remote.chain, 0)
    assert max(asked) > 2
    monkeypatch.undo()
    assert told(store) == on_chain(remote)


def test_a_node_that_refuses_one_block_is_not_asked_for_ever(remote, store, monkeypatch):
    def refuse(self, first, last):
        raise RpcError("logs are pruned")

    monkeypatch.setattr(type(remote.chain), "events", refuse)
    with pytest.raises(RpcError, match="pruned"):
        follow(store, remote.chain, 0)
    assert told(store) == []


def test_killed_between_chunks_it_goes_on(remote, store, monkeypatch):
    issue(remote, 1, 2, 3, 4)
    monkeypatch.setattr("ledger.follow.MOST_BLOCKS", 3)
    calls = []

    def stop(block, _target):
        calls.append(block)
        if len(calls) == 2:
            raise ChainUnavailableError("gone")

    with pytest.raises(ChainUnavailableError):
        follow(store, remote.chain, 0, stop)
    assert told(store) != on_chain(remote)
    follow(store, remote.chain, 0)
    assert told(store) == on_chain(remote)


def test_a_block_that_is_replaced_while_it_is_read(remote, store, monkeypatch):
    issue(remote, 1, 2, 3)
    events, once = type(remote.chain).events, []

    def reorganised(self, first, last):
        found = events(self, first, last)
        if not once:
            once.append(1)
            RemoteNode(self.url).rpc("anvil_reorg", 2, [])
        return found

    monkeypatch.setattr(type(remote.chain), "events", reorganised)
    follow(store, remote.chain, 0)
    monkeypatch.undo()
    assert told(store) == on_chain(remote)
    assert len(told(store)) == 2  # the collection and the first invoice


def test_two_followers_count_nothing_twice(remote, store, monkeypatch):
    issue(remote, *range(1, 9))
    monkeypatch.setattr("ledger.follow.MOST_BLOCKS", 1)
    threads = [threading.Thread(target=follow, args=(store, remote.chain, 0)) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert told(store) == on_chain(remote)
