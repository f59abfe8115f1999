"""Custody of an exhibit, or of all of a case, in formats that others read, handed out by two persons.

Promises: what is written says what the events say, whose signatures were checked; the act names the digest of
the very bytes. Of persons it has the pseudonyms that the events have.

Leaves to others: the formats (``interop``), entering events (``custody``).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from comity import dsse, store
from comity.acts import Act
from comity.acts.knowing_terms import ExportTerms
from comity.app.hand_out import Leave, say_handed_out
from comity.app.look import find_case
from comity.app.node import Node
from comity.app.touch import check_signers, committed_root, custody_keys
from comity.errors import NotFound
from comity.evidence import Event, custody_root, prove_exhibit, read_statement, verify_events, verify_exhibit
from comity.interop import Held, held, write_bundle, write_graph
from comity.wire import digest


class Form(StrEnum):
    """In which format custody goes out."""

    IN_TOTO = "in-toto"
    CASE = "case"


def hand_out_custody(node: Node, case: str, exhibit: str, form: Form, leave: Leave) -> tuple[Act, bytes]:
    """The custody of an exhibit in a format, and the act by which two hand it out.

    Raises:
        NotFound: no such case or exhibit. ProofFailed: an event is not signed by this node, or one is
            missing.
        NotPermitted: these two may not, or are one.
    """
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
        seal = read_statement(dsse.read(store.get_exhibit(conn, reference, exhibit).statement))
        envelopes = [dsse.read(row.envelope) for row in store.custody_of(conn, reference)]
        directory = node.directory(conn)
        committed_root(conn, reference)
    proof = prove_exhibit(envelopes, reference, exhibit)
    events = verify_exhibit(proof, custody_keys(directory, node.state))
    check_signers(directory, node.state, (dsse.checked(shown.event) for shown in proof.events), events)
    if form is Form.IN_TOTO:
        data = write_bundle(proof, seal, node.keys.acts.public, node.keys.acts.sign)
    else:
        data = graph_bytes(reference, [held(proof, seal)])
    name = form.value.replace("-", "_")
    terms = ExportTerms(form=name, profile=None, subject=None, file=digest(data), exhibits=(exhibit,))
    return say_handed_out(node, reference, leave, terms), data


def hand_out_graph(node: Node, case: str, leave: Leave) -> tuple[Act, bytes]:
    """The custody of all exhibits of a case as one graph, and the act by which two hand it out.

    Raises:
        NotFound: no such case, or it has no exhibit. ProofFailed: an event is not signed by this node, or one
            is missing.
        NotPermitted: these two may not, or are one.
    """
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
        rows = store.exhibits_of(conn, reference)
        seals = [read_statement(dsse.read(row.statement)) for row in rows]
        envelopes = [dsse.read(row.envelope) for row in store.custody_of(conn, reference)]
        directory = node.directory(conn)
        if not seals:
            raise NotFound("evidence_app.no_exhibit", case=reference)
        committed_root(conn, reference)
    keys = custody_keys(directory, node.state)
    proven = verify_events(envelopes, custody_root(envelopes), reference, keys)
    check_signers(directory, node.state, envelopes, proven)
    events: dict[str, list[tuple[str, Event]]] = {}
    for envelope, event in zip(envelopes, proven, strict=True):
        events.setdefault(event.exhibit, []).append((envelope.id, event))
    data = graph_bytes(reference, [Held(seal, events.get(seal.exhibit, [])) for seal in seals])
    named = tuple(sorted(seal.exhibit for seal in seals))
    terms = ExportTerms(form="case_graph", profile=None, subject=None, file=digest(data), exhibits=named)
    return say_handed_out(node, reference, leave, terms), data


def graph_bytes(case: str, exhibits: Iterable[Held]) -> bytes:
    """A graph in one piece."""
    return b"".join(write_graph(case, exhibits))
