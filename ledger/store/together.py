"""Changes of several callers, written in one transaction: what waits for the disk waits together.

A caller hands in an item and waits. Whoever gets its turn to write takes every item that waits, so while one
transaction is written to the disk the next one gathers. An item that is refused spoils no other: the others
are then written one by one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ledger.store.store import Tx

Item = TypeVar("Item")
Kept = TypeVar("Kept")
Work = Callable[["Tx", Sequence[Any]], Sequence[Any]]


class Together:
    """`transaction` opens one that writes; `write` is safe between threads."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Tx]]) -> None:
        self._transaction = transaction
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._waiting: list[tuple[Work, Any, Future[Any]]] = []

    def write(self, work: Callable[[Tx, Sequence[Item]], Sequence[Kept]], item: Item) -> Kept:
        """What `work` answers for `item`, once it is committed. Raises what `work` raises for it alone.

        `work` is given items of several callers, answers one for each, and may be called again where its
        transaction was undone.
        """
        future: Future[Kept] = Future()
        with self._guard:
            self._waiting.append((work, item, future))
        with self._turn:
            if not future.done():
                self._write_all()
        return future.result()

    def _write_all(self) -> None:
        with self._guard:
            taken, self._waiting = self._waiting, []
        try:
            self._commit(taken)
        except BaseException as error:  # noqa: BLE001 -- raised where each item came from
            if isinstance(error, Exception) and len(taken) > 1:
                for each in taken:
                    self._alone(each)
                return
            for _, _, future in taken:
                future.set_exception(error)

    def _alone(self, taken: tuple[Work, Any, Future[Any]]) -> None:
        try:
            self._commit([taken])
        except BaseException as error:  # noqa: BLE001 -- raised where the item came from
            taken[2].set_exception(error)

    def _commit(self, taken: Sequence[tuple[Work, Any, Future[Any]]]) -> None:
        works = dict.fromkeys(work for work, _, _ in taken)
        answers: list[tuple[Future[Any], Any]] = []
        with self._transaction() as tx:
            for work in works:
                mine = [(item, future) for each, item, future in taken if each == work]
                kept = work(tx, [item for item, _ in mine])
                answers += zip((future for _, future in mine), kept, strict=True)
        for future, answer in answers:
            future.set_result(answer)
