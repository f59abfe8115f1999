"""The first request, from preview to close, as commands: the same walk in one process and in many.

A desk is whatever runs a command: ``desk(*args)`` asserts success, ``desk.json(*args)`` reads its output,
``desk.act(*args)`` gives the id of the act that it had signed.
"""

from dataclasses import dataclass, field

PRESERVE = """
kind = "request"
from = "gh:central-authority"
to = "pt:central-authority"
measure = "preserve"
ratify_within_hours = 72
"""

ACCESS = """
kind = "request"
from = "gh:central-authority"
to = "pt:central-authority"
measure = "access_stored"
"""

REST = """
subject = "Mailbox used in a fictional fraud"
purpose = "Investigation of a fictional fraud"
[conduct]
did = "Entered a mail server with another's password, and read letters."
places = ["GH"]
[[conduct.documents]]
id = "charge"
kind = "charge"
reference = "Charge of 3 November, count 1"
digest = "1111111111111111111111111111111111111111111111111111111111111111"
[[conduct.elements]]
element = "access"
present = true
cites = ["charge"]
[offence]
title = "Unauthorised access"
law = "Fictional Code, s. 1"
max_penalty_months = 60
offence_class = "illegal_access"
[proceeding]
number = "2026/17"
authority = "Fictional Police"
stage = "investigation"
[[bases]]
instrument = "budapest"
provision = "PROVISION"
[[items]]
id = "mailbox"
data = "content"
description = "The mailbox"
account = "account@mail.example"
since = "2026-10-01T00:00:00Z"
until = "2026-10-31T00:00:00Z"
[[items]]
id = "logs"
data = "traffic"
description = "When it was used"
account = "account@mail.example"
since = "2026-10-01T00:00:00Z"
until = "2026-10-31T00:00:00Z"
"""

ADDITION = """
[[items]]
id = "holder"
data = "subscriber"
description = "Who holds the account"
account = "account@mail.example"
[[facts]]
key = "necessity.third_persons_limited"
value = true
provenance = "document"
reference = "annex 2"
"""

RULINGS = """
[[items]]
id = "mailbox"
outcome = "grant_on_conditions"
outward = "Granted for the purpose stated."
inward = "The findings were answered."
[[items.conditions]]
id = "purpose-only"
kind = "use_limit"
text = "Only for the proceeding that is named."
[[items]]
id = "logs"
outcome = "grant"
outward = "Granted."
inward = "Likewise."
"""


@dataclass
class Walk:
    """What the walk left behind: ids of acts by their kind, and the case."""

    case: str = ""
    acts: dict[str, str] = field(default_factory=dict)
    exhibit: str = ""
    printed: dict[str, str] = field(default_factory=dict)


def preview_text():
    return ACCESS.replace('"request"', '"preview"') + "\n".join(
        line for line in REST.replace("PROVISION", "budapest.stored.request").splitlines()
    )


WORDING = """
[wording]
original = "en"
[[wording.translations]]
language = "pt"
how = "machine"
digest = "2222222222222222222222222222222222222222222222222222222222222222"
"""


def request_text(follows="", more=""):
    more += f'follows = "{follows}"\n' if follows else ""
    return ACCESS + more + REST.replace("PROVISION", "budapest.stored.request") + WORDING


def preserve_text():
    return PRESERVE + REST.replace("PROVISION", "budapest.preservation.request")


def put(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def walk(gh, pt, settle, folder):
    """All of it; ``folder`` takes the files."""
    it = Walk()
    acts = it.acts
    preview = gh.json("request", "send", put(folder, "preview.toml", preview_text()), "--as", "ama")
    acts["preview"], it.case = preview["act"], preview["case"]
    settle()
    file = put(folder, "preserve.toml", preserve_text())
    acts["preserve"] = gh.act("request", "send", file, "--as", "ama", "--case", it.case)
    settle()
    acts["ratify"] = gh.act("ratify", acts["preserve"], "--as", "kofi", "--text", "It was needed at night.")
    acts["effected"] = pt.act(
        "effected", acts["preserve"], "--as", "ama", "--outcome", "done", "--text", "Preserved."
    )
    settle()
    pressing = 'wanted_by = "2036-01-01T00:00:00Z"\n'
    file = put(folder, "request.toml", request_text(acts["preserve"], pressing))
    sent = gh.json("request", "send", file, "--as", "ama", "--approver", "kofi", "--case", it.case)
    acts["request"] = sent["act"]
    assert sent["waiting"] == ["kofi"]
    assert [one["id"] for one in gh.json("approve")] == [acts["request"]]
    assert gh.json("approve", acts["request"][:12], "--as", "kofi")["waiting"] == []
    settle()
    request = acts["request"][:16]
    acts["ask"] = pt.act(
        "ask", request, "--as", "ama", "--fact", "necessity.lesser_not_enough", "--question", "Since when?"
    )
    settle()
    acts["answer"] = gh.act(
        "answer", acts["ask"], "--as", "ama", "--reply", "q1=Lesser data were tried.",
        "--reply", "q2=Since October.", "--fact", "necessity.lesser_not_enough=true", "--reference", "annex",
    )  # fmt: skip
    settle()
    more = put(folder, "more.toml", ADDITION)
    acts["amend"] = gh.act(
        "amend", request, "--as", "ama", "--approver", "kofi", "--add", more, "--text", "One item more."
    )
    gh("approve", acts["amend"], "--as", "kofi")
    acts["drop"] = gh.act(
        "amend", request, "--as", "ama", "--approver", "kofi", "--drop", "holder", "--text", "Not needed."
    )
    gh("approve", acts["drop"], "--as", "kofi")
    settle()
    gh("assess", request)
    assessed = pt.json("assess", request, "--as", "ama", "--fact", "law.own_case_permitted=true")
    acts["assess"] = assessed["assessment"]
    left = [finding["check"] for finding in assessed["findings"] if finding["verdict"] != "met"]
    answers = [part for key in left for part in ("--finding", key, "--answer", "Looked at; satisfied.")]
    first = pt.json("assess", request, "--as", "ama", *answers)
    assert [one["finding"] for one in first["answers"]] == left
    # What is grave a second person answers as well; the command says which it is.
    grave = first["unanswered"]
    assert set(grave) < set(left)
    again = [part for key in grave for part in ("--finding", key, "--answer", "Looked at again; satisfied.")]
    assert pt.json("assess", request, "--as", "kofi", *again)["unanswered"] == []
    rulings = put(folder, "rulings.toml", RULINGS)
    acts["decide"] = pt.act(
        "decide", request, "--file", rulings, "--as", "ama", "--approver", "kofi",
        "--written-in", "pt", "--translation", "en", "certified", rulings,
    )  # fmt: skip
    pt("approve", acts["decide"], "--as", "kofi")
    settle()
    acts["accept"] = gh.act("accept", request, "--as", "ama")
    settle()
    seized = folder / "seized"
    seized.mkdir()
    put(seized, "letters.txt", "Dear A.,\n" * 1000)
    put(seized, "ação.log", "18:00 entered\n")
    added = pt.json(
        "evidence", "add", request, seized, "--as", "ama", "--label", "Fictional Provider",
        "--item", "mailbox", "--item", "logs",
    )  # fmt: skip
    it.exhibit = added["exhibit"]
    pt("evidence", "seal", it.exhibit, "--as", "ama")
    pt("evidence", "verify", it.exhibit)
    pt("evidence", "review", it.exhibit, "--as", "kofi", "--release", "--text", "Nothing privileged.")
    acts["deliver"] = pt.act(
        "deliver", request, "--as", "ama", "--exhibit", it.exhibit, "--description", "The mailbox.",
        "--written-in", "en",
    )  # fmt: skip
    settle()
    acts["take_custody"] = gh.act("custody", "take", acts["deliver"], "--as", "ama")
    settle()
    gh(
        "evidence", "open", it.exhibit, folder / "package", "--as", "ama", "--second", "kofi",
        "--to", "Court A", "--purpose", "Reading",
    )  # fmt: skip
    for name in ("letters.txt", "ação.log"):
        opened = next((folder / "package").rglob(name))
        assert opened.read_bytes() == (seized / name).read_bytes()
    acts["use"] = gh.act(
        "use", request, "--as", "ama", "--exhibit", it.exhibit, "--number", "2026/17",
        "--authority", "Fictional Court", "--stage", "trial", "--text", "Shown to the court.",
    )  # fmt: skip
    settle()
    acts["close"] = pt.act("close", request, "--as", "ama", "--outcome", "answered")
    settle()
    return it
