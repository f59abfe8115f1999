"""Policies: the specification's example, and what must not be read as one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comity import note, tlog
from comity.errors import BadInput, ProofFailed
from comity.tlog import policy

AT = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)


@pytest.fixture
def example(log, witness) -> str:
    """The example of tlog-policy, with keys."""
    lines = ["# who must have seen it", f"log {log.vkey.encode()}\thttps://log.example/xa", ""]
    for number, name in enumerate(("X1", "X2", "X3", "Y1", "Y2", "Y3")):
        lines.append(f"  witness {name} {witness(number)[0].encode()}")
    lines += [
        "group X-witnesses 2 X1 X2 X3",
        "group Y-witnesses any Y1 Y2 Y3",
        "group X-and-Y all X-witnesses Y-witnesses",
        "quorum X-and-Y",
        "",
    ]
    return "\n".join(lines)


def test_the_quorum_of_the_example(example: str):
    read = policy.parse(example.encode())
    for names, enough in (
        ((), False),
        (("X1", "X2"), False),
        (("X1", "Y1"), False),
        (("X1", "X3", "Y2"), True),
        (("X1", "X2", "X3", "Y1", "Y2", "Y3"), True),
        (("X-and-Y",), False),
    ):
        assert read.satisfied(names) is enough


def test_a_checkpoint_is_accepted_when_enough_have_seen_it(log, witness, example: str):
    read = policy.parse(example.encode())
    signed = log.grow([b"entry"])
    lines = [tlog.cosign(signed, *witness(number), AT) for number in (0, 2, 4)]
    enough = tlog.Signed(signed.checkpoint, signed.note.signed_also(*lines)).encode()
    opened, times = read.open(enough)
    assert opened.checkpoint == signed.checkpoint
    assert times == {"X1": AT, "X3": AT, "Y2": AT}
    few = tlog.Signed(signed.checkpoint, signed.note.signed_also(*lines[1:])).encode()
    with pytest.raises(ProofFailed) as caught:
        read.open(few)
    assert caught.value.id == "tlog.too_few_witnesses"
    stranger = policy.parse(
        b"log " + note.Vkey("other", 1, log.vkey.key).encode().encode() + b"\nquorum none\n"
    )
    with pytest.raises(ProofFailed) as caught:
        stranger.open(enough)
    assert caught.value.id == "tlog.log_unknown"


def test_a_log_may_change_its_key(log, witness):
    old = note.Vkey(log.name, note.ED25519, witness(9)[0].key)
    read = policy.parse(f"log {old.encode()}\nlog {log.vkey.encode()}\nquorum none".encode())
    signed = log.grow([b"entry"])
    assert read.open(signed.encode())[0] == signed


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("quorum X-and-Y", ""),
        lambda text: text + "quorum X1\n",
        lambda text: text.replace("quorum X-and-Y", "quorum Z"),
        lambda text: text.replace("group X-witnesses 2", "group X-witnesses 4"),
        lambda text: text.replace("group X-witnesses 2", "group X-witnesses 0"),
        lambda text: text.replace("group X-witnesses 2", "group X-witnesses 02"),
        lambda text: text.replace("any Y1 Y2 Y3", "any"),
        lambda text: text.replace("any Y1 Y2 Y3", "any Y1 Y1"),
        lambda text: text.replace("any Y1 Y2 Y3", "any Y1 X1"),  # one witness in two groups
        lambda text: text.replace("any Y1 Y2 Y3", "any Y1 Y4"),
        lambda text: text.replace("any Y1 Y2 Y3", "any Y1 none"),
        lambda text: text.replace("group Y-witnesses", "group X1"),
        lambda text: text.replace("group Y-witnesses", "group none"),
        lambda text: text.replace("witness X2", "witness X1"),
        lambda text: text.replace("quorum X-and-Y", "quorum X-and-Y more"),
        lambda text: text.replace("log ", "logs "),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("X1", "X\x7f1"),
        lambda text: "quorum X-and-Y\n" + text.replace("quorum X-and-Y", ""),
        lambda text: "#" * policy.MAX_SIZE + "\n" + text,
        lambda text: text + next(x for x in text.split("\n") if x.startswith("log")),
        lambda text: text.replace("group X-w", text.split("witness ")[1].join(["witness ", "group X-w"])),
    ],
)
def test_what_is_no_policy(example: str, change):
    assert change(example) != example
    with pytest.raises(BadInput):
        policy.parse(change(example).encode())


def test_a_name_is_given_once(witness):
    one, two = (witness(number)[0].encode() for number in range(2))
    assert policy.parse(f"witness W {one}\nwitness V {two}\nquorum W".encode())
    with pytest.raises(BadInput) as caught:
        policy.parse(f"witness W {one}\nwitness W {two}\nquorum W".encode())
    assert caught.value.arguments == {"number": 2}


def test_keys_are_of_the_kind_that_their_line_says(log, witness):
    vkey = witness(0)[0].encode()
    for text in (f"log {vkey}\nquorum none", f"witness W {log.vkey.encode()}\nquorum W"):
        with pytest.raises(BadInput):
            policy.parse(text.encode())


def test_names_beyond_ascii_are_octets(witness):
    line = f"witness \u212a {witness(0)[0].encode()}\nquorum ".encode()  # the Kelvin sign is no K
    assert policy.parse(line + "\u212a\n".encode()).quorum == "\u212a"
    with pytest.raises(BadInput):
        policy.parse(line + b"K\n")
    assert policy.parse(line.replace("\u212a".encode(), b"\xff") + b"\xff").witnesses


def test_a_chain_of_groups_does_not_exhaust_the_stack(witness):
    lines = [f"witness g0 {witness(0)[0].encode()}"]
    lines += [f"group g{number} any g{number - 1}" for number in range(1, 4000)]
    with pytest.raises(BadInput):
        policy.parse("\n".join([*lines, "quorum g3999"]).encode())
    deepest = policy.MAX_LINES - 1
    read = policy.parse("\n".join([*lines[: deepest + 1], f"quorum g{deepest}"]).encode())
    assert read.satisfied({"g0"})
    assert not read.satisfied(set())
