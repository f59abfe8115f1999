"""The page holds all that it is given, as text and nothing but text, and needs nothing from outside."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from comity import messages
from comity.acts import (
    Argument,
    AskWhom,
    Because,
    Citation,
    Finding,
    LawRead,
    Missing,
    Outcome,
    Provenance,
    Reading,
    Verdict,
)
from comity.cases import ClockValue
from comity.clock import write_instant
from comity.demo import report
from comity.demo.report import (
    SHOWN_AT_ONCE,
    Assessment,
    CaseTold,
    Decision,
    FileRow,
    Place,
    Proof,
    ProofStep,
    Story,
    Tamper,
    Touch,
    page,
    write_report,
)
from comity.demo.teller import Line
from comity.dossier import Place as Part
from comity.evidence import Action, Event
from comity.law import packaged_bundle, relate
from comity.safeguards import narrative, question

TEMPLATES = Path(report.__file__).parent / "templates"
AT = datetime(2026, 11, 21, 2, 14, 7, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\" onmouseover=\"x"
VOID = {"meta", "br", "wbr", "link", "img", "hr", "input"}
EMPTY = {"path", "circle", "rect", "use"}  # of SVG; the template closes them itself


def line(kind, text, **more):
    return Line(kind, text, write_instant(AT), **more)


def finding(check="persecution", verdict=Verdict.NEEDS_HUMAN):
    return Finding(
        check=check,
        verdict=verdict,
        cites=(
            Citation(
                provision="budapest.mla.requested_law",
                pointer="Budapest Convention, art. 25(4)",
                verify=False,
            ),
            Citation(
                provision="uncc.mla.contents",
                pointer="UN Convention against Cybercrime, art. 40(16)",
                verify=True,
            ),
        ),
        because=(
            Because(id=f"safeguards.{check}.{verdict.value}", arguments=()),
            Because(
                id="safeguards.any.asserted_only",
                arguments=(Argument(name="fact", value="persecution.asylum"),),
            ),
        ),
        facts=(
            Reading(key="persecution.asylum", value=False, provenance=Provenance.ASSERTED, stated_by="GH"),
            Reading(
                key="offence.concept", value="illegal_access", provenance=Provenance.RECORD, stated_by="GH"
            ),
        ),
        law=(
            LawRead(key="budapest.in_force", value="yes", since=None, mark="C", last_checked="2026-11-20"),
            LawRead(key="budapest.mla.requested_law", value=None, since=None, mark="A", last_checked=None),
        ),
        missing=(
            Missing(key="persecution.timing", ask=AskWhom.NOBODY),
            Missing(key="law.punishable_requesting", ask=AskWhom.THEM),
        ),
        rule_version=1,
        on="2026-11-21",
    )


def told(bundle, **more):
    lines = (
        line("step", "told before any chapter"),
        line("chapter", "Night: preserve the data"),
        line("step", "asks for preservation", side="GH", command="request send night.toml --as desk"),
        line(
            "step",
            "has it preserved",
            side="PT",
            details=[f"detail {n} of many" for n in range(SHOWN_AT_ONCE + 3)],
        ),
        *(line("proof", f"proof number {n}", good=n != 8) for n in range(10)),
        Line("step", "the last one", "2026-11-21T02:16:12Z", side="GH"),
    )
    clock = bundle.content.clocks[0]
    story = {
        "made_at": AT,
        "bundle": bundle,
        "states": (Place("GH", "Ghana", "Accra"), Place("PT", "Portugal", "Lisbon")),
        "relation": relate(bundle, "GH", "PT", date(2026, 11, 21), "access_stored"),
        "lines": lines,
        "cases": (
            CaseTold(
                "c" * 32,
                "d" * 64,
                "Intrusion into a clinic",
                (
                    Assessment("GH", (finding("intent"),)),
                    Assessment("PT", (finding("basis", Verdict.MET), finding())),
                ),
                (
                    Decision("subscriber", Outcome.GRANT, "identified and bounded"),
                    Decision(
                        "log", Outcome.GRANT_ON_CONDITIONS, "limited", conditions=("this proceeding only",)
                    ),
                ),
                2,
                (
                    ClockValue(
                        clock=clock.key,
                        request="d" * 64,
                        act="e" * 64,
                        label=None,
                        by="GH",
                        person=False,
                        office=None,
                        where="PT",
                        started=AT,
                        ends=AT.replace(year=2027),
                        length_from="law",
                        adopted=None,
                        bound="minimum",
                        then="held_until_decision",
                        counting="calendar",
                        provision=clock.provision,
                        law="f" * 64,
                        mark=clock.mark,
                        doubt=None,
                        asked_until=None,
                        extended_until=None,
                        extended_by=None,
                        held_for=(),
                        pauses=(),
                        stopped=False,
                    ),
                ),
            ),
            CaseTold(
                "e" * 32,
                "f" * 64,
                "Access to a booking system",
                (Assessment("PT", (finding("research"),)),),
                (
                    Decision(
                        "mailbox",
                        Outcome.REFUSE,
                        "no offence here",
                        grounds=("budapest.ground.dual_criminality",),
                    ),
                ),
                1,
            ),
        ),
        "custody": (
            Touch(
                "PT",
                Event(
                    v=1,
                    case="c" * 32,
                    exhibit="PT-1",
                    counter=1,
                    action=Action.SEALED,
                    who="p-officer-a",
                    purpose="intake of what was ordered",
                    at="2026-11-21T02:15:00Z",
                    object="a" * 64,
                    note=None,
                    tools=(),
                ),
            ),
        ),
        "proofs": (
            Proof(
                "PT/case.zip",
                True,
                "all that was asked holds",
                (
                    ProofStep(1, "the container", "ok", ("byte for byte",)),
                    ProofStep(2, "the log", "note", ()),
                ),
            ),
        ),
        "tampers": (
            Tamper(
                "PT/case.zip",
                Part.CONTENT,
                "content of acts.json",
                1204331,
                True,
                True,
                "content of acts.json",
            ),
            Tamper("PT/case.zip", Part.CONTENT, "content of log.json", 7, True, False, "named as another"),
            Tamper("letter.pdf", Part.FILE, "file letter.pdf", 3, False, False, ""),
        ),
        "files": (FileRow("PT/case.zip", "the case as Lisbon holds it", 1204331, "0123456789abcdef" * 4),),
        **more,
    }
    return Story(**story)


@pytest.fixture(scope="module")
def bundle():
    return packaged_bundle()


@pytest.fixture(scope="module")
def story(bundle):
    return told(bundle)


class Reader(HTMLParser):
    """Reads the page strictly: each element closed in order, ids once, and the text as a person sees it."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.ids, self.attributes, self.words = [], [], [], [], []
        self.feed(html)
        self.close()
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in EMPTY, tag
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)


@pytest.fixture(scope="module")
def read(story):
    return Reader(page(story))


def test_the_page_is_well_formed(read):
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    headings = [int(tag[1]) for tag in read.seen if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_every_reference_inside_the_page_leads_somewhere(read):
    refs = [v.removeprefix("#") for _, n, v in read.attributes if n == "href"]
    refs += [v for _, n, v in read.attributes if n == "aria-labelledby"]
    assert refs
    assert set(refs) <= set(read.ids)


def test_the_page_says_its_language_and_direction(story):
    read = Reader(page(story))
    assert ("html", "lang", "en") in read.attributes
    assert ("html", "dir", "ltr") in read.attributes


def test_every_line_of_the_story_is_there(story, read):
    for one in story.lines:
        assert one.text in read.text
        assert all(detail in read.text for detail in one.details)
        assert one.command is None or f"comity {one.command}" in read.text


def test_a_proof_that_does_not_hold_is_never_folded_away(bundle):
    proofs = [line("proof", f"p{n}", good=n != 8) for n in range(10)]
    shown, folded = report.shown_proofs(proofs)
    assert proofs[8] in shown
    assert sorted(one.text for one in shown + folded) == sorted(one.text for one in proofs)


def test_every_finding_is_there_with_all_that_it_rests_on(story, read):
    for case in story.cases:
        assert case.subject in read.text
        for assessment in case.assessments:
            for one in assessment.findings:
                for message in narrative(one):
                    assert messages.say(message) in read.text
                for fact in (*one.facts, *one.missing):
                    assert messages.say(question(fact.key)) in read.text
    assert "paragraph to be confirmed" in read.text
    for id in ("report.provenance_asserted", "report.provenance_record"):
        assert messages.render(id, name="Ghana") in read.text
    for id in ("report.ask_nobody", "report.ask_them", "report.verdict_met", "report.verdict_needs_human"):
        assert messages.render(id) in read.text


def test_what_is_open_comes_first():
    given = [finding(verdict=v) for v in (Verdict.MET, Verdict.NEEDS_HUMAN, Verdict.NOT_MET)]
    assert [f.verdict.value for f in report.by_urgency(given)] == ["not_met", "needs_human", "met"]


def test_a_doubtful_number_is_marked_and_a_sure_one_is_not():
    groups = report.cited(finding())
    assert groups == [
        ("Budapest Convention", False, ["art. 25(4)"]),
        ("UN Convention against Cybercrime", True, ["art. 40(16)"]),
    ]


def test_every_row_is_there(story, read):
    for case in story.cases:
        for decision in case.decisions:
            for said in (decision.item, decision.outward, *decision.conditions):
                assert said in read.text
            for ground in decision.grounds:
                assert story.bundle.ground(ground).summary in read.text
    for touch in story.custody:
        assert touch.event.purpose in read.text
        assert touch.event.who in read.text
    for proof in story.proofs:
        assert proof.verdict in read.text
        for step in proof.steps:
            assert step.title in read.text
            assert all(said in read.text for said in step.lines)
    for tamper in story.tampers:
        assert tamper.part in read.text
        assert tamper.named in read.text
    for file in story.files:
        assert file.path in read.text
        assert file.sha256 in read.text
        assert "1\u202f204\u202f331 bytes" in "".join(read.words)


def test_the_convention_is_said_not_to_be_in_force(story, read):
    out = [binding for binding in story.relation.not_in_force if binding.missing]
    assert out, "the law data of this version holds an instrument that is not in force"
    for binding in out:
        reported, needed, missing = report.ratified(binding)
        assert needed - reported == missing == binding.missing
        told = messages.render("report.joined", reported=reported, needed=needed, missing=binding.missing)
        assert told in read.text


def test_the_figures_count_what_was_given(story, read):
    assert "changes found, and named 1 of 3" in read.text
    assert "files verify 1 of 1" in read.text
    assert "findings left to a person 2 of 3" in read.text
    assert "2 min 5 s" in read.text


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), "open"),
        ((Outcome.GRANT,), "granted"),
        ((Outcome.GRANT, Outcome.GRANT_ON_CONDITIONS), "on_conditions"),
        ((Outcome.REFUSE,), "refused"),
        ((Outcome.GRANT, Outcome.REFUSE), "in_part"),
        ((Outcome.POSTPONE,), "in_part"),
    ],
)
def test_a_case_is_called_what_its_decisions_make_it(outcomes, expected):
    decisions = tuple(Decision(f"item-{n}", outcome, "reason") for n, outcome in enumerate(outcomes))
    assert report.outcome_of(CaseTold("c", "d", "s", (), decisions, 0)) == expected
    assert messages.render(f"report.case_{expected}")


def test_hostile_text_is_shown_as_text(bundle):
    story = told(
        bundle,
        lines=(
            line("chapter", HOSTILE),
            line("step", HOSTILE, side="GH", command=HOSTILE, details=[HOSTILE]),
            line("proof", HOSTILE, good=False, details=[HOSTILE]),
        ),
        cases=(
            CaseTold(
                HOSTILE, HOSTILE, HOSTILE, (), (Decision(HOSTILE, Outcome.GRANT, HOSTILE, (), (HOSTILE,)),), 1
            ),
        ),
        proofs=(Proof(HOSTILE, False, HOSTILE, (ProofStep(1, HOSTILE, "failed", (HOSTILE,)),)),),
        tampers=(Tamper(HOSTILE, Part.FILE, HOSTILE, 0, True, False, HOSTILE),),
        files=(FileRow(HOSTILE, HOSTILE, 1, HOSTILE),),
        states=(Place("GH", HOSTILE, HOSTILE), Place("PT", "Portugal", "Lisbon")),
    )
    read = Reader(page(story))
    assert read.open == []
    assert not {"script", "img"} & set(read.seen)
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    assert read.text.count("<script>alert('x')</script>") > 20


def test_the_page_runs_nothing_and_loads_nothing(story, read):
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(read.seen)
    names = {"src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href", "style"}
    assert not [(tag, name) for tag, name, _ in read.attributes if name in names]
    assert all(value.startswith("#") for _, name, value in read.attributes if name == "href")
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|@font-face|https?:", css)
    policy = [v for t, n, v in read.attributes if t == "meta" and n == "content" and "default-src" in v]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_verdicts_have_a_sign_and_a_word_beside_their_colour(story):
    html = page(story)
    chips = re.findall(r'<span class="chip [^"]*">(.*?)</span>', html)
    assert chips
    for chip in chips:
        assert re.match(r'<svg class="icon"[^>]*aria-hidden="true"', chip), chip
        assert re.sub(r"<[^>]*>", "", chip).strip(), chip


def test_the_same_story_gives_the_same_file(story, tmp_path):
    write_report(tmp_path / "one.html", story)
    write_report(tmp_path / "two.html", story)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert (tmp_path / "one.html").read_bytes().startswith(b"<!doctype html>\n")


def test_a_story_of_nothing_is_still_a_page(bundle):
    empty = told(bundle, lines=(), cases=(), custody=(), proofs=(), tampers=(), files=())
    read = Reader(page(empty))
    assert read.open == []
    assert "clocks" not in read.ids
