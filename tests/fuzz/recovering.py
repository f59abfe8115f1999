"""Targets: what a restored node and its peers say to each other (``exchange.recovery``).

Promises: beside bodies of any shape, statements of any content that the peer truly signed, so that what
stands behind the signature is reached.
"""

from __future__ import annotations

import os
from functools import cache

from fuzz import world
from fuzz.target import target

from comity import dsse, wire
from comity.acts import RECEIPT_TYPE
from comity.errors import BadInput, ProofFailed
from comity.exchange import answer, sign_entry
from comity.exchange.recovery import (
    RESEND_TYPE,
    RESENT_TYPE,
    TAKEN_TYPE,
    prove_resend,
    prove_resent,
    prove_returned,
    read_returned,
    read_taken,
    returned_act,
    returned_entry,
)

THING = "b" * 64
REFUSED = (BadInput, ProofFailed)


@cache
def statements() -> dict[str, bytes]:
    two = world.two()
    at = two.NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {"v": 1, "state": "XA", "to": "XB", "at": at}
    return {
        "resend": wire.encode({**told, "since": at, "url": "http://127.0.0.1:1", "nonce": "0" * 32}),
        "resent": wire.encode({**told, "request": THING, "acts": 2, "not_taken": 0, "pieces": 1}),
        "taken": wire.encode({"v": 1, "state": "XA", "of": THING, "at": at}),
    }


@target(
    "comity.exchange.recovery.prove_resend",
    "comity.exchange.recovery.prove_resent",
    "comity.exchange.recovery.read_taken",
    "comity.exchange.answers.open_answer",
    raises=(),
    seeds=statements,
)
def recovery_signed(data):
    """Of any content, truly signed by the peer; what is accepted is what was written."""
    two = world.two()
    key, directory = two.XA.keys["acts"], two.directory()
    for kind, read in (
        (RESEND_TYPE, lambda body: prove_resend(body, directory, two.NOW)[0]),
        (RESENT_TYPE, lambda body: prove_resent(body, directory)[0]),
    ):
        try:
            found = read(wire.dump(key.state(kind, data)))
        except REFUSED:
            continue
        assert wire.dump_bytes(found) == data
    if len(data) <= 1000:  # what an answer holds
        sealed = answer(key.state(TAKEN_TYPE, data), two.XB.entry, os.urandom)
        try:
            assert read_taken(sealed, two.XB.age.identities, key.public_key, state="XA", of=THING)
        except REFUSED:
            return


@cache
def bodies() -> dict[str, bytes]:
    two = world.two()
    receipt = two.XB.keys["acts"].state(RECEIPT_TYPE, b"{}")
    entry = dsse.write(sign_entry(two.XB.entry, two.XB.keys["acts"]))
    return {
        "act": wire.encode(returned_act(THING, two.preview(), receipt)),
        "entry": wire.encode(returned_entry(THING, entry)),
    }


@target("comity.exchange.recovery.read_returned", "comity.exchange.recovery.prove_returned", seeds=bodies)
def recovery_body(data):
    two = world.two()
    returned = read_returned(wire.decode(data, limit=1 << 20))
    assert wire.dump_bytes(returned) == data
    prove_returned(returned, two.directory(), two.XA.entry, "2020-01-01T00:00:00Z")
