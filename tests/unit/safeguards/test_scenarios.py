"""Scenarios: read strictly, run as acts, compared with what a person expected; all that are shipped hold."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from comity.acts import Verdict
from comity.app.scenarios import File, Theatre, of_path, shipped
from comity.errors import BadInput, NotFound
from comity.law import packaged_bundle
from comity.messages import explain, say
from comity.safeguards import CHECKS, open_findings

LAW = packaged_bundle()
ORDINARY = "ordinary/"
SHIPPED = [file for file in shipped() if not file.name.startswith(ORDINARY)]
GOOD = "like: good/access-mailbox\ntitle: A test\nexpect:\n  others: any\n"


@cache
def theatre():
    return Theatre(LAW)


@cache
def read(file):
    """A shipped scenario, read once for all tests."""
    return theatre().read(file)


@cache
def played(file):
    return theatre().play(read(file), file.folder)


def run(text, folder=None):
    return theatre().run(File("mine.yaml", text.encode(), folder))


def refused(text, folder=None):
    """The error of a scenario that cannot be run; a person can read it."""
    with pytest.raises((BadInput, NotFound)) as caught:
        run(text, folder)
    assert all(explain(caught.value))
    return caught.value


@pytest.mark.parametrize("file", SHIPPED, ids=[file.name for file in SHIPPED])
def test_a_shipped_scenario_holds(file):
    found = played(file).differences
    told = [(say(one.what), *map(say, one.reasons)) for one in found]
    assert told == []


def test_there_are_as_many_scenarios_as_were_promised():
    assert len(SHIPPED) >= 120


def test_every_scenario_says_why_and_cites_paragraphs_that_are_held():
    held = {p.key for p in LAW.content.provisions}
    instruments = "|".join(i.key for i in LAW.content.instruments)
    for file in SHIPPED:
        why = read(file).scenario.why
        assert why, file.name
        for key in re.findall(rf"\b(?:{instruments})(?:\.[a-z0-9_]+)+", why):
            assert any(f"{one}.".startswith(f"{key}.") for one in held), (file.name, key)


def test_every_scenario_has_a_title_of_its_own():
    titles = [read(file).scenario.title for file in SHIPPED]
    assert len(set(titles)) == len(titles)


# -- reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "id", "number"),
    [
        ("tilte: two", "scenario.unknown_key", 5),
        ("day: soon", "scenario.not_right", 5),
        ("day: 2026-11-21", "yaml.not_text", 5),
        ('day: "2026-02-30"', "scenario.not_right", 5),
        ("from: NO", "yaml.not_text", 5),
        ("from: Ghana", "scenario.not_right", 5),
        ("title: again", "yaml.twice", 5),
        ("request:\n  mesure: preserve", "scenario.unknown_key", 6),
        ("request:\n  signed_by: three", "scenario.not_right", 6),
        ("request:\n  items: [{id: mailbox}]", "scenario.missing", 6),
        ("request:\n  bases: []", "scenario.not_right", 6),
        ("own_file:\n  - {fact: research.indicated}", "scenario.missing", 6),
        ("own_file:\n  - {fact: research.indicated, is: maybe, from: hearsay}", "scenario.not_right", 6),
        ("suppose:\n  in_force:\n    uncc: true", "scenario.not_right", 7),
    ],
)
def test_what_is_not_of_the_shape_is_refused_with_its_line(line, id, number):
    error = refused(f"{GOOD}{line}\n")
    assert (error.id, error.arguments["line"]) == (id, number)
    assert error.arguments["file"] == "mine.yaml"


@pytest.mark.parametrize(
    ("lines", "id", "number"),
    [
        ("own_file:\n  - {fact: research.indicted, is: false}", "scenario.unknown_fact", 6),
        ("own_file:\n  - {fact: research.indicated, is: 3}", "scenario.wrong_type", 6),
        ('own_file:\n  - {fact: research.indicated, is: "false"}', "scenario.wrong_type", 6),
        ("stated:\n  - {fact: request.two_persons, is: true}", "scenario.fact_is_derived", 6),
        ("from: QQ", "scenario.unknown_state", 5),
        ("to: XC", "scenario.unknown_state", 5),
        ("to: XA", "scenario.one_state", 5),
        ("request:\n  measure: hack_back", "scenario.unknown_measure", 6),
        ("request:\n  bases: [uncc, nato]", "scenario.unknown_provision", 6),
        ("request:\n  bases:\n    - uncc\n    - uncc.mla.nothing", "scenario.unknown_provision", 8),
        ('day: "2024-12-23"', "scenario.before_treaty", 5),
    ],
)
def test_what_is_named_and_does_not_exist_is_refused_with_its_line(lines, id, number):
    error = refused(f"{GOOD}{lines}\n")
    assert (error.id, error.arguments["line"]) == (id, number)


@pytest.mark.parametrize(
    ("expected", "id"),
    [
        ("checks: {proportionalty: met}", "scenario.unknown_check"),
        ("checks: {basis: {verdict: needs_human, missing: [offence.fit]}}", "scenario.unknown_fact"),
        ("checks: {basis: {verdict: met, cites: [uncc.mla.nothing]}}", "scenario.unknown_provision"),
        ("grounds: {not_open: [uncc.ground.nothing]}", "scenario.unknown_ground"),
        ("never_ask_them: [target.privilege]", "scenario.unknown_fact"),
        ("checks: {basis: granted}", "scenario.not_right"),
        ("checks: {basis: refuse}", "scenario.not_right"),
    ],
)
def test_an_expectation_about_what_does_not_exist_is_never_silently_met(expected, id):
    error = refused(f"like: good/access-mailbox\ntitle: A test\nexpect:\n  others: any\n  {expected}\n")
    assert (error.id, error.arguments["line"]) == (id, 5)


def test_a_spelling_that_is_nearly_right_is_told_the_right_one():
    error = refused(GOOD.replace("others: any", "others: any\n  checks: {proportionalty: met}"))
    assert error.arguments["near"] == "proportionality"


def test_a_scenario_that_is_like_nothing_or_like_itself_is_refused(tmp_path):
    assert refused(GOOD.replace("good/", "bad/")).id == "scenario.none_shipped"
    (tmp_path / "me.yaml").write_text("like: me\n", encoding="utf-8")
    assert refused("like: me\n", tmp_path).id == "scenario.like_too_often"


def test_an_overlay_is_found_beside_the_scenario_and_never_outside_its_folder(tmp_path):
    mine = (Path(__file__).parents[3] / "src/comity/law/scenarios/states/XB-bare.toml").read_bytes()
    (tmp_path / "XB.toml").write_bytes(mine)
    weak = run(f"{GOOD}law: [XA, XB]\nrequest:\n  bases: [uncc]\n", tmp_path)
    verdicts = {f.check: f.verdict for f in weak.found.findings}
    assert verdicts["data_protection"] is Verdict.NEEDS_HUMAN
    for name in ("../XB", "/etc/passwd", "a/../../XB"):
        assert refused(f'{GOOD}law: ["{name}"]\n', tmp_path).id == "scenario.outside"
    assert refused(f"{GOOD}law: [XY]\n").id == "scenario.no_such_overlay"


# -- likeness ----------------------------------------------------------------------------------------


def test_what_is_not_changed_is_taken_over_and_what_is_gone_is_not():
    base = theatre().read(File("mine.yaml", GOOD.encode(), None)).scenario
    changed = (
        theatre()
        .read(
            File(
                "mine.yaml",
                (
                    f"{GOOD}stated:\n  - {{fact: declared.link_of_data_to_offence, gone: true}}\n"
                    "own_file:\n  - {fact: law.own_case_permitted, is: false}\n"
                    "request:\n  offence:\n    concept: {gone: true}\n"
                ).encode(),
                None,
            )
        )
        .scenario
    )
    gone = {f.fact for f in base.stated} - {f.fact for f in changed.stated}
    assert gone == {"declared.link_of_data_to_offence"}
    assert [f.is_ for f in changed.own_file if f.fact == "law.own_case_permitted"] == [False]
    assert len(changed.own_file) == len(base.own_file)
    assert (changed.request.offence.concept, changed.request.offence.title) == (None, "Computer fraud")
    assert changed.request.items == base.request.items


def test_what_the_scenario_below_expects_is_not_expected_again():
    # good/access-mailbox expects that all is met; this one expects nothing, and changes much.
    changed = run(f"{GOOD}own_file:\n  - {{fact: target.privileged, is: true}}\n")
    assert changed.differences == ()
    assert open_findings(changed.found.findings)


# -- comparing ---------------------------------------------------------------------------------------


def told(expect, more=""):
    found = run(f"like: good/access-mailbox\ntitle: A test\n{more}expect:\n{expect}")
    return [one.what.id.rpartition(".")[2] for one in found.differences]


GONE = "own_file:\n  - {fact: law.transfer_permitted, gone: true}\n"
PRIVILEGED = "own_file:\n  - {fact: target.privileged, is: true}\n"


@pytest.mark.parametrize(
    ("expect", "differs"),
    [
        ("  others: any\n", []),
        ("  others: met\n", []),
        ("  others: any\n  checks: {basis: met}\n", []),
        ("  others: any\n  checks: {basis: not_met}\n", ["verdict"]),
        ("  others: any\n  checks: {basis: not_asked}\n", ["verdict"]),
        ("  others: any\n  checks: {basis: {verdict: met, says: [BINDS  both states]}}\n", []),
        ("  others: any\n  checks: {basis: {verdict: met, says: [binds neither]}}\n", ["not_said"]),
        ("  others: any\n  checks: {basis: {verdict: met, cites: [uncc.mla.reasons]}}\n", ["not_cited"]),
        ("  others: any\n  grounds: {open: [uncc.ground.fiscal_alone]}\n", ["ground_not_open"]),
        ("  others: any\n  grounds: {not_open: [uncc.ground.sovereignty]}\n", ["ground_open"]),
        ("  others: any\n  error: safeguards.measure_without_checks\n", ["error"]),
        ("  others: any\n  refusal: allowed\n", ["refusal"]),
        ("  others: any\n  may_ask_them: [declared.onward_only_with_consent]\n", ["not_asked"]),
    ],
)
def test_only_what_is_named_is_compared(expect, differs):
    assert told(expect) == differs


def test_what_is_missing_can_be_named_in_part_or_as_a_whole():
    gone = f"law: [XA, XB-readings]\n{GONE}"
    check = "  others: any\n  checks: {data_protection: {verdict: needs_human"
    assert told(f"{check}, missing: [law.transfer_permitted]}}}}\n", gone) == []
    whole = "nothing_else_missing: true"
    assert told(f"{check}, {whole}, missing: [law.transfer_permitted]}}}}\n", gone) == ["also_missing"]
    assert told(f"{check}, missing: [law.own_case_permitted]}}}}\n", gone) == ["not_missing"]


def test_others_met_and_others_none_name_each_finding_that_is_otherwise():
    assert "not_met" in told("  others: met\n", PRIVILEGED)
    whole = run(f"{GOOD}")
    assert told("  others: none\n") == ["not_named"] * len(whole.found.findings)
    every = "".join(f"    {f.check}: {f.verdict.value}\n" for f in whole.found.findings)
    assert told(f"  others: none\n  checks:\n{every}") == []


def test_the_number_of_open_questions_has_an_upper_bound_and_none_below():
    gone = f"law: [XA, XB-readings]\n{GONE}"
    count = len(run(f"{GOOD}{gone}").found.questions)
    assert count > 0
    assert told(f"  others: any\n  open_questions: {count}\n", gone) == []
    assert told("  others: any\n  open_questions: 99\n", gone) == []
    assert told(f"  others: any\n  open_questions: {count - 1}\n", gone) == ["questions"]


def test_a_difference_shows_the_reasons_that_the_check_gave():
    (found,) = run(GOOD.replace("others: any", "others: any\n  checks: {basis: not_met}")).differences
    assert "expected not_met, found met" in say(found.what)
    assert len(found.reasons) > 1


def test_a_request_that_is_turned_away_can_be_expected_to_be():
    # The newer instrument offers no measure on the paragraph of another one's arrest.
    text = GOOD.replace("others: any", "others: any\n  error: scenario.not_offered")
    offered = {b.instrument for m in LAW.content.measures if m.key == "access_stored" for b in m.bases}
    other = next(i.key for i in LAW.content.instruments if i.key not in offered)
    assert run(f"{text}request:\n  bases: [{other}]\n").differences == ()
    assert [d.what.id for d in run(f"{GOOD}request:\n  bases: [{other}]\n").differences] == [
        "scenario.differs.error"
    ]


# -- each State's own reading ------------------------------------------------------------------------


def test_the_reading_that_the_other_state_adopted_settles_nothing_here():
    weak = run(f"{GOOD}law: [XB-bare, XA]\nrequest:\n  bases: [uncc]\n")
    own = run(f"{GOOD}law: [XA, XB]\nrequest:\n  bases: [uncc]\n")
    asking = run(f"{GOOD}side: requesting\nlaw: [XB-bare, XA]\nrequest:\n  bases: [uncc]\n")
    verdict = {
        name: next(f.verdict for f in one.found.findings if f.check == "use_limits")
        for name, one in (("weak", weak), ("own", own), ("asking", asking))
    }
    assert verdict == {"weak": Verdict.NEEDS_HUMAN, "own": Verdict.MET, "asking": Verdict.MET}


def test_a_folder_of_scenarios_is_run_file_by_file(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "one.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(GOOD, encoding="utf-8")
    assert [file.name for file in of_path(tmp_path)] == ["b/one.yaml", "two.yaml"]
    with pytest.raises(NotFound):
        of_path(tmp_path / "nothing.yaml")
    (tmp_path / "c").mkdir()
    with pytest.raises(NotFound):
        of_path(tmp_path / "c")


def test_every_check_has_a_scenario_for_each_verdict_that_it_can_have():
    """A check that no scenario ever sees met, or open, is one that nobody has thought through."""
    seen = set()
    for file in SHIPPED:
        expect = read(file).scenario.expect
        seen |= {(key, str(one.verdict)) for key, one in expect.checks.items()}
        if expect.others == "met":
            seen |= {(finding.check, "met") for finding in played(file).found.findings}
    lacking = [c.key for c in CHECKS if (c.key, "met") not in seen and (c.key, "needs_human") not in seen]
    assert lacking == []


def test_every_ground_every_measure_and_every_regime_has_a_scenario():
    """A ground, a measure or a regime that no scenario has is one that nobody has tried."""
    grounds, measures, used = set(), set(), set()
    for file in SHIPPED:
        scenario = read(file).scenario
        named = scenario.expect.grounds
        grounds |= {*named.open, *named.not_open, *(scenario.refusal.grounds if scenario.refusal else ())}
        measures.add(scenario.request.measure)
        if file.name.startswith("research/"):
            used |= {law.key for one in played(file).found.findings for law in one.law}
    assert {g.key for g in LAW.content.grounds} - grounds == set()
    assert {m.key for m in LAW.content.measures} - measures == set()
    assert {r.key for n in LAW.content.nations for r in n.regimes} - used == set()


def test_the_overlays_of_the_fictional_states_adopt_each_reading_of_today():
    """``make law`` alone leaves them behind; then ordinary requests would fail for want of adoption."""
    script = Path(__file__).parents[3] / "scripts" / "adopt_readings.py"
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0, "run .venv/bin/python scripts/adopt_readings.py"
