"""Very many cases, made of some that were really told: their rows with other ids, written in bulk.

What is honest: each act of a told case was composed and signed by the one road, and stored with its fields,
commitment and receipts. Its clones have a case and ids of their own, in every act, field and receipt that
names them, so that each reads and folds as its model does. What is synthetic: a clone's signatures are its
model's and verify no more; its instants are its model's, but for when it moved, and what is due, in the
lists; there it has another State too, and words of its own beside its model's. It has no jobs, log entries
nor exhibits. ``tests/story/test_clones.py`` compares its other rows with what the program makes of its acts.
"""

import base64
import json
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pysqlite3 import dbapi2

from comity import dsse
from comity.clock import write_instant
from comity.store.words import words_of

STATES = ("GH", "FR", "ES", "BR", "JP", "NG", "XA", "XB")
RARELY = 1000
SPAN = timedelta(days=3650)
"""The time over which the cases moved last, in no order."""

COLUMNS = {
    table: columns.split()
    for table, columns in {
        "act": "seq id case_id kind state from_authority to_authority"
        " direction number at arrived_at envelope",
        "disclosure": "act_id digest name text erased_at erased_by",
        "commitment": "act_id text",
        "receipt": "act_id side at envelope",
        "case_list": "case_id state_a state_b first_at last_at last_kind shared_acts home_acts",
        "case_line": "place case_id moved_at seq law quiet_from body",
        "case_due": "at place outcome",
        "case_tag": "name value place",
        "case_clock": "place n at ours body",
        "case_word": "place words",
    }.items()
}
"""What is cloned, in an order in which rows may be written."""

_ORDERED = ("fields", "after")
"""Lists of a header that stand in the order of what is in them."""

_MARK = "\x7f"


def _b64(data):
    return base64.b64encode(data).decode("ascii")


def _b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _digest(text):
    return _b64u(sha256(text.encode("ascii")).digest())


def _named(text, ids):
    """Those of the ids that stand in a text."""
    return [one for one in ids if one in text]


class _Statement:
    """An envelope to be written anew with other ids in it."""

    def __init__(self, envelope, ids, ordered=()):
        read = dsse.read(envelope)
        self.type = read.payloadType
        body = read.body.decode("utf-8")
        self.lists = {}
        for name in ordered:
            found = re.search(rf'"{name}":\[([^\]]*)\]', body)
            self.lists[f"{_MARK}{name}{_MARK}"] = json.loads(f"[{found[1]}]")
            body = f'{body[: found.start()]}"{name}":[{_MARK}{name}{_MARK}]{body[found.end() :]}'
        self.body, self.ids = body, _named(body, ids)
        head = b'{"payload":"'
        self.rest = envelope[len(head) + len(read.payload) :]
        if not envelope.startswith(head):
            raise ValueError("an envelope begins with its payload")

    def anew(self, new):
        """Its id and its bytes; ``new``: what stands in the place of each old id or digest."""
        body = self.body
        for one in self.ids:
            body = body.replace(one, new[one])
        for mark, listed in self.lists.items():
            told = ",".join(f'"{one}"' for one in sorted(new.get(one, one) for one in listed))
            body = body.replace(mark, told)
        data = body.encode("utf-8")
        return sha256(dsse.pae(self.type, data)).hexdigest(), b'{"payload":"' + _b64(
            data
        ).encode() + self.rest


@dataclass
class _Act:
    row: dict
    statement: _Statement
    fields: list
    commitment: dict | None
    receipts: list


class Model:
    """A told case, read from the SQLite store in which it was told."""

    def __init__(self, raw, case):
        self.case = case
        self.line = self._one(raw, "SELECT * FROM case_line WHERE case_id = ?", case)
        self.listed = self._one(raw, "SELECT * FROM case_list WHERE case_id = ?", case)
        place = self.line["place"]
        self.tags = [(t["name"], t["value"]) for t in self._all(raw, "case_tag WHERE place = ?", place)]
        self.clocks = [
            (one["n"], one["at"], one["ours"], one["body"])
            for one in self._all(raw, "case_clock WHERE place = ? ORDER BY n", place)
        ]
        self.words = self._one(raw, "SELECT words FROM case_word WHERE rowid = ?", place)["words"].split()
        self.body = json.loads(self.line["body"])
        rows = self._all(raw, "act WHERE case_id = ? ORDER BY seq", case)
        known = [case, *(row["id"] for row in rows)]
        self.acts = [self._act(raw, row, known) for row in rows]

    def _act(self, raw, row, ids):
        fields = []
        for one in self._all(raw, "disclosure WHERE act_id = ? ORDER BY rowid", row["id"]):
            data = _unb64u(one["text"]).decode("utf-8")
            fields.append((one, data, _named(data, ids)))
        kept = self._all(raw, "commitment WHERE act_id = ?", row["id"])
        receipts = [
            (one, _Statement(one["envelope"], ids))
            for one in self._all(raw, "receipt WHERE act_id = ?", row["id"])
        ]
        digests = [one["digest"] for one, _, _ in fields]
        resting = _digest(kept[0]["text"]) if kept else None
        statement = _Statement(row["envelope"], [*ids, *([resting] if resting else [])], _ORDERED)
        if not set(digests) <= set(next(iter(statement.lists.values()))):
            raise ValueError("a field is of its act")
        commitment = None
        if kept:
            data = _unb64u(kept[0]["text"]).decode("utf-8")
            commitment = (resting, data, _named(data, ids))
        return _Act(row, statement, fields, commitment, receipts)

    @staticmethod
    def _all(raw, what, value):
        cursor = raw.execute(f"SELECT * FROM {what}", (value,))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    @staticmethod
    def _one(raw, ask, value):
        cursor = raw.execute(ask, (value,))
        names = [column[0] for column in cursor.description]
        (row,) = cursor.fetchall()
        return dict(zip(names, row, strict=True))

    def clone(self, n, seq, put):
        """Write the rows of the nth clone by ``put(table, row)``; its case, and the seq of its last act."""
        case = secrets.token_hex(16)
        new = {self.case: case}
        for act in self.acts:
            seq += 1
            self._clone_act(act, new, seq, put)
        moved = datetime.fromisoformat(self.line["moved_at"]) - timedelta(
            seconds=(n * 7919) % int(SPAN.total_seconds())
        )
        at, place = write_instant(moved), (int(moved.timestamp()) << 30) + n
        put("case_list", (case, *list(self.listed.values())[1:4], at, *list(self.listed.values())[5:]))
        state = STATES[n // 7 % len(STATES)]
        body = {**self.body, "with": state, "last_at": at}
        told = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        for old in _named(told, new):
            told = told.replace(old, new[old])
        quiet_from = None if n % 3 == 0 or n % 50 == 0 else ""
        put("case_line", (place, case, at, seq, self.line["law"], quiet_from, told))
        if n % 3 == 0:
            put("case_due", (write_instant(moved + timedelta(days=n % 200)), place, "stays"))
        if n % 50 == 0:
            put("case_due", (write_instant(moved + timedelta(days=n % 90)), place, "rests"))
        for of, ends, ours, body in self.clocks:
            told = body
            for old in _named(told, new):
                told = told.replace(old, new[old])
            over = None if n % 3 else write_instant(moved + timedelta(days=(n * 31 + of) % 200))
            told = told.replace(f'"ends":{json.dumps(ends)}', f'"ends":{json.dumps(over)}')
            put("case_clock", (place, of, over, ours, told))
        for name, value in {*((k, v) for k, v in self.tags if k != "state"), ("state", state)}:
            put("case_tag", (name, value, place))
        own = (f"number{n} group{n % 997}", f"Просьба о сохранении {n % 499}", f"请求保存账户{n % 251}")
        put("case_word", (place, sorted({*self.words, *words_of(own)})))
        return case, seq

    @staticmethod
    def _clone_act(act, new, seq, put):
        fields = []
        for row, data, ids in act.fields:
            text, digest = row["text"], row["digest"]
            if ids:
                for one in ids:
                    data = data.replace(one, new[one])  # noqa: PLW2901
                text = _b64u(data.encode("utf-8"))
                digest = new[row["digest"]] = _digest(text)
            fields.append((digest, row["name"], text, None, None))
        kept = None
        if act.commitment is not None:
            old, data, ids = act.commitment
            for one in ids:
                data = data.replace(one, new[one])
            kept = _b64u(data.encode("utf-8"))
            new[old] = _digest(kept)
        id, envelope = act.statement.anew(new)
        new[act.row["id"]] = id
        row = act.row
        values = (row["kind"], row["state"], row["from_authority"], row["to_authority"], row["direction"])
        case = next(iter(new.values()))
        put("act", (seq, id, case, *values, row["number"], row["at"], row["arrived_at"], envelope))
        for one in fields:
            put("disclosure", (id, *one))
        if kept is not None:
            put("commitment", (id, kept))
        for receipt, statement in act.receipts:
            put("receipt", (id, receipt["side"], receipt["at"], statement.anew(new)[1]))


class IntoSQLite:
    """Rows into a store's file that nobody else has open, without waiting for the disk."""

    def __init__(self, path):
        self.raw = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -2000000",
            "foreign_keys = OFF",
        ):
            self.raw.execute(f"PRAGMA {pragma}")
        found = self.raw.execute(
            "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'index' AND sql <> ''"
        )
        self.later = [(name, made) for table, name, made in found if table in COLUMNS]
        for name, _ in self.later:
            self.raw.execute(f"DROP INDEX {name}")

    def write(self, rows):
        self.raw.execute("BEGIN")
        for table, columns in COLUMNS.items():
            names = ["rowid" if (table, c) == ("case_word", "place") else c for c in columns]
            listed = rows[table]
            if table == "case_word":
                listed = [(place, " ".join(words)) for place, words in listed]
            values = ", ".join("?" * len(names))
            self.raw.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})", listed)
        self.raw.execute("COMMIT")

    def close(self):
        for _, made in self.later:
            self.raw.execute(made)
        self.raw.execute("PRAGMA journal_mode = WAL")
        self.raw.close()


class IntoPostgreSQL:
    """Rows into a store's database by COPY; its keys and indexes are made when all rows are there."""

    def __init__(self, conn):
        self.conn = conn
        conn.execute("SET session_replication_role = replica")
        self._waiting_for_the_disk("off")
        conn.execute("SET maintenance_work_mem = '512MB'")
        # Keys first, since others refer to them; taken away in the other order.
        self.keys = conn.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype IN ('p', 'u', 'f')"
            " AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))"
            " ORDER BY array_position(ARRAY['p', 'u', 'f'], contype::text)",
            (list(COLUMNS), list(COLUMNS)),
        ).fetchall()
        for table, name, _ in reversed(self.keys):
            conn.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        found = conn.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            (list(COLUMNS),),
        )
        self.later = found.fetchall()
        for name, _ in self.later:
            conn.execute(f"DROP INDEX {name}")

    def _waiting_for_the_disk(self, how):
        for name in ("fsync", "full_page_writes"):
            self.conn.execute(f"ALTER SYSTEM SET {name} = {how}")
        self.conn.execute("SELECT pg_reload_conf()")

    def write(self, rows):
        with self.conn.transaction():
            for table, columns in COLUMNS.items():
                with self.conn.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows[table]:
                        # Words are of a-z, 0-9 and _ alone: a vector of them needs no quotes.
                        copy.write_row((row[0], " ".join(row[1])) if table == "case_word" else row)

    def close(self):
        for table, name, made in self.keys:
            self.conn.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}")
        for _, made in self.later:
            self.conn.execute(made)
        self._waiting_for_the_disk("on")
        self.conn.execute("CHECKPOINT")
        self.conn.execute("SELECT setval(pg_get_serial_sequence('act', 'seq'), (SELECT max(seq) FROM act))")
        self.conn.execute("VACUUM ANALYZE")  # as the server does by itself a while after so many rows came
        self.conn.close()


def fill(models, into, count, *, batch=2000, told=None, rare=None):
    """So many clones of the models into each of these; the cases' references, in the order of making.

    ``rare``: a model of which one clone in ``RARELY`` is.
    """
    seq = 1 + max(act.row["seq"] for model in (*models, *([rare] if rare else ())) for act in model.acts)
    made, writing = [], []
    with ThreadPoolExecutor(len(into)) as threads:
        for first in range(0, count, batch):
            rows = {table: [] for table in COLUMNS}
            for n in range(first, min(first + batch, count)):
                model = rare if rare is not None and n % RARELY == RARELY - 1 else models[n % len(models)]
                case, seq = model.clone(n, seq, lambda table, row: rows[table].append(row))  # noqa: B023
                made.append(case)
            for one in writing:  # what was made before is written meanwhile
                one.result()
            writing = [threads.submit(one.write, rows) for one in into]
            if told is not None:
                told(len(made))
        for one in writing:
            one.result()
        for one in [threads.submit(one.close) for one in into]:
            one.result()
    return made


def models_of(path, cases):
    """The told cases of a store's file, as models."""
    raw = dbapi2.connect(str(path))
    try:
        return [Model(raw, case) for case in cases]
    finally:
        raw.close()
