"""The tables, as explicit DDL: what a database refuses even of a faulty program.

Promises: tables are STRICT; acts, custody events, log leaves and receipts can be added, never
changed or removed; a field's disclosure can be erased and nothing else; log indexes, and the custody
counter of each exhibit, have no gaps; the sequencer's token never goes back. The version stands in the
database, and only that one is opened. PostgreSQL has the same tables, constraints and indexes, read off the
same statements; of its triggers, which it writes otherwise, each stands beside SQLite's.

Leaves to others: what the rows mean (a module a noun beside this one), older versions (``migrations``).
Foreign keys are checked at once, never at commit: a deed that breaks one must fail alone, and not with the
batch it is committed in.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from sqlalchemy import Connection, text

from comity.errors import BadInput, Conflict
from comity.store.guards import APPEND_ONLY, FUNCTIONS, GUARDS, GUARDS_POSTGRESQL

VERSION: Final = 3
"""The schema that this program reads and writes. A change of any table is a new number, and a migration."""

INDEX_VERSION: Final = 7
"""What the tables of lists and searches hold, by what ``app.index`` puts there: with one more kind of row, a
new number, and ``comity reindex`` makes them again. An empty store has them whole."""

Dialect = Literal["sqlite", "postgresql"]

_SETTINGS: Final = (
    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT",
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

_ACTS: Final = (
    # direction: our own shared act, a peer's, or one of ours that stays at home.
    """CREATE TABLE act (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        case_id TEXT,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        from_authority TEXT NOT NULL,
        to_authority TEXT,
        direction TEXT NOT NULL CHECK (direction IN ('own', 'peer', 'home')),
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        arrived_at TEXT NOT NULL,
        envelope BLOB NOT NULL,
        CHECK ((direction = 'home') = (to_authority IS NULL)),
        CHECK (case_id IS NOT NULL OR direction = 'home')
    ) STRICT""",
    # A peer may give one number to two acts (kept as proof); this node never does.
    "CREATE UNIQUE INDEX act_own_number ON act (case_id, state, number) WHERE direction = 'own'",
    """CREATE UNIQUE INDEX act_home_number ON act (coalesce(case_id, ''), state, number)
        WHERE direction = 'home'""",
    "CREATE INDEX act_case ON act (case_id, seq)",
    # Few kinds are asked for over all cases: walls and looks, by the door to every list.
    "CREATE INDEX act_home_kind ON act (kind, case_id) WHERE direction = 'home'",
    """CREATE TABLE disclosure (
        act_id TEXT NOT NULL REFERENCES act (id),
        digest TEXT NOT NULL,
        name TEXT NOT NULL,
        text TEXT,
        erased_at TEXT,
        erased_by TEXT,
        PRIMARY KEY (act_id, digest),
        UNIQUE (act_id, name),
        CHECK ((text IS NULL) = (erased_at IS NOT NULL)),
        CHECK ((erased_at IS NULL) = (erased_by IS NULL)),
        CHECK (name <> 'terms' OR text IS NOT NULL)
    ) STRICT""",
    """CREATE TABLE commitment (
        act_id TEXT PRIMARY KEY REFERENCES act (id),
        text TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE equivocation (
        first_id TEXT NOT NULL REFERENCES act (id),
        second_id TEXT NOT NULL,
        case_id TEXT NOT NULL,
        second BLOB NOT NULL,
        found_at TEXT NOT NULL,
        PRIMARY KEY (first_id, second_id)
    ) STRICT""",
    """CREATE TABLE prepared (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        act BLOB NOT NULL,
        extra TEXT NOT NULL,
        prepared_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE receipt (
        act_id TEXT NOT NULL REFERENCES act (id),
        side TEXT NOT NULL CHECK (side IN ('own', 'peer')),
        at TEXT NOT NULL,
        envelope BLOB NOT NULL,
        PRIMARY KEY (act_id, side)
    ) STRICT""",
    """CREATE TABLE case_list (
        case_id TEXT PRIMARY KEY,
        state_a TEXT NOT NULL,
        state_b TEXT NOT NULL,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        last_kind TEXT NOT NULL,
        shared_acts INTEGER NOT NULL,
        home_acts INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX case_list_last ON case_list (last_at DESC, case_id)",
)

# What can be thrown away and made again. place: a line's, in the order in which cases moved.
_LISTS: Final = (
    """CREATE TABLE case_line (
        place INTEGER PRIMARY KEY,
        case_id TEXT NOT NULL UNIQUE,
        moved_at TEXT NOT NULL,
        seq INTEGER NOT NULL,
        law TEXT NOT NULL,
        quiet_from TEXT,
        body TEXT NOT NULL
    ) STRICT""",
    # quiet_from: from when nothing is due in it any more; none where something stays due.
    "CREATE INDEX case_line_quiet ON case_line (quiet_from) WHERE quiet_from IS NOT NULL",
    # outcome: what comes of it when the time is over.
    """CREATE TABLE case_due (
        at TEXT NOT NULL,
        place INTEGER NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('stays', 'settles', 'rests')),
        PRIMARY KEY (at, place, outcome)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX case_due_place ON case_due (place, at)",
    """CREATE TABLE case_tag (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        place INTEGER NOT NULL,
        PRIMARY KEY (name, value, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX case_tag_place ON case_tag (place)",
    # A clock that somebody has to keep, as it is shown; at: when its time is over, if anything says.
    """CREATE TABLE case_clock (
        place INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at TEXT,
        ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
        body TEXT NOT NULL,
        PRIMARY KEY (place, n)
    ) STRICT""",
    "CREATE INDEX case_clock_at ON case_clock (at, place, n)",
)

# Its words are ASCII already (``words``). Nothing of a word that was removed stays in the file.
_WORDS_IN_SQLITE: Final = (
    """CREATE VIRTUAL TABLE case_word
        USING fts5(words, detail = none, columnsize = 0, tokenize = "ascii tokenchars '_'")""",
    "INSERT INTO case_word (case_word, rank) VALUES ('secure-delete', 1)",
)
_WORDS_IN_POSTGRESQL: Final = (
    "CREATE TABLE case_word (place bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX case_word_words ON case_word USING gin (words) WITH (fastupdate = off)",
)

_EVIDENCE: Final = (
    """CREATE TABLE exhibit (
        case_id TEXT NOT NULL,
        id TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('own', 'incoming')),
        address TEXT,
        size INTEGER CHECK (size >= 0),
        statement BLOB NOT NULL,
        file_index BLOB NOT NULL,
        manifest BLOB NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (case_id, id),
        CHECK ((address IS NULL) = (size IS NULL))
    ) STRICT""",
    # Apart from the exhibit, so that erasing it touches nothing that a proof needs.
    """CREATE TABLE exhibit_key (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        wrapped_key BLOB,
        wrapped_salt BLOB,
        erased_at TEXT,
        erased_by TEXT,
        PRIMARY KEY (case_id, exhibit),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id),
        CHECK ((wrapped_key IS NULL) = (erased_at IS NOT NULL)),
        CHECK (erased_at IS NULL OR wrapped_salt IS NULL),
        CHECK ((erased_at IS NULL) = (erased_by IS NULL))
    ) STRICT""",
    """CREATE TABLE exhibit_timestamp (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        position INTEGER NOT NULL,
        token BLOB NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (case_id, exhibit, position),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id)
    ) STRICT""",
    # What is kept of an exhibit beside its seal, one of a kind: see ``exhibit_record``.
    """CREATE TABLE exhibit_record (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        kind TEXT NOT NULL,
        data BLOB NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (case_id, exhibit, kind),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id)
    ) STRICT""",
    # listing: sealed under the exhibit's own key, so that it goes with it.
    """CREATE TABLE exhibit_examination (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        position INTEGER NOT NULL,
        envelope BLOB NOT NULL,
        listing BLOB NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (case_id, exhibit, position),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id)
    ) STRICT""",
    # Which of this node's time-stamp authorities gave a token; none is told of one that came with an exhibit.
    """CREATE TABLE exhibit_stamper (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        position INTEGER NOT NULL,
        authority TEXT NOT NULL,
        PRIMARY KEY (case_id, exhibit, position),
        FOREIGN KEY (case_id, exhibit, position)
            REFERENCES exhibit_timestamp (case_id, exhibit, position)
    ) STRICT""",
    # position: the leaf's place in the case's custody tree; counter: the exhibit's own, from 1.
    """CREATE TABLE custody_event (
        case_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        exhibit TEXT NOT NULL,
        counter INTEGER NOT NULL,
        envelope BLOB NOT NULL,
        PRIMARY KEY (case_id, position),
        UNIQUE (case_id, exhibit, counter)
    ) STRICT""",
    """CREATE TABLE piece (
        delivery TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        n INTEGER NOT NULL CHECK (n >= 0),
        digest TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size > 0),
        address TEXT,
        got_at TEXT,
        PRIMARY KEY (delivery, exhibit, n),
        CHECK ((address IS NULL) = (got_at IS NULL))
    ) STRICT""",
    "CREATE INDEX piece_digest ON piece (digest)",
    """CREATE TABLE outgoing (
        delivery TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        n INTEGER NOT NULL CHECK (n >= 0),
        digest TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size > 0),
        address TEXT NOT NULL,
        receipt BLOB,
        delivered_at TEXT,
        PRIMARY KEY (delivery, exhibit, n),
        CHECK ((receipt IS NULL) = (delivered_at IS NULL))
    ) STRICT""",
    # What a scrub found wrong in the vault, until it finds it well again.
    """CREATE TABLE vault_fault (
        address TEXT PRIMARY KEY,
        what TEXT NOT NULL CHECK (what IN ('damaged', 'missing', 'unreadable')),
        found_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX outgoing_undelivered ON outgoing (delivery, exhibit, n) WHERE delivered_at IS NULL",
    "CREATE INDEX outgoing_digest ON outgoing (digest)",
)

_LOG: Final = (
    """CREATE TABLE log_opening (
        leaf BLOB PRIMARY KEY CHECK (length(leaf) = 32),
        opening BLOB NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT,
        case_id TEXT,
        pended_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX log_opening_case ON log_opening (case_id)",
    # The same thing is committed to once: a deed done twice would show here.
    "CREATE UNIQUE INDEX log_opening_subject ON log_opening (subject, kind) WHERE subject IS NOT NULL",
    "CREATE TABLE log_pending (leaf BLOB PRIMARY KEY REFERENCES log_opening (leaf)) STRICT",
    """CREATE TABLE log_leaf (
        position INTEGER PRIMARY KEY,
        leaf BLOB NOT NULL UNIQUE REFERENCES log_opening (leaf)
    ) STRICT""",
    """CREATE TABLE checkpoint (
        size INTEGER PRIMARY KEY CHECK (size >= 0),
        note BLOB NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    # One row. token: grows with each lease that is given; whoever holds an older one writes nothing more.
    """CREATE TABLE sequencer (
        n INTEGER PRIMARY KEY CHECK (n = 1),
        token INTEGER NOT NULL CHECK (token >= 0),
        holder TEXT,
        until TEXT,
        CHECK ((holder IS NULL) = (until IS NULL))
    ) STRICT""",
)

_WORK: Final = (
    """CREATE TABLE job (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        due TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        lease_until TEXT,
        lease_token TEXT,
        last_error TEXT,
        done_at TEXT,
        UNIQUE (kind, subject),
        CHECK ((lease_until IS NULL) = (lease_token IS NULL)),
        CHECK (done_at IS NULL OR lease_token IS NULL)
    ) STRICT""",
    "CREATE INDEX job_due ON job (due, id) WHERE done_at IS NULL",
)

_OTHERS: Final = (
    """CREATE TABLE peer (
        state TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        pinned_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE peer_entry (
        state TEXT NOT NULL REFERENCES peer (state),
        version INTEGER NOT NULL CHECK (version >= 1),
        entry BLOB NOT NULL,
        got_at TEXT NOT NULL,
        PRIMARY KEY (state, version)
    ) STRICT""",
    """CREATE TABLE person (
        key_id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        alg TEXT NOT NULL,
        public BLOB NOT NULL,
        authority TEXT NOT NULL,
        deeds TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('active', 'retired', 'revoked')),
        since TEXT NOT NULL,
        enrolment TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE law_bundle (
        digest TEXT PRIMARY KEY,
        data BLOB NOT NULL,
        got_at TEXT NOT NULL
    ) STRICT""",
)

TABLES: Final = (*_SETTINGS, *_ACTS, *_LISTS, *_EVIDENCE, *_LOG, *_WORK, *_OTHERS)

# Read in this order. SQLite's integers have 64 bits; "C": ordered by code points, as SQLite does.
_WORDS_OF_POSTGRESQL: Final = (
    (r"\b(seq|id) INTEGER PRIMARY KEY", r"\1 bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
    (r"\bINTEGER\b", "bigint"),
    (r"\bTEXT\b", 'text COLLATE "C"'),
    (r"\bBLOB\b", "bytea"),
    (r"\) STRICT(, WITHOUT ROWID)?$", ")"),
)

_FIRST_ROWS: Final = (
    "INSERT INTO sequencer (n, token) VALUES (1, 0)",
    f"INSERT INTO setting (name, value) VALUES ('index_version', '{INDEX_VERSION}')",  # noqa: S608 - a number
)


def ddl(dialect: Dialect = "sqlite") -> tuple[str, ...]:
    """Every statement that makes an empty database into a store of this version, in order."""
    if dialect == "sqlite":
        forbidding = tuple(
            f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
            f" BEGIN SELECT raise(ABORT, '{table}: rows are never changed or removed'); END"
            for table in APPEND_ONLY
            for what in ("UPDATE", "DELETE")
        )
        return (*TABLES, *_WORDS_IN_SQLITE, *forbidding, *GUARDS)
    # TRUNCATE is no DELETE there: no trigger of rows sees it.
    forbidding = tuple(
        f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} FOR EACH {each}"
        f" EXECUTE FUNCTION refuse('{table}: rows are never changed or removed')"
        for table in (*APPEND_ONLY, "disclosure")
        for what, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
        if table != "disclosure" or what == "TRUNCATE"
    )
    tables = tuple(_in_postgresql(statement) for statement in TABLES)
    return (*tables, *_WORDS_IN_POSTGRESQL, *FUNCTIONS, *forbidding, *GUARDS_POSTGRESQL)


def lay(conn: Connection) -> None:
    """Make all tables in an empty database, and write the version."""
    for statement in (*ddl(dialect_of(conn)), *_FIRST_ROWS):
        conn.exec_driver_sql(statement)
    conn.execute(text("INSERT INTO schema_version (version) VALUES (:version)"), {"version": VERSION})


def dialect_of(conn: Connection) -> Dialect:
    """Which of the two databases this is."""
    return "postgresql" if conn.dialect.name == "postgresql" else "sqlite"


def version_of(conn: Connection) -> int:
    """The version of the schema that stands in the database.

    Raises:
        BadInput: it is not a store at all.
    """
    if conn.execute(_KNOWN[dialect_of(conn)]).first() is None:
        raise BadInput("store.not_a_store")
    return int(conn.execute(text("SELECT version FROM schema_version")).scalar_one())


def check_version(conn: Connection) -> None:
    """Refuse a database that this program was not written for.

    Raises:
        BadInput: it is not a store at all.
        Conflict: its schema is older, or newer, than the program's.
    """
    found = version_of(conn)
    if found < VERSION:
        raise Conflict("store.schema_older", found=found, wanted=VERSION)
    if found > VERSION:
        raise Conflict("store.schema_newer", found=found, wanted=VERSION)


def _in_postgresql(statement: str) -> str:
    for word, theirs in _WORDS_OF_POSTGRESQL:
        statement = re.sub(word, theirs, statement)
    return statement


_KNOWN: Final = {
    "sqlite": text("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'"),
    "postgresql": text(
        "SELECT 1 FROM pg_class WHERE relname = 'schema_version' AND relkind = 'r'"
        " AND relnamespace = current_schema()::regnamespace"
    ),
}
