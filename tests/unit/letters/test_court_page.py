"""The page for a court: the same words in HTML and PDF, in six languages; no text of others is markup."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import unicodedata
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

from comity import messages
from comity.acts.home_terms import Certifies
from comity.errors import BadInput
from comity.evidence import (
    Action,
    Certificate,
    CertificateTold,
    Chronicle,
    Event,
    LogTold,
    SealStatement,
    StampTold,
    Tool,
    next_event,
)
from comity.letters import court_page_html, court_page_pdf
from comity.letters.custody_picture import CLASSES, LINES, people_of, pictures
from comity.letters.setting import try_page

AT = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)
CASE = "0123456789abcdef" * 2
SIX = ("ar", "en", "es", "fr", "ru", "zh")
HEX = [f"{number:064x}" for number in range(100, 400)]


def chain(count: int, people: int = 3, purpose: str = "for counsel") -> tuple[Event, ...]:
    events: list[Event] = []
    for number in range(count):
        events.append(
            next_event(
                events[-1] if events else None,
                case=CASE,
                exhibit="PT-1",
                action=list(Action)[number % len(Action)],
                who=f"p-{number % people:012x}",
                purpose=purpose,
                at=AT + timedelta(hours=number),
                object=HEX[20 + number],
                tools=[Tool(name="Autopsy", version="4.21.0")] if number == 2 else [],
            )
        )
    return tuple(events)


def told(count: int = 3, **changes: object) -> Chronicle:
    statement = SealStatement(
        v=1,
        exhibit="PT-1",
        case=CASE,
        taken_at="2026-11-21T17:55:49Z",
        taken_by="p-000000000000",
        source="a disk",
        files=2,
        size=9,
        sha256=HEX[0],
        chunk_size=1048576,
        chunk_root=HEX[1],
        salted_root=HEX[2],
        files_root=HEX[3],
        manifest_sha256=HEX[4],
        index_sha256=HEX[5],
    )
    members: dict[str, object] = {
        "statement": statement,
        "seal": HEX[6],
        "signer": HEX[7],
        "events": chain(count),
        "root": HEX[8],
        "tree_size": count,
        "stamps": (StampTold(AT, "CN=Root A", proven=True, renews=False),),
        "certificates": (),
        "log": LogTold("pt.example.invalid/log", 4096, (17, *(None,) * (count - 1))),
    }
    return Chronicle(**{**members, **changes})  # type: ignore[arg-type]


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [str(value) for name, value in attrs if name in {"src", "href", "data", "action"}]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> _Read:
    found = _Read()
    found.feed(html)
    assert found.open == []
    return found


@pytest.mark.parametrize("language", SIX)
def test_every_language_has_every_text_with_the_same_places(language: str) -> None:
    texts = messages.catalogue("en")
    errors = {id.removesuffix(".do") for id in texts if id.endswith(".do")}
    mine = {id for id in texts if id.startswith("court.") and not id.endswith(".do")} - errors
    english = {id: texts[id] for id in mine}
    other = messages.catalogue(language)
    for id, text in english.items():
        assert {name for _, name, _, _ in Formatter().parse(other[id]) if name} == {
            name for _, name, _, _ in Formatter().parse(text) if name
        }, id
    for action in Action:
        assert f"court.action_{action.value}" in other
    assert set().union(*CLASSES.values()) == set(Action)


def test_letters_are_explained_where_the_picture_has_them_and_nowhere_else() -> None:
    few, many = (court_page_html(told(6, events=chain(6, people=n)), AT, "en") for n in (3, 6))
    assert ">A</" not in few
    assert many.count(">A</") == 2  # over its lane, and beside the pseudonym


@pytest.mark.parametrize("language", SIX)
@pytest.mark.parametrize("count", [3, 60])
def test_the_page_stands_alone_and_shows_all(language: str, count: int) -> None:
    html = court_page_html(told(count), AT, language)
    found = read(html)
    words = "\n".join(found.text)
    assert found.links == []
    assert found.seen.isdisjoint({"script", "link", "iframe", "object", "img", "form"})
    assert ('dir="rtl"' in html) is (language == "ar")
    for value in (*HEX[:9], *HEX[20 : 20 + count], "pt.example.invalid/log", "CN=Root A", "Autopsy 4.21.0"):
        assert value in words, value
    for number in range(1, 7):
        assert messages.render(f"court.not_{number}", language) in words
    assert html.count("<svg ") == -(-count // LINES) + 1
    assert len(re.findall("<tr><td>", html)) == count
    assert court_page_html(told(count), AT, language) == html


def test_what_others_wrote_is_shown_and_never_obeyed() -> None:
    evil = "<script>alert(1)</script>&\"'\u2068x"
    html = court_page_html(told(events=chain(3, purpose=evil)), AT)
    found = read(html)
    assert "script" not in found.seen
    assert "<script>alert(1)</script>" in "".join(found.text)


def test_a_purpose_of_two_lines_says_nothing_in_the_page_s_own_name() -> None:
    """Tools and notes have lines of their own in that cell: a line end would make one more of them."""
    tools = messages.render("court.tools", "en", tools="Encoder 9")
    honest, forged = (
        court_page_html(told(1, events=(event.model_copy(update={"purpose": f"x{end}{tools}"}),)), AT)
        for end in " \n"
        for event in chain(1)
    )
    assert forged == honest
    with_note = chain(1)[0].model_copy(update={"note": f"x\u2028{tools}"})
    assert f"x {tools}" in "".join(read(court_page_html(told(1, events=(with_note,)), AT)).text)


@pytest.mark.parametrize("language", SIX)
def test_a_word_of_the_program_is_said_in_the_reader_s_language_and_a_person_s_as_it_is(language) -> None:
    """Of an opening, a person may write that very word: it is theirs, and the page adds nothing to it."""
    words = messages.render("court.why_intake", language, code="intake")
    assert (words == messages.render("court.why_intake", "en", code="intake")) is (language == "en")

    def page(action):
        event = chain(1, purpose="intake")[0].model_copy(update={"action": action})
        text = "".join(read(court_page_html(told(1, events=(event,)), AT, language)).text)
        return text.replace("\u2068", "").replace("\u2069", "")

    said = [action for action in Action if words in page(action)]
    assert {Action.TAKEN_IN, Action.SEALED, Action.SENT, Action.CHECKED} <= set(said)
    assert not {Action.OPENED, Action.USED, Action.ANALYSED, Action.EXPORTED} & set(said)


def test_what_would_be_obeyed_and_not_shown_is_written_out_in_html() -> None:
    html = court_page_html(told(1, events=chain(1, purpose="a\u202eb\x00c\x1b \u0627\u200f")), AT)
    assert "a\\u202eb\\u0000c\\u001b \u0627\u200f" in "".join(read(html).text)


def test_a_word_without_an_end_covers_no_digest_in_the_pdf(tmp_path) -> None:
    pytest.importorskip("typst")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    for at, word in enumerate(("w" * 300, "\u0436" * 300)):
        (tmp_path / f"{at}.pdf").write_bytes(court_page_pdf(told(events=chain(3, purpose=word)), AT))
        file = tmp_path / f"{at}.pdf"
        done = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True)
        found = re.findall(
            r'xMin="([0-9.]+)" yMin="[0-9.]+" xMax="([0-9.]+)"[^>]*>([^<]*)<', done.stdout.decode()
        )
        digests = min(
            float(left) for left, _, text in found if text.startswith("0" * 10) and float(left) > 300
        )
        ends = [float(right) for _, right, text in found if text.startswith(word[:8])]
        assert len(ends) > 3
        assert max(ends) <= digests


def test_what_is_not_known_is_said() -> None:
    bare = told(events=(), root=None, stamps=(), log=None, custody_signer=HEX[9])
    words = "\n".join(read(court_page_html(bare, AT)).text)
    for id in ("no_stamp", "log_unknown"):
        assert messages.render(f"court.{id}", "en") in words
    assert HEX[9] in words
    waiting = "\n".join(read(court_page_html(told(), AT)).text)
    assert waiting.count(messages.render("court.log_pending", "en")) == 2


def test_the_picture_has_a_mark_for_each_event_and_is_turned_for_who_reads_from_the_right() -> None:
    events = chain(5, people=5)
    (one,) = pictures(events, "en", leftward=False, said="said")
    (other,) = pictures(events, "ar", leftward=True, said="said")
    place = re.compile(r'<(?:circle|path|rect)[^>]*?(?:cx="|d="M|x=")(-?[0-9]+)')
    marks, turned = ([int(x) for x in place.findall(svg)] for svg in (one, other))
    assert len(marks) == len(turned) == 5
    assert marks == sorted(marks)
    assert turned == sorted(turned, reverse=True)
    assert people_of(events)[4] == ("E", "p-000000000004")
    assert len({letter for letter, _ in people_of(chain(60, people=60))}) == 60


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_pdf_says_the_same(language: str, tmp_path) -> None:
    pytest.importorskip("typst")
    pdf = court_page_pdf(told(60), AT, language)
    assert court_page_pdf(told(60), AT, language) == pdf
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "page.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True
    )
    words = re.sub(r"\s+", "", done.stdout.decode())
    for value in (*HEX[:9], "pt.example.invalid/log", "CN=RootA"):
        assert value in words
    assert re.sub(r"\s+", "", messages.render("court.not_6", language)) in words


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_a_script_that_no_font_here_draws_is_refused_and_never_left_blank(language: str) -> None:
    pytest.importorskip("typst")
    with contextlib.suppress(BadInput):
        assert court_page_pdf(told(), AT, language).startswith(b"%PDF-")


def text_of(pdf: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (folder / "page.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", folder / "page.pdf", "-"], capture_output=True, check=True)
    return re.sub(r"\s+", "", done.stdout.decode())


def test_controls_that_others_wrote_are_written_out_in_the_pdf_as_in_html(tmp_path) -> None:
    pytest.importorskip("typst")
    pdf = court_page_pdf(told(1, events=chain(1, purpose="order \u202e7 a\u2068b\u200f\x1b")), AT)
    words = text_of(pdf, tmp_path)
    assert "order\\u202e7a\\u2068b\\u200f\\u001b" in words
    assert re.sub(r"\s+", "", messages.render("court.written_out", "en")) not in words  # of letters alone


def test_a_purpose_in_another_script_never_keeps_the_page_from_being_made(tmp_path, monkeypatch) -> None:
    """A font of the system draws it; without one, its letters are written out, and that is said."""
    pytest.importorskip("typst")
    purpose = "为辩护人 ሀለሐመሠረሰሸቀበተቸኀነኘ \U0001f600 \u20bf"
    events = chain(1, purpose=purpose)
    assert court_page_pdf(told(1, events=events), AT).startswith(b"%PDF-")
    monkeypatch.setattr("comity.letters.court_page.try_page", without_fonts)
    words = text_of(court_page_pdf(told(1, events=events), AT), tmp_path)
    assert re.sub(r"\s+", "", messages.render("court.written_out", "en")) in words
    assert "".join(f"\\u{ord(letter):04x}" for letter in "为辩护人ሀለሐመሠረሰሸቀበተቸኀነኘ\U0001f600") in words
    assert "\\u20bf" not in words  # this one typst itself draws


def test_one_letter_of_each_script_there_is_ends_too(monkeypatch) -> None:
    scripts = {unicodedata.name(chr(code), "").partition(" ")[0]: chr(code) for code in range(0xA0, 0x20000)}
    letters = "".join(one for one in scripts.values() if unicodedata.category(one).startswith("L"))[:290]
    assert len(letters) > 60
    tried = []

    def counted(*given, **more):
        tried.append(more)
        return without_fonts(*given, **more)

    pytest.importorskip("typst")
    monkeypatch.setattr("comity.letters.court_page.try_page", counted)
    assert court_page_pdf(told(1, events=chain(1, purpose=letters)), AT).startswith(b"%PDF-")
    assert len(tried) <= 27


def without_fonts(*given, system_fonts):
    """A machine that has no font but typst's own."""
    assert system_fonts in {True, False}
    return try_page(*given, system_fonts=False)


def certified(**more: object) -> CertificateTold:
    certificate = Certificate(
        v=1,
        certifies=Certifies.CUSTODIAN,
        case=CASE,
        exhibit="PT-1",
        seal=HEX[6],
        act=HEX[9],
        by="p-000000000000",
        name="Officer A",
        function="examiner",
        office="xa:central-authority",
        at="2026-11-21T18:00:00Z",
        text="Kept sealed.",
        asked="As always.",
        followed="So done.",
        departure=None,
        original=None,
        translation=None,
        written_in=None,
        into=None,
    )
    return CertificateTold(certificate, HEX[10], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", SIX)
def test_a_certificate_is_shown_with_whose_node_signed_it_and_what_became_of_the_key(language: str) -> None:
    def shown(**more: object) -> str:
        page = court_page_html(told(certificates=(certified(**more),)), AT, language)
        return "\n".join(read(page).text)

    def said(name: str, *values: str) -> bool:
        plain = messages.render(f"court.certificate_{name}", language, **dict.fromkeys(_PLACES, "\0"))
        return all(part in words for part in (*plain.split("\0"), *values))

    words = shown()
    assert said("key", HEX[10], "xa:central-authority")
    assert not said("unlisted")
    words = shown(state="XB", unlisted=True)
    assert said("node", "XB", HEX[10])
    assert said("unlisted", "xa:central-authority")
    revoked = "2026-11-22T00:00:00Z"
    words = shown(state="XA", revoked=revoked, kept="2026-11-21T19:00:00Z")
    assert said("revoked_before", revoked, "2026-11-21T19:00:00Z")
    for kept in (revoked, "2026-11-23T00:00:00Z"):
        words = shown(state="XA", revoked=revoked, kept=kept)
        assert said("revoked_after", kept)
        assert not said("revoked_before")


_PLACES = ("key", "state", "office", "revoked", "kept")
