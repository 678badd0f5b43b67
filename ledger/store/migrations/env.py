"""Run by Alembic, with the connection that `ledger.store.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import ledger.store.chain_tables
import ledger.store.log_tables
import ledger.store.production_tables
import ledger.store.studio_tables
import ledger.store.tables
import ledger.store.token_tables
import ledger.store.trade_tables  # noqa: F401 (they are imported for the tables they define)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
