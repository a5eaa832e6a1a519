"""What Alembic runs for a migration; the connection and its transaction belong to the caller."""

from alembic import context

from kiosk.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite's ALTER TABLE cannot change a column; batch mode copies the table instead.
    render_as_batch=True,
)
context.run_migrations()
