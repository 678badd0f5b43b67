"""DBOS, and nothing else of ours: queues, one workflow, durable steps. The only importer of dbos.

DBOS runs once per process. Its workflow takes the id of an operation and hands it, with its own id, to the
`body` given to `launch`; a body that raises no Exception is done, one cut short by a BaseException stays
pending.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions

from ledger.store.engine import make_engine, translated

APPLICATION = "selvage"
VERSION = "1"  # fixed, so that a newer program finishes what an older one began; raise it when steps change
WORKFLOW = "operation"
QUEUE_POLL_SECONDS = 0.2
LOST = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

_body: Callable[[str, str], None] | None = None
_migrating = threading.Lock()


class Closing(BaseException):
    """This process is closing; whoever executes next goes on: past `Exception`, DBOS leaves work pending."""


class Client:
    """Puts operations into queues and asks what became of them, without running any."""

    def __init__(self, url: str) -> None:
        with translated():
            _migrate(url)
            self._client = DBOSClient(system_database_url=url, application_name=APPLICATION)

    def enqueue(self, workflow_id: str, queue: str, operation: str) -> None:
        """Queue a workflow; an id that is known already is left as it is."""
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": queue,
            "workflow_id": workflow_id,
            "app_version": VERSION,
        }
        with translated():
            self._client.enqueue(options, operation)

    def lost(self, workflow_id: str) -> str | None:
        """The state of a workflow that ended without its body knowing, or that was never queued."""
        with translated():
            found = self._client.list_workflows(
                workflow_ids=[workflow_id], load_input=False, load_output=False
            )
        if not found:
            return "UNKNOWN"
        return found[0].status if found[0].status in LOST else None

    def close(self) -> None:
        self._client.destroy()


def launch(url: str, executor: str, queues: Sequence[str], body: Callable[[str, str], None]) -> None:
    """Run queued workflows in this process, those left over by `executor` first; per queue, one at a time."""
    global _body
    _body = body
    with translated():
        DBOS(config=_config(url, executor))
        DBOS.launch()
        for queue in queues:
            DBOS.register_queue(queue, global_concurrency=1, polling_interval_sec=QUEUE_POLL_SECONDS)


def stop() -> None:
    """Stop running workflows here. Those that are pending are gone on with after the next launch."""
    global _body
    DBOS.destroy()
    _body = None


def step(name: str, work: Callable[[], Any]) -> Any:
    """What `work` returns, kept: when the workflow is run again after a crash, it is not called again."""
    with translated():
        return DBOS.run_step({"name": name}, work)


@DBOS.workflow(name=WORKFLOW)
def _workflow(operation: str) -> None:
    if _body is None:
        raise Closing
    _body(operation, str(DBOS.workflow_id))


def _migrate(url: str) -> None:
    with _migrating:
        if url.startswith("sqlite:///"):
            _write_ahead(url)
        DBOS.migrate(url)


def _write_ahead(url: str) -> None:
    """Without a write-ahead log, who stands still while reading keeps all others from queueing."""
    engine = make_engine(url)
    try:
        engine.connect().close()
    finally:
        engine.dispose()


def _config(url: str, executor: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": executor,
        "log_level": "CRITICAL",  # what fails is told by the operation itself
        "enable_otlp": False,
        "notification_listener_polling_interval_sec": QUEUE_POLL_SECONDS,
    }
