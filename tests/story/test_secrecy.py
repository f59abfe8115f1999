"""P8: what can be read from outside, and what one State learns of another's inner work."""

import json

import loopback as l
import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs
from test_life import draft, settle_findings

from comity import store
from comity.acts import Outcome, read_act
from comity.acts.terms import CloseReason
from comity.api import application
from comity.app import execute
from comity.app.decide import Ruling, decide
from comity.app.prepare import approve
from comity.app.publish import publish
from comity.app.send import send_draft
from comity.errors import NotPermitted
from comity.exchange import open_message
from comity.exchange.courier import ACT_PATH, DIRECTORY_PATH, PIECE_PATH
from comity.wire import unb64u


def encoded(disclosure):
    return disclosure.text.encode()


INWARD = "Our source in the ministry says so."
SECRETS = ("x@mail.example", "Somebody entered", "Officer GH", "Approver PT", INWARD, "Investigation 17")


class Listening(l.Loopback):
    """Keeps what was carried."""

    def __init__(self) -> None:
        super().__init__()
        self.carried: list[tuple[str, bytes]] = []

    def post(self, url: str, body: bytes) -> bytes:
        self.carried.append((url, body))
        return super().post(url, body)


@pytest.fixture
def told(pair):
    """A request granted and closed, with everything that was carried and logged on the way."""
    listening = Listening()
    listening.nodes = pair.courier.nodes
    for side in (pair.gh, pair.pt):
        object.__setattr__(side.node, "courier", listening)
    with capture_logs() as logs:
        said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
        approve(pair.gh.node, said.act.id, pair.gh["approver"])
        pair.settle()
        settle_findings(pair, said.act)
        ruling = Ruling("log", Outcome.GRANT, "Granted.", INWARD)
        made = decide(pair.pt.node, said.act.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
        approve(pair.pt.node, made.act.id, pair.pt["approver"])
        pair.settle()
        with pytest.raises(NotPermitted):
            execute.close(pair.pt.node, said.act.id, pair.pt["officer"], outcome=CloseReason.REFUSED)
    return pair, said.act, made.act, listening, logs


def test_the_service_log_names_no_one_and_quotes_nothing(told):
    *_, logs = told
    assert logs
    text = json.dumps(logs, default=str)
    for secret in SECRETS:
        assert secret not in text


def test_what_is_posted_is_known_by_path_and_size_class_alone(told):
    _, request, _, listening, _ = told
    sizes = set()
    for url, body in listening.carried:
        assert url.endswith((ACT_PATH, PIECE_PATH))
        assert request.header.case not in url
        sizes.add(len(body))
        for secret in (*SECRETS, request.id, request.header.case):
            assert secret.encode() not in body
    assert len(sizes) == 1  # four acts of four kinds, in one class
    assert {answer for _, _, answer in listening.posted} == {listening.posted[0][2]}


def test_nothing_of_the_inner_assessment_leaves(told):
    """Digests included: no act at home, and no commitment to one, can be recognised in what was sent."""
    pair, _, decision, listening, _ = told
    with pair.pt.node.db.read() as conn:
        home = store.acts_of_case(conn, decision.header.case, "home")
        openings = {a.id: store.commitment_of(conn, a.id) for a in (*home, decision)}
    assert {a.header.kind for a in home} >= {"assess", "answer_finding", "deliberate"}
    sent = [
        read_act(open_message(body, pair.gh.node.keys.age.identities).content)
        for url, body in listening.carried
        if url.startswith(str(pair.gh.node.settings.url)) and url.endswith(ACT_PATH)
    ]
    told_ = b"".join(
        part
        for act in sent
        for part in (
            act.envelope.body,
            *(unb64u(d.text) for d in act.disclosures),
            *map(encoded, act.disclosures),
        )
    )
    assert b"Granted." in told_
    for secret in (INWARD, "Looked at; satisfied.", *(a.id for a in home), *openings.values()):
        assert str(secret).encode() not in told_
    digests = {d for a in home for d in a.header.fields} | {a.header.rests_on for a in home}
    for digest in digests:
        assert digest.encode() not in told_


def test_every_act_has_a_commitment_of_one_shape(told):
    _, request, decision, _, _ = told
    assert len(request.header.rests_on) == len(decision.header.rests_on) == 43


def test_the_public_log_tells_neither_what_nor_how_many(told):
    pair, request, decision, _, _ = told
    folders = []
    for side in (pair.gh, pair.pt):
        publish(side.node)
        files = [f for f in side.node.settings.log.rglob("*") if f.is_file()]
        whole = b"".join(f.read_bytes() for f in files)
        for act in (request, decision):
            assert bytes.fromhex(act.id) not in whole
            assert act.id.encode() not in whole
        assert request.header.case.encode() not in whole
        folders.append({f.relative_to(side.node.settings.log).as_posix(): f.stat().st_size for f in files})
    with pair.gh.node.db.read() as conn:
        gh = store.log_size(conn)
    with pair.pt.node.db.read() as conn:
        pt = store.log_size(conn)
    assert gh % 64 == pt % 64 == 0  # padded: how many things happened cannot be told from the size
    with pair.pt.node.db.read() as conn:
        mixed = [store.opening_of(conn, act.id) for act in (request, decision)]
    assert all(one is not None and one.position is not None for one in mixed)
    assert len(list(folders[0])) >= 3


def test_strangers_get_one_answer_and_error_pages_say_nothing(told):
    pair, request, _, listening, _ = told
    client = TestClient(application(pair.pt.node), raise_server_exceptions=False)
    authentic = next(
        body for url, body in listening.carried if url.startswith(str(pair.pt.node.settings.url))
    )
    flipped = bytearray(authentic)
    flipped[-1] ^= 1
    bodies = (b"", b"x", bytes(flipped), authentic[:-1], b"\0" * 40_000_000, authentic)
    answers = [client.post(ACT_PATH, content=body) for body in bodies]
    answers += [client.post(PIECE_PATH, content=body) for body in (b"", b"x", authentic)]
    assert {a.status_code for a in answers} == {200}
    assert len({len(a.content) for a in answers}) == 1
    heads = {tuple(sorted((k, v) for k, v in a.headers.items() if k != "date")) for a in answers}
    assert len(heads) == 1
    assert client.get(DIRECTORY_PATH).status_code == 200
    for path in (
        f"/exchange/v1/act/{request.id}",
        f"/cases/{request.header.case}",
        "/log/tile/0/999",
        "/log/../comity.db",
        "/log/%2e%2e/comity.db",
        "/log/tile/0/../../../comity.db",
        "/openapi.json",
        "/docs",
    ):
        page = client.get(path)
        assert page.status_code in {404, 405}
        for secret in (*SECRETS, request.id[:12], str(pair.pt.node.settings.data)):
            assert secret not in page.text
