"""The files of a log: their names, which ones there are, and where a subtree is in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.errors import LogError
from ledger.domain.log.tiles import Tile, bundle, holder, new_tiles, parse_path, parse_tile, subtree
from ledger.domain.log.tree import Hash, leaf_hash, node_hash, root

COUNT = 700
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(COUNT)]


def test_names_are_those_of_the_specification() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(2, 0, 1).path == "tile/2/000.p/1"
    assert Tile(0, 5, 12, entries=True).path == "tile/entries/005.p/12"


@given(st.integers(0, 63), st.integers(0, 10**18), st.integers(1, 256), st.booleans())
def test_names_are_read_as_they_are_written(level: int, number: int, width: int, entries: bool) -> None:
    tile = Tile(0 if entries else level, number, width, entries)
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    ["", "tile/0", "tile/0/1", "tile/00/001", "tile/64/001", "tile/0/001.p/0", "tile/0/001.p/256",
     "tile/0/x000/001", "tile/0/001.p/257", "tile/0/../001", "tile/0/001/", "tile/entries/x001"],
)  # fmt: skip
def test_what_names_no_tile_is_refused(path: str) -> None:
    with pytest.raises(LogError):
        parse_path(path)


def test_a_log_of_70000_has_the_tiles_of_the_example() -> None:
    tiles = list(new_tiles(0, 70_000))
    assert [sum(each.level == level and each.width == 256 for each in tiles) for level in range(3)] == [
        273,
        1,
        0,
    ]
    assert [(each.level, each.width) for each in tiles if each.width < 256] == [(0, 112), (1, 17), (2, 1)]
    assert [each.path for each in new_tiles(0, 256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(new_tiles(0, 0)) == []


@given(st.integers(0, COUNT), st.integers(0, COUNT))
def test_a_root_is_read_from_the_tiles_of_its_size(some: int, more: int) -> None:
    old, new = sorted((some, more))
    kept = {each.path: _made(each) for each in (*new_tiles(0, old), *new_tiles(old, new))}

    def read(level: int, index: int) -> Hash:
        tile, start, end = holder(level, index, new)
        return subtree(parse_tile(kept[tile.path], tile)[start:end])

    assert root(read, new) == root(_node, new)


def test_a_tile_of_another_width_is_refused() -> None:
    with pytest.raises(LogError, match="64 bytes, not 32"):
        parse_tile(bytes(64), Tile(0, 0, 1))


def test_entries_go_after_their_lengths() -> None:
    assert bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"


def _made(tile: Tile) -> bytes:
    first = tile.number * 256
    return b"".join(_node(tile.level * 8, index) for index in range(first, first + tile.width))


def _node(level: int, index: int) -> Hash:
    if level == 0:
        return LEAVES[index]
    return node_hash(_node(level - 1, 2 * index), _node(level - 1, 2 * index + 1))
