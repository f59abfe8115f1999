"""Lists and searches over all cases, empty until ``comity reindex`` has made them; exhibits' records.

Promises: the statements as they were when version 3 came out; never changed.

Leaves to others: the present schema (``store.schema``).
"""

from alembic import op

revision = "3"
down_revision = "2"

STATEMENTS = {
    "sqlite": (
        """CREATE TABLE case_line (
        place INTEGER PRIMARY KEY,
        case_id TEXT NOT NULL UNIQUE,
        moved_at TEXT NOT NULL,
        seq INTEGER NOT NULL,
        law TEXT NOT NULL,
        quiet_from TEXT,
        body TEXT NOT NULL
    ) STRICT""",
        "CREATE INDEX case_line_quiet ON case_line (quiet_from) WHERE quiet_from IS NOT NULL",
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
        """CREATE TABLE case_clock (
        place INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at TEXT,
        ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
        body TEXT NOT NULL,
        PRIMARY KEY (place, n)
    ) STRICT""",
        "CREATE INDEX case_clock_at ON case_clock (at, place, n)",
        """CREATE VIRTUAL TABLE case_word
        USING fts5(words, detail = none, columnsize = 0, tokenize = "ascii tokenchars '_'")""",
        "INSERT INTO case_word (case_word, rank) VALUES ('secure-delete', 1)",
        "CREATE INDEX act_home_kind ON act (kind, case_id) WHERE direction = 'home'",
        """CREATE TABLE exhibit_record (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        kind TEXT NOT NULL,
        data BLOB NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (case_id, exhibit, kind),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id)
    ) STRICT""",
        """CREATE TABLE vault_fault (
        address TEXT PRIMARY KEY,
        what TEXT NOT NULL CHECK (what IN ('damaged', 'missing', 'unreadable')),
        found_at TEXT NOT NULL
    ) STRICT""",
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
        """CREATE TABLE exhibit_stamper (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        position INTEGER NOT NULL,
        authority TEXT NOT NULL,
        PRIMARY KEY (case_id, exhibit, position),
        FOREIGN KEY (case_id, exhibit, position)
            REFERENCES exhibit_timestamp (case_id, exhibit, position)
    ) STRICT""",
    ),
    "postgresql": (
        """CREATE TABLE case_line (
        place bigint PRIMARY KEY,
        case_id text COLLATE "C" NOT NULL UNIQUE,
        moved_at text COLLATE "C" NOT NULL,
        seq bigint NOT NULL,
        law text COLLATE "C" NOT NULL,
        quiet_from text COLLATE "C",
        body text COLLATE "C" NOT NULL
    )""",
        "CREATE INDEX case_line_quiet ON case_line (quiet_from) WHERE quiet_from IS NOT NULL",
        """CREATE TABLE case_due (
        at text COLLATE "C" NOT NULL,
        place bigint NOT NULL,
        outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('stays', 'settles', 'rests')),
        PRIMARY KEY (at, place, outcome)
    )""",
        "CREATE INDEX case_due_place ON case_due (place, at)",
        """CREATE TABLE case_tag (
        name text COLLATE "C" NOT NULL,
        value text COLLATE "C" NOT NULL,
        place bigint NOT NULL,
        PRIMARY KEY (name, value, place)
    )""",
        "CREATE INDEX case_tag_place ON case_tag (place)",
        """CREATE TABLE case_clock (
        place bigint NOT NULL,
        n bigint NOT NULL,
        at text COLLATE "C",
        ours bigint NOT NULL CHECK (ours IN (0, 1)),
        body text COLLATE "C" NOT NULL,
        PRIMARY KEY (place, n)
    )""",
        "CREATE INDEX case_clock_at ON case_clock (at, place, n)",
        "CREATE TABLE case_word (place bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX case_word_words ON case_word USING gin (words) WITH (fastupdate = off)",
        "CREATE INDEX act_home_kind ON act (kind, case_id) WHERE direction = 'home'",
        """CREATE TABLE exhibit_record (
        case_id text COLLATE "C" NOT NULL,
        exhibit text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL,
        data bytea NOT NULL,
        added_at text COLLATE "C" NOT NULL,
        PRIMARY KEY (case_id, exhibit, kind),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id)
    )""",
        """CREATE TABLE vault_fault (
        address text COLLATE "C" PRIMARY KEY,
        what text COLLATE "C" NOT NULL CHECK (what IN ('damaged', 'missing', 'unreadable')),
        found_at text COLLATE "C" NOT NULL
    )""",
        """CREATE TABLE exhibit_examination (
        case_id text COLLATE "C" NOT NULL,
        exhibit text COLLATE "C" NOT NULL,
        position bigint NOT NULL,
        envelope bytea NOT NULL,
        listing bytea NOT NULL,
        added_at text COLLATE "C" NOT NULL,
        PRIMARY KEY (case_id, exhibit, position),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id)
    )""",
        """CREATE TABLE exhibit_stamper (
        case_id text COLLATE "C" NOT NULL,
        exhibit text COLLATE "C" NOT NULL,
        position bigint NOT NULL,
        authority text COLLATE "C" NOT NULL,
        PRIMARY KEY (case_id, exhibit, position),
        FOREIGN KEY (case_id, exhibit, position)
            REFERENCES exhibit_timestamp (case_id, exhibit, position)
    )""",
    ),
}


def upgrade() -> None:
    """Run the statements of this database, as they stand."""
    for statement in STATEMENTS[op.get_context().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
