"""The first schema, on SQLite alone.

Promises: nothing. No program founds such a store any more, and there was nothing before it.

Leaves to others: every later step.
"""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Never run: what has no version is no store."""
    raise NotImplementedError
