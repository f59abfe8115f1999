"""Each change of the schema, as a script with the statements of both databases; run by ``store.migration``.

Promises: a script is never changed once its version has been released; it goes forward only. What a script
makes of the version before is what ``schema`` lays: tests compare the two.

Leaves to others: the present schema (``schema``), running (``migration``). The version stands in our own
table, ``schema_version``: alembic reads and writes that one, and makes none of its own.
"""
