"""A store on each database that the program runs on, and acts to put into it."""

import itertools
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from comity import acts, wire
from comity.store import Database, url_of

CASE = "0123456789abcdef0123456789abcdef"
START = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)


def digest(name):
    return sha256(str(name).encode()).hexdigest()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """A fresh store, on either database: the contract is the same."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    named = url_of(tmp_path / "comity.db")
    Database.create(named).close()
    return named


@pytest.fixture
def db(url):
    with Database.open(url) as database:
        yield database


@pytest.fixture
def do(db):
    """Do a deed, in a transaction of its own."""

    def do(function, *args, **named):
        return db.writer.run(lambda conn: function(conn, *args, **named))

    return do


@pytest.fixture
def see(db):
    """Read, in a view of its own."""

    def see(function, *args, **named):
        with db.read() as conn:
            return function(conn, *args, **named)

    return see


@pytest.fixture
def at():
    """An instant so many minutes after the start."""
    return lambda minutes=0: START + timedelta(minutes=minutes)


@pytest.fixture
def entropy():
    counter = itertools.count()
    return lambda size: sha256(b"%d" % next(counter)).digest()[:size]


@pytest.fixture
def case():
    return CASE


@pytest.fixture
def make(entropy):
    """An act, unsigned: the store does not look at signatures."""

    def make(
        kind="withdraw", fields=None, *, case=CASE, from_="gh:desk-24-7", to="pt:desk", number=1, **other
    ):
        if fields is None:
            fields = {"terms": {"reason": "error"}, "text": f"Withdrawn, number {number}"}
        header = {
            "kind": kind,
            "case": case,
            "from": from_,
            "to": to,
            "number": number,
            "after": [],
            "at": "2026-11-21T17:00:00Z",
            "about": None,
            "law": {"bundle": digest("bundle"), "table": digest("table")},
            "signers": [{"role": "author", "key": digest("key"), "alg": "ed25519", "alias": "officer-a"}],
            "rests_on": wire.b64u(sha256(b"nothing").digest()),
            **other,
        }
        return acts.compose(header, fields, entropy)

    return make


@pytest.fixture
def make_home(make):
    """An act that stays at home."""

    def make_home(number=1, *, case=CASE, from_="gh:desk-24-7"):
        fields = {"terms": {"act": digest("an act"), "ratified": True}, "text": "Ratified"}
        return make("ratify", fields, case=case, from_=from_, to=None, number=number)

    return make_home
