"""How a revision is run: on the connection it is given, else on the database of ``alembic -x url=…``.

``rehab_tracker.storage.revisions`` holds the transaction, the lock and what is secured afterwards, for both ways.
"""

from alembic import context
from sqlalchemy import Connection

from rehab_tracker.storage.database import Base, open_engine
from rehab_tracker.storage.revisions import revising


def run_on(connection: Connection) -> None:
    """Run what was asked for, within the transaction that the connection is in."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite can't change most of a table; Alembic then makes it anew.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_by_hand() -> None:
    """Run what was asked for on the command line of Alembic itself."""
    said = context.get_x_argument(as_dictionary=True)
    context.config.attributes["lose_data"] = "lose-data" in said
    engine = open_engine(said["url"], owner=True)
    try:
        with revising(engine) as connection:
            run_on(connection)
    finally:
        engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    run_by_hand()
else:
    run_on(given)
