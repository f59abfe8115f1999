"""The seal statement: signed once, read strictly, the same for both States."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from comity import dsse, wire
from comity.errors import BadInput, ProofFailed
from comity.evidence import SEAL_TYPE, make_statement, read_statement, verify_statement


def test_a_statement_says_what_was_taken_in(exhibit) -> None:
    statement = verify_statement(exhibit.envelope, exhibit.node.public)
    assert statement.taken_at == "2026-11-21T17:55:49Z"
    assert statement.files == 4
    assert statement.sha256 == exhibit.taken.sha256
    # Nothing of the ciphertext: the other State's is another.
    assert exhibit.taken.stored.digest not in exhibit.envelope.body.decode()


def test_another_signer_another_type_and_a_changed_body_are_refused(exhibit) -> None:
    with pytest.raises(ProofFailed, match="other_signers"):
        verify_statement(exhibit.envelope, bytes(range(32)))
    changed = exhibit.envelope.model_copy(
        update={"payload": wire.b64(exhibit.envelope.body.replace(b"EX-1", b"EX-2"))}
    )
    with pytest.raises(ProofFailed, match="signature_wrong"):
        verify_statement(changed, exhibit.node.public)
    with pytest.raises(ProofFailed, match="other_type"):
        read_statement(dsse.unsigned("application/json", exhibit.envelope.body))


@pytest.mark.parametrize(
    "change",
    [
        {"taken_at": "2026-13-45T17:55:49Z"},
        {"taken_at": "2026-11-21T17:55:49+00:00"},
        {"v": 2},
        {"chunk_size": 4096},
        {"files": 0},
        {"sha256": "AB" * 32},
        {"taken_by": "A Person"},
        {"more": 1},
    ],
)
def test_what_is_no_statement_of_version_1_is_refused(exhibit, change) -> None:
    members = {**json.loads(exhibit.envelope.body), **change}
    raw = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(BadInput):
        read_statement(dsse.unsigned(SEAL_TYPE, raw))


def test_a_name_that_is_no_pseudonym_is_refused_when_sealing(exhibit) -> None:
    with pytest.raises(BadInput, match="not_the_model"):
        make_statement(
            exhibit.taken,
            exhibit="EX-1",
            case="c" * 32,
            taken_at=datetime(2026, 1, 1, tzinfo=UTC),
            taken_by="A Person",
            source="here",
        )
