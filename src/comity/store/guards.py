"""What a database refuses by triggers: rows that change, places that are skipped, tokens that go back.

Promises: each trigger that SQLite has, PostgreSQL has too, written in its own way.

Leaves to others: the tables (``schema``), which lays these beside them.
"""

from __future__ import annotations

from typing import Final

APPEND_ONLY: Final = ("act", "custody_event", "log_leaf", "receipt", "equivocation", "commitment")

_GAPS_IN_LOG: Final = "NEW.position <> (SELECT coalesce(max(position) + 1, 0) FROM log_leaf)"
_GAPS_IN_CUSTODY: Final = """NEW.position <>
                (SELECT coalesce(max(position) + 1, 0) FROM custody_event WHERE case_id = NEW.case_id)
            OR NEW.counter <>
                (SELECT coalesce(max(counter) + 1, 1) FROM custody_event
                 WHERE case_id = NEW.case_id AND exhibit = NEW.exhibit)"""
_NOT_ERASED: Final = """OLD.text IS NULL OR NEW.text IS NOT NULL OR NEW.act_id <> OLD.act_id
            OR NEW.digest <> OLD.digest OR NEW.name <> OLD.name"""

GUARDS: Final = (
    """CREATE TRIGGER disclosure_stays BEFORE DELETE ON disclosure
        BEGIN SELECT raise(ABORT, 'disclosure: rows are never removed'); END""",
    f"""CREATE TRIGGER disclosure_only_erased BEFORE UPDATE ON disclosure
        WHEN {_NOT_ERASED}
        BEGIN SELECT raise(ABORT, 'disclosure: a field is erased once, and never changed'); END""",
    f"""CREATE TRIGGER log_leaf_gapless BEFORE INSERT ON log_leaf
        WHEN {_GAPS_IN_LOG}
        BEGIN SELECT raise(ABORT, 'log_leaf: positions have no gaps'); END""",
    f"""CREATE TRIGGER custody_event_gapless BEFORE INSERT ON custody_event
        WHEN {_GAPS_IN_CUSTODY}
        BEGIN SELECT raise(ABORT, 'custody_event: counters have no gaps'); END""",
    """CREATE TRIGGER sequencer_grows BEFORE UPDATE ON sequencer
        WHEN NEW.token < OLD.token
        BEGIN SELECT raise(ABORT, 'sequencer: a token never goes back'); END""",
    """CREATE TRIGGER sequencer_stays BEFORE DELETE ON sequencer
        BEGIN SELECT raise(ABORT, 'sequencer: its row is never removed'); END""",
)

# PostgreSQL: a trigger calls a function, and its WHEN may not ask a table.
FUNCTIONS: Final = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
        END $$""",
    f"""CREATE FUNCTION log_leaf_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {_GAPS_IN_LOG} THEN
                RAISE EXCEPTION USING MESSAGE = 'log_leaf: positions have no gaps',
                    ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE FUNCTION custody_event_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {_GAPS_IN_CUSTODY} THEN
                RAISE EXCEPTION USING MESSAGE = 'custody_event: counters have no gaps',
                    ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$""",
)
GUARDS_POSTGRESQL: Final = (
    """CREATE TRIGGER disclosure_stays BEFORE DELETE ON disclosure
        FOR EACH ROW EXECUTE FUNCTION refuse('disclosure: rows are never removed')""",
    f"""CREATE TRIGGER disclosure_only_erased BEFORE UPDATE ON disclosure
        FOR EACH ROW WHEN ({_NOT_ERASED})
        EXECUTE FUNCTION refuse('disclosure: a field is erased once, and never changed')""",
    """CREATE TRIGGER log_leaf_gapless BEFORE INSERT ON log_leaf
        FOR EACH ROW EXECUTE FUNCTION log_leaf_gapless()""",
    """CREATE TRIGGER custody_event_gapless BEFORE INSERT ON custody_event
        FOR EACH ROW EXECUTE FUNCTION custody_event_gapless()""",
    """CREATE TRIGGER sequencer_grows BEFORE UPDATE ON sequencer
        FOR EACH ROW WHEN (NEW.token < OLD.token)
        EXECUTE FUNCTION refuse('sequencer: a token never goes back')""",
    """CREATE TRIGGER sequencer_stays BEFORE DELETE ON sequencer
        FOR EACH ROW EXECUTE FUNCTION refuse('sequencer: its row is never removed')""",
)
