-- The schema of version 1, as it was laid on SQLite: frozen, one statement a paragraph.

CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT;

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE act (
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
    ) STRICT;

CREATE UNIQUE INDEX act_own_number ON act (case_id, state, number) WHERE direction = 'own';

CREATE UNIQUE INDEX act_home_number ON act (coalesce(case_id, ''), state, number)
        WHERE direction = 'home';

CREATE INDEX act_case ON act (case_id, seq);

CREATE TABLE disclosure (
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
    ) STRICT;

CREATE TABLE commitment (
        act_id TEXT PRIMARY KEY REFERENCES act (id),
        text TEXT NOT NULL
    ) STRICT;

CREATE TABLE equivocation (
        first_id TEXT NOT NULL REFERENCES act (id),
        second_id TEXT NOT NULL,
        case_id TEXT NOT NULL,
        second BLOB NOT NULL,
        found_at TEXT NOT NULL,
        PRIMARY KEY (first_id, second_id)
    ) STRICT;

CREATE TABLE prepared (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        act BLOB NOT NULL,
        extra TEXT NOT NULL,
        prepared_at TEXT NOT NULL
    ) STRICT;

CREATE TABLE receipt (
        act_id TEXT NOT NULL REFERENCES act (id),
        side TEXT NOT NULL CHECK (side IN ('own', 'peer')),
        at TEXT NOT NULL,
        envelope BLOB NOT NULL,
        PRIMARY KEY (act_id, side)
    ) STRICT;

CREATE TABLE case_list (
        case_id TEXT PRIMARY KEY,
        state_a TEXT NOT NULL,
        state_b TEXT NOT NULL,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        last_kind TEXT NOT NULL,
        shared_acts INTEGER NOT NULL,
        home_acts INTEGER NOT NULL
    ) STRICT;

CREATE INDEX case_list_last ON case_list (last_at DESC, case_id);

CREATE TABLE exhibit (
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
    ) STRICT;

CREATE TABLE exhibit_key (
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
    ) STRICT;

CREATE TABLE exhibit_timestamp (
        case_id TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        position INTEGER NOT NULL,
        token BLOB NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (case_id, exhibit, position),
        FOREIGN KEY (case_id, exhibit) REFERENCES exhibit (case_id, id)
    ) STRICT;

CREATE TABLE custody_event (
        case_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        exhibit TEXT NOT NULL,
        counter INTEGER NOT NULL,
        envelope BLOB NOT NULL,
        PRIMARY KEY (case_id, position),
        UNIQUE (case_id, exhibit, counter)
    ) STRICT;

CREATE TABLE piece (
        delivery TEXT NOT NULL,
        exhibit TEXT NOT NULL,
        n INTEGER NOT NULL CHECK (n >= 0),
        digest TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size > 0),
        address TEXT,
        got_at TEXT,
        PRIMARY KEY (delivery, exhibit, n),
        CHECK ((address IS NULL) = (got_at IS NULL))
    ) STRICT;

CREATE INDEX piece_digest ON piece (digest);

CREATE TABLE outgoing (
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
    ) STRICT;

CREATE INDEX outgoing_undelivered ON outgoing (delivery, exhibit, n) WHERE delivered_at IS NULL;

CREATE INDEX outgoing_digest ON outgoing (digest);

CREATE TABLE log_opening (
        leaf BLOB PRIMARY KEY CHECK (length(leaf) = 32),
        opening BLOB NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT,
        case_id TEXT,
        pended_at TEXT NOT NULL
    ) STRICT;

CREATE INDEX log_opening_case ON log_opening (case_id);

CREATE UNIQUE INDEX log_opening_subject ON log_opening (subject, kind) WHERE subject IS NOT NULL;

CREATE TABLE log_pending (leaf BLOB PRIMARY KEY REFERENCES log_opening (leaf)) STRICT;

CREATE TABLE log_leaf (
        position INTEGER PRIMARY KEY,
        leaf BLOB NOT NULL UNIQUE REFERENCES log_opening (leaf)
    ) STRICT;

CREATE TABLE checkpoint (
        size INTEGER PRIMARY KEY CHECK (size >= 0),
        note BLOB NOT NULL,
        at TEXT NOT NULL
    ) STRICT;

CREATE TABLE job (
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
    ) STRICT;

CREATE INDEX job_due ON job (due, id) WHERE done_at IS NULL;

CREATE TABLE peer (
        state TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        pinned_at TEXT NOT NULL
    ) STRICT;

CREATE TABLE peer_entry (
        state TEXT NOT NULL REFERENCES peer (state),
        version INTEGER NOT NULL CHECK (version >= 1),
        entry BLOB NOT NULL,
        got_at TEXT NOT NULL,
        PRIMARY KEY (state, version)
    ) STRICT;

CREATE TABLE person (
        key_id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        alg TEXT NOT NULL,
        public BLOB NOT NULL,
        authority TEXT NOT NULL,
        deeds TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('active', 'retired', 'revoked')),
        since TEXT NOT NULL,
        enrolment TEXT NOT NULL
    ) STRICT;

CREATE TABLE law_bundle (
        digest TEXT PRIMARY KEY,
        data BLOB NOT NULL,
        got_at TEXT NOT NULL
    ) STRICT;

CREATE TRIGGER act_no_update BEFORE UPDATE ON act BEGIN SELECT raise(ABORT, 'act: rows are never changed or removed'); END;

CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT raise(ABORT, 'act: rows are never changed or removed'); END;

CREATE TRIGGER custody_event_no_update BEFORE UPDATE ON custody_event BEGIN SELECT raise(ABORT, 'custody_event: rows are never changed or removed'); END;

CREATE TRIGGER custody_event_no_delete BEFORE DELETE ON custody_event BEGIN SELECT raise(ABORT, 'custody_event: rows are never changed or removed'); END;

CREATE TRIGGER log_leaf_no_update BEFORE UPDATE ON log_leaf BEGIN SELECT raise(ABORT, 'log_leaf: rows are never changed or removed'); END;

CREATE TRIGGER log_leaf_no_delete BEFORE DELETE ON log_leaf BEGIN SELECT raise(ABORT, 'log_leaf: rows are never changed or removed'); END;

CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN SELECT raise(ABORT, 'receipt: rows are never changed or removed'); END;

CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT raise(ABORT, 'receipt: rows are never changed or removed'); END;

CREATE TRIGGER equivocation_no_update BEFORE UPDATE ON equivocation BEGIN SELECT raise(ABORT, 'equivocation: rows are never changed or removed'); END;

CREATE TRIGGER equivocation_no_delete BEFORE DELETE ON equivocation BEGIN SELECT raise(ABORT, 'equivocation: rows are never changed or removed'); END;

CREATE TRIGGER commitment_no_update BEFORE UPDATE ON commitment BEGIN SELECT raise(ABORT, 'commitment: rows are never changed or removed'); END;

CREATE TRIGGER commitment_no_delete BEFORE DELETE ON commitment BEGIN SELECT raise(ABORT, 'commitment: rows are never changed or removed'); END;

CREATE TRIGGER disclosure_stays BEFORE DELETE ON disclosure
        BEGIN SELECT raise(ABORT, 'disclosure: rows are never removed'); END;

CREATE TRIGGER disclosure_only_erased BEFORE UPDATE ON disclosure
        WHEN OLD.text IS NULL OR NEW.text IS NOT NULL OR NEW.act_id <> OLD.act_id
            OR NEW.digest <> OLD.digest OR NEW.name <> OLD.name
        BEGIN SELECT raise(ABORT, 'disclosure: a field is erased once, and never changed'); END;

CREATE TRIGGER log_leaf_gapless BEFORE INSERT ON log_leaf
        WHEN NEW.position <> (SELECT coalesce(max(position) + 1, 0) FROM log_leaf)
        BEGIN SELECT raise(ABORT, 'log_leaf: positions have no gaps'); END;

CREATE TRIGGER custody_event_gapless BEFORE INSERT ON custody_event
        WHEN NEW.position <>
                (SELECT coalesce(max(position) + 1, 0) FROM custody_event WHERE case_id = NEW.case_id)
            OR NEW.counter <>
                (SELECT coalesce(max(counter) + 1, 1) FROM custody_event
                 WHERE case_id = NEW.case_id AND exhibit = NEW.exhibit)
        BEGIN SELECT raise(ABORT, 'custody_event: counters have no gaps'); END;
