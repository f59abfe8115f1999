"""Letters: the same bytes each time, everything said is there, and nothing else is."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from comity.errors import BadInput, Unavailable
from comity.letters import Letter, Office, Paragraph, Section, Signer, render

ACT = "f83f07be16e270186d35b876916c461995ebc3af5b1798f898c33285a1847dbc"
KEY = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"

LETTER = Letter(
    sender=Office("Republic of Xanadu", "Central Authority", ("Capital",)),
    receiver=Office("Kingdom of Yonder", "Office for Mutual Assistance"),
    reference="XA-XB-2026-0001",
    date=date(2026, 11, 21),
    subject="Request for stored data",
    sections=(
        Section(
            "Basis", (Paragraph("The first basis."), Paragraph("The second basis.", to_be_confirmed=True))
        ),
        Section("Items", rows=(("Account", "account-0001@mail.example"), ("Digest", KEY))),
    ),
    signers=(Signer("approver", "Officer A", "head of the authority", KEY),),
    act=ACT,
)


def text_of(pdf, tmp_path, *options):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def with_text(text):
    return replace(LETTER, sections=(Section("Facts", (Paragraph(text),)),))


def test_same_letter_same_bytes_in_another_process_zone_and_place(tmp_path):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_letter as t;"
        "sys.stdout.buffer.write(t.render(t.LETTER))"
    )
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", program, Path(__file__).parent],
        cwd=tmp_path, env=environment, capture_output=True, check=True,
    )  # fmt: skip
    assert render(LETTER) == other.stdout


def test_another_letter_other_bytes():
    assert render(LETTER) != render(replace(LETTER, reference="XA-XB-2026-0002"))


def test_all_that_is_said_is_on_the_page(tmp_path):
    text = text_of(render(LETTER), tmp_path)
    for said in (
        "Central Authority", "Capital", "Office for Mutual Assistance", "Kingdom of Yonder",
        "XA-XB-2026-0001", "21 November 2026", "Request for stored data", "1. Basis", "2. Items",
        "The first basis.", "account-0001@mail.example", KEY, "approver", "Officer A",
        "head of the authority", KEY[:16], ACT, "The signed act governs", "Page 1 of 1",
    ):  # fmt: skip
        assert said in text, said


def test_only_the_doubtful_paragraph_is_marked(tmp_path):
    text = text_of(render(LETTER), tmp_path)
    assert "The second basis. to be confirmed" in text
    assert "The first basis. to be confirmed" not in text
    assert "no lawyer has yet compared" in text
    sure = text_of(render(with_text("All is sure.")), tmp_path)
    assert "confirmed" not in sure
    assert "no lawyer" not in sure


def test_an_instrument_not_in_force_is_named_before_the_body(tmp_path):
    assert "Not in force" not in text_of(render(LETTER), tmp_path)
    text = text_of(render(replace(LETTER, not_in_force=("Treaty of Nowhere",))), tmp_path)
    notice = text.index("Treaty of Nowhere: not in force between the two States on 21 November 2026")
    assert notice < text.index("1. Basis")


def test_a_specimen_says_so_on_every_page(tmp_path):
    assert "Specimen" not in text_of(render(LETTER), tmp_path)
    long = replace(with_text("\n".join(["A line of facts."] * 90)), specimen=True)
    pdf = render(long)
    for page in ("1", "2", "3"):
        assert "Specimen: made for a demonstration" in text_of(pdf, tmp_path, "-f", page, "-l", page)


def test_text_is_never_markup(tmp_path):
    hostile = '#read("/etc/passwd") $x^2$ *bold* = heading \\u{41} <label> @reference {page}'
    assert hostile in text_of(render(with_text(hostile)), tmp_path)


def test_a_word_longer_than_the_line_stays_on_the_page(tmp_path):
    word = "".join(f"part{number:02}_" for number in range(40))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    path = tmp_path / "letter.pdf"
    path.write_bytes(render(with_text(word)))
    # A4 is 595 points wide, the right margin 28 mm: nothing may be drawn outside.
    done = subprocess.run(["pdftotext", "-x", "0", "-y", "0", "-W", "520", "-H", "842", path, "-"],
                          capture_output=True, check=True)  # fmt: skip
    assert word in "".join(done.stdout.decode().split())


def test_tagged_titled_embedded(tmp_path):
    pdf = render(LETTER)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo is not installed (Debian: poppler-utils)")
    (tmp_path / "letter.pdf").write_bytes(pdf)
    info = subprocess.run(["pdfinfo", tmp_path / "letter.pdf"], capture_output=True, check=True,
                          env={**os.environ, "TZ": "UTC"}).stdout.decode()  # fmt: skip
    fields = {name: value.strip() for name, _, value in (line.partition(":") for line in info.splitlines())}
    assert fields["Tagged"] == "yes"
    assert fields["Title"] == "Request for stored data · XA-XB-2026-0001"
    assert fields["Page size"].endswith("(A4)")
    assert fields["JavaScript"] == "no"
    assert fields["CreationDate"].startswith("Sat Nov 21")


@pytest.mark.parametrize("text", ["中文", "ሰላም"])
def test_what_cannot_be_drawn_is_refused_by_code_point(text):
    with pytest.raises(BadInput) as caught:
        render(with_text(f"before {text} after"))
    assert caught.value.id == "letters.no_glyph"
    characters = set(str(caught.value.arguments["characters"]).split(", "))
    assert characters
    assert characters <= {f"U+{ord(character):04X}" for character in text}


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\t", "\ue000"])
@pytest.mark.parametrize("place", ["paragraph", "row", "signer", "office"])
def test_what_changes_how_others_read_is_refused(character, place):
    bad = f"exe{character}fdp"
    letter = {
        "paragraph": with_text(bad),
        "row": replace(LETTER, sections=(Section("Items", rows=(("Name", bad),)),)),
        "signer": replace(LETTER, signers=(Signer("approver", bad, "", KEY),)),
        "office": replace(LETTER, sender=Office("Xanadu", "Authority", (bad,))),
    }[place]
    with pytest.raises(BadInput) as caught:
        render(letter)
    assert caught.value.id == "letters.control_character"
    assert caught.value.arguments == {"characters": f"U+{ord(character):04X}"}


@pytest.mark.parametrize("text", ["Αθήνα Київ Ðorđe naïve Łódź ţară “quoted” — 3 × 4 €", "a\nb"])
def test_what_can_be_drawn_is(text, tmp_path):
    assert " ".join(text.split()) in text_of(render(with_text(text)), tmp_path)


def test_without_typst_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Unavailable) as caught:
        render(LETTER)
    assert caught.value.id == "letters.not_installed"
