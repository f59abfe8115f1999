"""The first request through the commands of two nodes, and what every reading command then says."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import RULINGS, request_text, walk
from desk import Desk

from comity.wire import digest

OUT = ("--as", "ama", "--second", "kofi", "--to", "Court A", "--purpose", "Trial")


def settle(couple):
    """Let both nodes post until nothing is left to post."""

    def carried():
        for _ in range(4):
            for desk in couple.values():
                desk("serve", "--once")

    return carried


@pytest.fixture(scope="session")
def walked(couple, tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    return walk(couple["GH"], couple["PT"], settle(couple), folder)


def test_both_sides_show_the_same_closed_request(couple, walked):
    shown = [desk.json("request", "show", walked.case) for desk in couple.values()]
    one, other = ({r["id"]: r for r in view["requests"]} for view in shown)
    assert one == other
    request = one[walked.acts["request"]]
    assert request["stage"] == "closed"
    assert request["exhibits"][0]["taken"] == walked.acts["take_custody"]
    assert all(view["unreceipted"] == [] and view["missing"] == [] for view in shown)
    assert shown[0]["clocks"] == shown[1]["clocks"]
    assert shown[0]["clocks"][0]["request"] == walked.acts["preserve"]


def test_what_was_sealed_is_checked_by_file_and_read_again(couple, walked, tmp_path):
    pt = couple["PT"]
    listed = pt.json("evidence", "list", walked.case)
    exhibit = listed[0]["exhibit"]
    out = tmp_path / "package"
    pt(
        "evidence",
        "open",
        exhibit,
        out,
        "--as",
        "ama",
        "--second",
        "kofi",
        "--to",
        "Court A",
        "--purpose",
        "Trial",
    )
    file = json.loads((out / "seal" / "index.json").read_bytes())["files"][0]["path"]
    proven = couple["GH"].json("verify", out)[0]
    told = {line["id"] for step in proven["steps"] for line in step["lines"]}
    assert {"dossier.custody_whole", "dossier.custody_statements", "dossier.custody_graph"} <= told
    (graph,) = (out / "proofs").glob("*-case-graph-*.jsonld")
    checked = couple["GH"].json("evidence", "graph-check", graph)
    assert (checked["faults"], checked["nodes"] > 10) == ([], True)
    alone = tmp_path / "custody.jsonld"
    pt("evidence", "custody", exhibit, "--format", "case", "-o", alone, *OUT)
    assert alone.read_bytes().startswith(graph.read_bytes()[:400])
    whole = tmp_path / "case.jsonld"
    act = pt.json("evidence", "graph", walked.case, "-o", whole, *OUT)["act"]
    assert pt.json("request", "show", act)["fields"]["terms"]["file"] == digest(whole.read_bytes())
    events = pt.json("custody", "show", walked.case)
    assert whole.read_text().count('"case-investigation:InvestigativeAction"') == len(events)
    assert pt.json("evidence", "graph-check", whole)["faults"] == []
    alone.write_bytes(graph.read_bytes().replace(b"SHA256", b"SHA-256", 1))
    assert "has a word that is not one of" in pt("evidence", "graph-check", alone, status=5).stdout
    said = tmp_path / "custody.intoto.jsonl"
    written = ("evidence", "custody", exhibit, "--format", "in-toto", "-o", said)
    act = pt.json(*written, *OUT)["act"]
    assert pt.json("request", "show", act)["fields"]["terms"]["file"] == digest(said.read_bytes())
    (alone,) = couple["GH"].json("verify", said)
    assert (alone["holds"], alone["subject"]) == (True, "custody")
    pt.refused(*written, *OUT, status=6)
    one = pt.json("evidence", "check", exhibit, "--file", file)
    other = couple["GH"].json("evidence", "check-package", out, "--file", file)
    assert one["sha256"] == other["sha256"] == digest((out / "data" / file).read_bytes())
    assert (one["exhibit"], one["signer_trusted"]) == (exhibit, True)
    assert (
        f"{file} of {exhibit} is as it was sealed" in pt("evidence", "check", exhibit, "--file", file).stdout
    )
    pt("evidence", "check", exhibit, "--file", "nowhere", status=3)
    select = ("evidence", "select", exhibit, "--as", "ama", "--text", "Of the order.", "--path", file)
    pt(*select, status=4)  # the request is closed
    pt("evidence", "left-out", exhibit, status=3)
    came = pt.json("vault", "scrub")
    assert (came["done"], came["rot"], came["objects"] >= len(listed)) == (True, [], True)
    assert "Nothing is rotten." in pt("vault", "scrub", "--budget", "1G").stdout
    pt("vault", "scrub", "--budget", "much", status=2)


def test_a_case_tells_who_signed_who_has_it_and_what_may_follow(couple, walked):
    view = couple["GH"].json("case", "show", walked.case[:8])
    lines = {act["id"]: act for act in view["acts"]}
    request = lines[walked.acts["request"]]
    assert {(s["role"], s["name"]) for s in request["signers"]} == {("author", "ama"), ("approver", "kofi")}
    assert request["receipts"]["peer"]["outcome"] == "folded"
    assert lines[walked.acts["ratify"]]["to"] is None
    assert {"export", "ratify", "ask_use"} == {a["kind"] for a in view["acts"] if a["to"] is None}
    assert view["at_home"]["ratifications"][0]["act"] == walked.acts["ratify"]
    use = next(n for n in view["next"] if n["kind"] == "use" and n["state"] == "GH")
    assert use["about"] == walked.acts["request"]
    assert use["by"] == ["ama"]
    ask = next(n for n in view["next"] if (n["kind"], n["about"]) == ("ask", walked.acts["preserve"]))
    assert ask["by"] == ["ama"]  # esi may ask too, for another office
    assert view["next"] == couple["GH"].json("case", "next", walked.case)
    words = couple["GH"]("case", "show", walked.case, "--all").stdout
    for word in ("access_stored", "purpose-only", "2026", "ama", "budapest.clock.preservation"):
        assert word in words


def test_an_act_shows_its_fields_and_those_of_the_other_side(couple, walked):
    view = couple["GH"].json("request", "show", walked.acts["decide"])
    assert {r["item"] for r in view["fields"]["reasons"]} == {"mailbox", "logs"}
    assert view["not_open"] == []
    assert "Granted for the purpose stated." in couple["GH"]("request", "show", walked.acts["decide"]).stdout
    inward = couple["PT"].json("request", "show", walked.acts["assess"])
    assert inward["fields"]["findings"]


def test_both_sides_see_in_which_language_each_thing_was_sent(couple, walked, tmp_path):
    for desk in couple.values():
        view = desk.json("case", "show", walked.case)
        request = next(r for r in view["requests"] if r["id"] == walked.acts["request"])
        (machine,) = request["wording"]["translations"]
        assert (request["wording"]["original"], machine["language"], machine["how"]) == (
            "en",
            "pt",
            "machine",
        )
        (decision,) = request["decisions"]
        (certified,) = decision["wording"]["translations"]
        assert (decision["wording"]["original"], certified["how"]) == ("pt", "certified")
        assert certified["digest"] == digest(RULINGS.encode())
        assert request["exhibits"][0]["wording"] == {"original": "en", "translations": []}
        assert (request["language"]["verdict"], request["language"]["why"]) == ("needs_human", "nothing_held")
    words = couple["PT"]("case", "show", walked.case, "--all").stdout
    for line in ("sent in: en, pt (machine translation)", "sent in: pt, en (certified translation)"):
        assert line in words
    assert "sent in: en, pt; asked for: -" in couple["PT"]("case", "show", walked.case).stdout


def test_a_letter_says_its_language_its_translations_and_the_requests_before_it(couple, walked, tmp_path):
    for desk, kind, told in (
        (
            "GH",
            "request",
            (
                "Written in en",
                "made by a machine",
                "2" * 64,
                "Builds on",
                "2036",
                f"(act {walked.acts['preserve']})",
            ),
        ),
        ("PT", "decide", ("Written in pt", "certified", digest(RULINGS.encode()))),
    ):
        path = tmp_path / f"{kind}.pdf"
        couple[desk]("letter", walked.acts[kind], "-o", path, *OUT)
        text = "".join(subprocess.check_output(["pdftotext", path, "-"], text=True).split())
        for words in told:
            assert words.replace(" ", "") in text


def test_what_is_due_is_listed_by_urgency_with_the_urgency_beside_it(couple, walked):
    told = couple["GH"].json("due", "--urgent-first", "--within", "3660d", "--awaited")["due"]
    assert {line["urgency"] for line in told} == {"ordinary"}
    words = couple["GH"]("due", "--urgent-first", "--within", "3660d", "--awaited").stdout
    assert f"{told[0]['clock']} (ordinary)" in words


def test_nothing_inward_is_on_the_other_side(couple, walked):
    kinds = {a["kind"] for a in couple["GH"].json("case", "show", walked.case)["acts"]}
    assert kinds.isdisjoint({"assess", "deliberate", "intake", "review"})
    couple["GH"].refused("request", "show", walked.acts["assess"], status=3)


def test_the_list_names_each_request_and_where_it_stands(couple, walked):
    listed = couple["PT"].json("request", "list")["cases"]
    line = next(one for one in listed if one["case"] == walked.case)
    assert line["with"] == "GH"
    assert {r["stage"] for r in line["requests"]} == {"draft", "effected", "closed"}
    assert couple["PT"].json("request", "list", "--with", "XA")["cases"] == []
    assert walked.case[:12] in couple["PT"]("request", "list").stdout
    for asked in (("search", "fictional"), ("case", "list", "--standing", "closed", "--state", "GH")):
        found = couple["PT"].json(*asked)
        assert walked.case in {one["case"] for one in found["cases"]}
        assert walked.case[:12] in couple["PT"](*asked).stdout
    assert couple["PT"].json("search", "nowhere", "--due-within", 9) == {"cases": [], "next": None}
    couple["PT"].refused("search", "--", "-", status=2)
    couple["PT"].refused("search", "--after", "no key", status=2)


def test_findings_show_what_a_reader_needs_to_doubt_them(couple, walked):
    pt = couple["PT"]
    shown = pt.json("assess", walked.acts["request"])
    assert shown["assessment"] is None
    assert all(f["cites"] and f["words"] and f["title"] for f in shown["findings"])
    words = pt("assess", walked.acts["request"], "--all").stdout
    assert "paragraph to be confirmed" in words
    said = f"necessity.lesser_not_enough = true: document of GH, act {walked.acts['answer'][:12]}; annex"
    assert said in words
    assert "(mark A, looked at" in words
    assert "Not kept" in words
    short = pt("assess", walked.acts["request"][:12]).stdout
    assert all(f"{f['check']} " in short for f in shown["findings"])
    assert "paragraph to be confirmed" not in short


def test_an_assessment_says_what_would_settle_it_whom_to_ask_and_what_to_look_up(couple, walked):
    pt = couple["PT"]
    shown = pt.json("assess", walked.acts["request"])
    assert shown["entered"] == 1, "the own file of the last assessment stands"
    asked = {one["fact"] for one in shown["ask"]}
    assert asked
    assert asked <= {
        f["key"] for one in shown["findings"] if one["settling"] for f in _facts_of(one["settling"])
    }
    assert {one["ask"] for one in shown["to_do"]} == {"own_file", "nobody"}
    settled = [one["settling"] for one in shown["findings"] if one["verdict"] == "needs_human"]
    assert all(one is not None and (one["sets"] or one["why"]) for one in settled)
    assert pt.json("assess", walked.acts["request"], "--anew")["entered"] == 0


def _facts_of(settling):
    """Of every set, and the texts and numbers of which nobody can try all values: they are asked for too."""
    return [*(fact for one in settling["sets"] for fact in one["facts"]), *settling["not_searched"]]


def test_a_kept_assessment_is_recomputed_to_the_same_bytes(couple, walked):
    pt = couple["PT"]
    told = pt.json("assess", walked.acts["assess"][:16], "--replay")
    assert told["same"], told["changed"]
    assert told["stored"] == told["again"]
    assert "byte for byte the same" in pt("assess", walked.acts["assess"], "--replay").stdout


def test_exhibits_and_custody_are_told_on_both_sides(couple, walked):
    gh, pt = couple["GH"], couple["PT"]
    own = pt.json("evidence", "list", walked.case)[0]
    assert (own["status"], own["released"], own["taken"]) == ("own", True, walked.acts["take_custody"])
    assert gh.json("evidence", "list", walked.case)[0]["status"] == "incoming"
    assert gh.json("evidence", "verify", walked.exhibit)["files"] == 2
    actions = [e["action"] for e in gh.json("custody", "show", walked.case, walked.exhibit)]
    assert actions[:2] == ["received", "checked"]
    assert {"opened", "used"} <= set(actions)
    for command in (("evidence", "list", walked.case), ("custody", "show", walked.case)):
        assert walked.exhibit in gh(*command).stdout


def test_case_files_letters_and_disclosures_verify_and_a_changed_byte_does_not(couple, walked, tmp_path):
    gh, pt = (Desk(shutil.copytree(desk.folder, tmp_path / name)) for name, desk in couple.items())
    pins = [f"{d.json('directory')['state']}={d.json('directory')['fingerprint']}" for d in (gh, pt)]
    trust = [part for pin in pins for part in ("--trust", pin)]
    erased = gh.act(
        "erase",
        walked.acts["request"],
        "urgency",
        "--as",
        "ama",
        "--second",
        "kofi",
        "--ground",
        "retention.ended",
        "--order",
        "Order 3",
    )
    case, defence = tmp_path / "case.zip", tmp_path / "defence.zip"
    gh("case", "export", walked.case, "-o", case, *OUT)
    gh(
        "disclose", walked.case, "--as", "ama", "--second", "kofi", "--to", "Counsel A", "-o", defence,
        "--order", "Order 2",
        "--withhold", f"{walked.acts['request']}.signatories=protection.witness",
    )  # fmt: skip
    letter = tmp_path / "letter.pdf"
    gh("letter", walked.acts["request"], "-o", letter, *OUT)
    entry = tmp_path / "gh.json"
    gh("directory", "-o", entry)
    for path in (case, defence, entry):
        report = gh.json("verify", path, *trust)[0]
        assert report["holds"], report
    assert gh.json("verify", letter, "--data", gh.folder)[0]["holds"]
    told = gh("verify", defence, *trust).stdout
    assert "signatories" in told
    assert erased
    data = bytearray(case.read_bytes())
    data[len(data) // 2] ^= 1
    case.write_bytes(data)
    found = gh("verify", case, defence, *trust, status=5)
    assert "FAILS" in found.stdout
    assert gh.run("verify", defence, "--trust", f"GH={'0' * 64}", "--trust", pins[1]).exit_code == 5
    shown = gh.json("request", "show", walked.acts["request"])
    assert shown["erased"][0]["field"] == "urgency"
    assert "urgency" not in shown["fields"]


def test_a_fresh_file_of_rulings_names_items_and_grounds(couple, walked, tmp_path):
    file = tmp_path / "rulings.toml"
    made = couple["PT"].json("decide", "new", walked.acts["preserve"], "-o", file)
    assert made["items"] == ["logs", "mailbox"]
    assert made["grounds"]
    text = file.read_text(encoding="utf-8")
    for key in made["grounds"]:
        assert key in text
    couple["PT"].refused(
        "decide", walked.acts["preserve"], "--file", file, "--as", "ama", status=2
    )  # nothing is filled in


def test_a_request_waits_and_can_be_given_up(couple, walked, tmp_path):
    gh = couple["GH"]
    file = tmp_path / "again.toml"
    file.write_text(request_text(walked.acts["preserve"]), encoding="utf-8")
    act = gh.act("request", "send", file, "--as", "ama", "--approver", "kofi", "--case", walked.case)
    assert act[:12] in gh("approve").stdout
    assert "kofi" in gh("request", "show", walked.case).stdout
    gh("approve", act, "--drop")
    assert gh.json("approve") == []
    gh.refused("request", "show", act, status=3)


def test_consult_extend_withdraw_and_a_refusal_by_options(couple, walked, tmp_path):
    gh, pt = couple["GH"], couple["PT"]
    until = "2036-01-01T00:00:00Z"
    gh.act("extend", walked.acts["preserve"], "--as", "ama", "--until", until, "--text", "Still needed.")
    file = tmp_path / "second.toml"
    file.write_text(request_text(), encoding="utf-8")
    sent = gh.json("request", "send", file, "--as", "ama", "--approver", "kofi")
    gh("approve", sent["act"], "--as", "kofi")
    settle(couple)()
    ground = "budapest.ground.dual_criminality"
    offered = pt.act(
        "consult", sent["act"], "--as", "ama", "--ground", ground, "--answer-by", until, "--text", "Is it?"
    )
    shown = pt.json("request", "show", sent["case"])["requests"][0]
    assert shown["consultations"][0]["id"] == offered
    settle(couple)()
    ruling = (
        "decide", sent["act"], "--as", "ama", "--approver", "kofi", "--grant", "mailbox",
        "--refuse", f"logs={ground}", "--outward", "As said outside.", "--inward", "As said inside.",
    )  # fmt: skip
    findings = pt.json("assess", sent["act"], "--as", "ama")["findings"]
    pt.refused(*ruling, status=4)  # findings are open: nobody decides, by options or otherwise
    answers = [
        part
        for one in findings
        if one["verdict"] != "met" and one["check"] not in {"persecution", "death_penalty", "treatment"}
        for part in ("--finding", one["check"], "--answer", "It is not satisfied.")
    ]
    words = pt("assess", sent["act"], "--as", "ama", "--not-resolved", *answers).stdout
    assert "dual_criminality is answered by" in words
    assert "grave: persecution, treatment, death_penalty" in words
    grave = (
        "--finding", "persecution", "--answer", "Nothing of the kind.",
        "--finding", "death_penalty", "--answer", "Nothing of the kind.",
    )  # fmt: skip
    both = (*grave, "--finding", "treatment", "--answer", "Nothing to be feared.")
    assert "grave: persecution, death_penalty" in pt("assess", sent["act"], "--as", "ama", *both).stdout
    pt.refused("assess", sent["act"], "--as", "ama", *grave, status=4)  # one person is one person
    listed = pt.json("request", "show", sent["case"])
    answered = {a["finding"] for a in listed["at_home"]["assessments"][0]["answers"]}
    assert "treatment" in answered
    unread = {"persecution", "death_penalty"}
    assert not unread & answered, "nobody reads the first answer, nor that there is one"
    assert "No finding waits" in pt("assess", sent["act"], "--as", "kofi", *grave).stdout
    pt.refused(*ruling, status=4)  # nobody has replied to the offer yet
    gh.act("ask", sent["act"], "--as", "ama", "--question", "Under which provision?")
    settle(couple)()
    decided = pt.act(*ruling)
    pt("approve", decided, "--as", "kofi")
    settle(couple)()
    items = {i["id"]: i for i in gh.json("request", "show", sent["case"])["requests"][0]["items"]}
    assert (items["mailbox"]["standing"], items["logs"]["standing"]) == ("granted", "refused")
    assert items["logs"]["grounds"] == [ground]
    assert "As said inside." not in gh("request", "show", decided).stdout
    assert "As said outside." in gh("request", "show", decided).stdout
    pt.refused("deliver", sent["act"], "--as", "ama", "--exhibit", "PT-9", "--description", "?", status=3)
    gh.act("withdraw", sent["act"], "--as", "ama", "--reason", "no_longer_needed")
    settle(couple)()
    assert pt.json("request", "show", sent["case"])["requests"][0]["stage"] == "withdrawn"
    pt.refused("close", sent["act"], "--as", "ama", "--outcome", "answered", status=4)
    gh.act("close", sent["act"], "--as", "ama", "--outcome", "withdrawn")
    settle(couple)()


def test_a_fresh_request_file_names_offices_and_bases_and_is_refused_until_filled_in(couple, tmp_path):
    gh, file = couple["GH"], tmp_path / "request.toml"
    made = gh.json("request", "new", "-o", file)
    assert (made["from"], made["to"]) == ("gh:central-authority", "pt:central-authority")
    assert "budapest.stored.request" in made["bases"]
    text = file.read_text(encoding="utf-8")
    assert gh("request", "new").stdout == text
    assert gh("request", "new", "--kind", "preview", "--to", "pt:central-authority").stdout != text
    wrong, _ = gh.refused("request", "send", file, "--as", "ama", status=2)
    assert "request.toml" in wrong
    gh.refused("request", "new", "-o", file, status=6)
    # Two offices of ours may ask for preservation: which one is not guessed.
    gh.refused("request", "new", "--measure", "preserve", status=2)
    desk = ("--measure", "preserve", "--from", "gh:desk-24-7", "--to", "pt:desk-24-7")
    assert gh.json("request", "new", *desk, "-o", tmp_path / "night.toml")["from"] == "gh:desk-24-7"


def test_peers_are_listed_with_what_to_read_aloud(couple):
    gh, pt = couple["GH"], couple["PT"]
    fingerprint = pt.json("directory")["fingerprint"]
    assert gh.json("peer", "list")[0]["fingerprint"] == fingerprint
    aloud = " ".join(fingerprint[i : i + 4] for i in range(0, 64, 4))
    assert aloud in gh("peer", "list").stdout
    assert aloud in pt("directory").stdout


def test_peers_refresh_and_a_peer_that_is_down_is_a_mistake_of_its_own(couple, walked):
    gh, pt = couple["GH"], couple["PT"]
    assert gh.json("peer", "refresh")[0]["version"] == pt.json("directory")["version"]
    assert "PT" in gh("peer", "refresh", "PT").stdout
    gh.courier.down.add("PT")
    try:
        gh.refused("peer", "refresh", status=7)
    finally:
        gh.courier.down.clear()


def test_doctor_finds_two_nodes_well(couple, walked):
    for desk in couple.values():
        report = desk.json("doctor")
        assert {line["health"] for line in report} <= {"ok", "warn"}
        assert any(line["id"] == "doctor.log" for line in report)


def test_a_copy_is_made_and_restored(couple, walked, tmp_path):
    gh = couple["GH"]
    copy, restored = tmp_path / "copy.tar", tmp_path / "restored"
    assert gh.json("backup", copy)["members"] > 10
    gh.refused("backup", copy, status=6)
    assert gh.json("restore", copy, restored)["guard"] is False
    again = Desk(restored)
    assert again.json("case", "show", walked.case) == gh.json("case", "show", walked.case)
    assert again.json("evidence", "verify", walked.exhibit)["files"] == 2
    found = [line["id"] for line in json.loads(again("doctor", "--json", status=6).stdout)]
    assert "doctor.guard_missing" in found
    checkpoint = gh.folder / "log" / "checkpoint"
    gh("restore", copy, tmp_path / "guarded", "--last-checkpoint", checkpoint)
    assert "doctor.log" in {line["id"] for line in Desk(tmp_path / "guarded").json("doctor")}


def test_a_split_goes_to_a_third_and_what_is_new_is_told_to_somebody_or_nobody(couple, tmp_path):
    gh, pt = couple["GH"], couple["PT"]
    file = tmp_path / "third.toml"
    file.write_text(request_text(), encoding="utf-8")
    sent = gh.json("request", "send", file, "--as", "ama", "--approver", "kofi")
    gh("approve", sent["act"], "--as", "kofi")
    settle(couple)()
    pt("assess", sent["act"], "--as", "ama")
    grave = ("--finding", "persecution", "--answer")
    first = pt.json("assess", sent["act"], "--as", "ama", *grave, "Nothing of the kind.")
    assert first["split"] == []
    pt.refused("request", "show", first["answers"][0]["act"], status=4)
    words = pt("assess", sent["act"], "--as", "kofi", "--not-resolved", *grave, "The timing.").stdout
    assert "Two persons differ; a third one" in words
    third = pt.json("assess", sent["act"], "--as", "yaw", *grave, "Read both; nothing.")
    assert "persecution" not in third["unanswered"]
    pt("assess", sent["act"], "--as", "ama", "--fact", "persecution.asylum=true", "--reference", "own file")
    shown = pt("request", "show", sent["case"]).stdout
    assert "Reopened: persecution" in shown
    assert "for a person to say" in shown
    told = ("assess", sent["act"], "--as", "ama", *grave, "None has anything.", "--tell")
    pt.refused(*told, "ES", "--tell", "nobody", status=2)
    assert "noted whom you tell (-)" in pt(*told, "nobody").stdout
    (one,) = pt.json("request", "show", sent["case"])["reopened"]
    assert (one["finding"], one["facts"], one["told"]) == ("persecution", ["persecution.asylum"], [])
    pt.refused(*told, "ES", status=3)
