"""Relations that must come to an end: part of, included in, inherits from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ledger.domain.policy.errors import CycleError, TooLargeError

MAX_REACH = 1_000
_SHOWN = 6


def closure(start: str, next_of: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """`start` and everything reached from it. Raises TooLargeError for more than MAX_REACH."""
    found, pending = {start}, [start]
    while pending:
        for each in next_of(pending.pop()):
            if each not in found:
                found.add(each)
                pending.append(each)
        if len(found) > MAX_REACH:
            raise TooLargeError(start, f"leads to more than {MAX_REACH} others; shorten the chain")
    return frozenset(found)


def require_acyclic(edges: Mapping[str, Iterable[str]], relation: str) -> None:
    """Raises CycleError, naming the members, when `edges` lead back to where they began."""
    done: set[str] = set()
    for start in edges:
        _descend(start, edges, relation, done)


def _descend(start: str, edges: Mapping[str, Iterable[str]], relation: str, done: set[str]) -> None:
    # Without recursion: a chain may be as long as its author likes.
    path: dict[str, None] = {}
    pending = [(start, False)]
    while pending:
        node, leaving = pending.pop()
        if leaving:
            del path[node]
            done.add(node)
        elif node in path:
            raise _circle([*path], node, relation)
        elif node not in done:
            path[node] = None
            pending.append((node, True))
            pending.extend((each, False) for each in edges.get(node, ()))


def _circle(path: list[str], node: str, relation: str) -> CycleError:
    members = path[path.index(node) :]
    shown = [*members[:_SHOWN], *(["..."] if len(members) > _SHOWN else []), node]
    return CycleError(
        relation, f"{' -> '.join(shown)} is a circle; remove one of these {relation} statements"
    )
