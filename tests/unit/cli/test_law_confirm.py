"""Confirming law data against an official text: seen, asked, ticked, signed, and sure from then on."""

import io
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import PLAIN, found

from comity import store
from comity.app.node import open_node
from comity.cli import program
from comity.cli.session import Session
from comity.law import packaged_bundle, record_digest
from comity.wire import digest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from laid_out import pdf, plain

KEY = "uncc.mla.no_obligation_discrimination"


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    file = tmp_path_factory.mktemp("text") / "text.txt"
    file.write_text(plain("en", articles={6, 40, 41, 42}))
    return file


@pytest.fixture
def desk(tmp_path):
    made = found(tmp_path / "gh", "GH")
    made(
        "person", "add", "efua", "--office", "gh:central-authority", "--work", "adviser", "--shown-name",
        "Officer 9", "--function", "adviser", "--instrument", "Appointment 9", "--by", "ama", "--by", "kofi",
    )  # fmt: skip
    return made


def bundle_of(desk):
    node = open_node(desk.folder, PLAIN)
    with node.db:
        return node.bundle


def test_without_a_node_the_comparison_is_shown(english):
    runner = CliRunner()
    told = runner.invoke(program, ["law", "confirm", str(english)])
    assert told.exit_code == 0, told.output
    assert "stand at a place that the text has" in told.stdout
    assert digest(english.read_bytes()) in told.stdout
    one = runner.invoke(program, ["law", "confirm", str(english), "--article", "42"]).stdout
    assert "art. 42(8)" in one
    assert "The official text (en), art. 42(8):" in one
    assert "art. 40(1)" not in one


def test_a_tick_is_an_act_and_its_record_is_sure_from_then_on(desk, english):
    assert "to be confirmed" in desk("law", "show", "40(22)").stdout
    act = desk.act("law", "confirm", english, "--tick", "uncc:art_40:para_22", "--as", "efua")
    shown = desk("law", "show", "40(22)").stdout
    assert "to be confirmed" not in shown
    assert "number A, content A]" in shown
    assert digest(english.read_bytes()) in shown
    assert act in shown
    node = open_node(desk.folder, PLAIN)
    with node.db, node.db.read() as conn:
        terms = store.get_act(conn, act).terms
        who = store.get_person(conn, store.get_act(conn, act).header.signers[0].key).name
    assert who == "efua"
    assert terms.document == digest(english.read_bytes())
    (tick,) = terms.ticks
    assert (tick.provision, tick.record) == (KEY, record_digest(packaged_bundle().provision(KEY)))
    # Nothing else became surer.
    other = desk("law", "show", "40(21)(b)").stdout
    assert "to be confirmed" in other


def test_a_citation_ticks_all_that_stands_there_and_ticks_add_up(desk, english):
    desk("law", "confirm", english, "--tick", "40(21)", "--tick", "40.8", "--as", "efua")
    desk("law", "confirm", english, "--tick", KEY, "--as", "efua")
    law = bundle_of(desk)
    sure = {p.key for p in law.provisions_of("uncc", 40) if not p.verify}
    assert sure == {
        KEY, "uncc.mla.dual_criminality", "uncc.mla.de_minimis", "uncc.mla.refusal_not_in_conformity",
        "uncc.mla.refusal_essential_interests", "uncc.mla.refusal_own_case_bar",
        "uncc.mla.refusal_legal_system",
    }  # fmt: skip
    assert len(law.content.applied) == 2
    assert (
        "confirmed already"
        in desk.refused("law", "confirm", english, "--tick", KEY, "--as", "efua", status=6)[0]
    )


def test_a_pdf_can_be_ticked_too(desk, tmp_path):
    file = tmp_path / "text.pdf"
    file.write_bytes(pdf("fr", articles={40}))
    desk("law", "confirm", file, "--tick", "40(25)", "--as", "efua")
    assert bundle_of(desk).provision("uncc.mla.reasons").settled.source == (
        f"SHA-256 {digest(file.read_bytes())}"
    )


def answering(desk, english, answers, monkeypatch, *more):
    monkeypatch.setattr("comity.cli.law_confirm.at_a_terminal", lambda: True)
    session = Session(environment={**PLAIN, "COMITY_DATA": str(desk.folder)})
    args = ["law", "confirm", str(english), "--as", "efua", *more]
    return CliRunner().invoke(program, args, obj=session, input=answers)


def test_a_person_is_asked_one_by_one_and_goes_on_where_it_stopped(desk, english, monkeypatch):
    first = answering(desk, english, "y\nn\nhuh\ns\ny\nq\n", monkeypatch, "--article", "42")
    assert first.exit_code == 0, first.output
    assert "2 ticked, 1 not right" in first.stdout
    assert "Not right: art. 42(2)" in first.stdout
    assert "confirm_law" in first.stdout
    sure = {p.paragraph for p in bundle_of(desk).provisions_of("uncc", 42) if not p.verify}
    assert sure == {"1", "3(b)"}
    second = answering(desk, english, "", monkeypatch, "--article", "42")
    assert "art. 42(2)" in second.stdout, "what was not ticked is asked again"
    assert "art. 42(1)  " not in second.stdout, "what was ticked is not"


def test_the_end_of_the_input_keeps_what_was_ticked(desk, english, monkeypatch):
    told = answering(desk, english, "y\n", monkeypatch, "--article", "42")
    assert "1 ticked" in told.stdout
    assert not bundle_of(desk).provision("uncc.preservation.request").verify
    assert len(bundle_of(desk).content.applied) == 1


def test_no_answer_signs_nothing(desk, english, monkeypatch):
    told = answering(desk, english, "n\nq\n", monkeypatch, "--article", "42")
    assert told.exit_code == 0
    assert "0 ticked" in told.stdout
    assert bundle_of(desk).digest == packaged_bundle().digest


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("--tick", "40(22)"), 2, "Nobody was named who signs"),
        (("--as", "efua"), 2, "no terminal"),
        (("--as", "efua", "--tick", "57(1)"), 3, "No record of ours stands at"),
        (("--as", "efua", "--tick", "71"), 3, "last article is 68"),
        (("--as", "ama", "--tick", "40(22)"), 4, "may not"),
        (("--instrument", "budapest"), 2, "is not the text of the Budapest Convention"),
        (("--instrument", "hague"), 3, "no instrument “hague”"),
    ],
)
def test_what_cannot_be_ticked_is_refused(desk, english, args, status, said):
    wrong, _ = desk.refused("law", "confirm", english, *args, status=status)
    assert said in wrong or status == 4
    assert bundle_of(desk).digest == packaged_bundle().digest


def test_wrong_files_are_refused(lone, tmp_path):
    for name, data, said in (
        ("empty.txt", b"", "empty"),
        ("page.html", b"<html>Article 1</html>", "web page"),
        ("word.docx", b"PK\x03\x04", "neither a PDF nor plain text"),
        ("novel.txt", b"Once upon a time.\n" * 50, "no article begins"),
        ("other.txt", b"Article 1\nOn gulls\n1. Gulls fly.\n", "is not the text of"),
        ("broken.pdf", b"%PDF-1.7\nnothing", "cannot be read"),
    ):
        file = tmp_path / name
        file.write_bytes(data)
        assert said in lone.refused("law", "confirm", file, status=2)[0]
    assert lone.refused("law", "confirm", tmp_path / "none.pdf", status=3)


def test_a_correction_later_undoes_a_tick_of_what_was_said_before(desk, english, tmp_path):
    desk("law", "confirm", english, "--tick", "40(25)", "--as", "efua")
    overlay = tmp_path / "overlay.toml"
    overlay.write_text(
        '[overlay]\nstate = "GH"\nname = "x"\nversion = 1\non = "2026-11-21"\nreview_by = "2027-11-21"\n'
        '[[reject]]\nwhat = "provision"\nkey = "uncc.mla.reasons"\nsource = "Misread"\n'
    )
    act = desk.act("law", "adopt", overlay, "--as", "efua", "--approver", "kofi", "--text", "x")
    desk("approve", act, "--as", "kofi")
    assert bundle_of(desk).provision("uncc.mla.reasons").settled.how == "rejected"
    desk.refused("law", "confirm", english, "--tick", "40(25)", "--as", "efua", status=4)


def test_control_letters_of_a_file_reach_no_terminal(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text(plain("en", articles={42}).replace("lighthouse", "light\x1b[31mhouse\u202e"))
    out = io.StringIO(CliRunner().invoke(program, ["law", "confirm", str(file), "--article", "42"]).stdout)
    assert not {"\x1b", "\u202e"} & set(out.read())
