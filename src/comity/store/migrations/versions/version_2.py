"""The lease of the log's sequencer, with a token that never goes back.

Promises: the statements as they were when version 2 came out; never changed.

Leaves to others: the present schema (``store.schema``).
"""

from alembic import op

revision = "2"
down_revision = "1"

# PostgreSQL began with this version.
STATEMENTS = {
    "sqlite": (
        """CREATE TABLE sequencer (
        n INTEGER PRIMARY KEY CHECK (n = 1),
        token INTEGER NOT NULL CHECK (token >= 0),
        holder TEXT,
        until TEXT,
        CHECK ((holder IS NULL) = (until IS NULL))
    ) STRICT""",
        """CREATE TRIGGER sequencer_grows BEFORE UPDATE ON sequencer
        WHEN NEW.token < OLD.token
        BEGIN SELECT raise(ABORT, 'sequencer: a token never goes back'); END""",
        """CREATE TRIGGER sequencer_stays BEFORE DELETE ON sequencer
        BEGIN SELECT raise(ABORT, 'sequencer: its row is never removed'); END""",
        "INSERT INTO sequencer (n, token) VALUES (1, 0)",
    ),
}


def upgrade() -> None:
    """Run the statements of this database, as they stand."""
    for statement in STATEMENTS[op.get_context().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
