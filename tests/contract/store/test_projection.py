"""The contract of lists and searches: what is found, in which order, page by page, in whatever script."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import store
from comity.errors import BadInput, Conflict
from comity.store import Wanted, find_lines, key_after
from comity.store.words import words_asked, words_of


@pytest.fixture
def put(do, at):
    def put(case, minutes=0, *, due=(), tags=(), text=()):
        do(
            store.put_line,
            case,
            moved_at=at(minutes),
            seq=1,
            law="a" * 64,
            body={"case": case},
            dues={(at(minute), outcome) for minute, outcome in due},
            tags=set(tags),
            texts=(text,) if isinstance(text, str) else text,
        )

    return put


@pytest.fixture
def found(see, at):
    def found(now=0, **wanted):
        return [line.case[0] for line in see(find_lines, Wanted(at(now), **wanted))]

    return found


def case(letter):
    return letter * 32


# Six scripts, and what is looked for in each: as it stands, composed otherwise, the beginning, another case.
SCRIPTS = {
    "a": ("Betrug über ein Konto: crème@example.invalid", ("UBER", "creme", "cre\u0300me@example", "kont")),
    "b": ("طلب حفظ بيانات الحِساب ١٢٣", ("الحساب", "حِفظ", "بيان")),
    "c": ("Просьба о сохранении данных Ёлкина", ("ЁЛКИНА", "елкин", "данных просьба")),
    "d": ("请求保存该账户的电子邮件", ("电子邮件", "账户", "邮")),
    "e": ("खाते के ईमेल का अनुरोध", ("ईमेल", "अनुरोध खाते")),
    "f": ("Αίτημα για τα δεδομένα του λογαριασμού", ("αιτημα", "ΛΟΓΑΡΙΑΣΜΟΥ", "δεδομ")),
    "g": ("メールアカウントの保全を求める がぎ", ("アカウント", "保全", "が")),
    "h": ("ขอให้เก็บรักษาข้อมูล", ("ข้อมูล", "รักษา")),
}


@pytest.mark.parametrize("letter", SCRIPTS)
def test_what_is_written_in_a_script_is_found_in_it(put, found, letter):
    for one, (text, _) in SCRIPTS.items():
        put(case(one), text=text)
    for asked in SCRIPTS[letter][1]:
        for form in ("NFC", "NFD"):
            assert found(text=unicodedata.normalize(form, asked)) == [letter], asked
    assert found(text="か" if letter == "g" else "nowhere") == []  # another syllable, for want of two dots


def test_every_word_must_stand_there_and_each_may_be_a_beginning(put, found):
    put(case("a"), 1, text="mailbox of the bank")
    put(case("b"), 2, text=("mail", "a banking office"))
    assert found(text="bank mail") == ["b", "a"]
    assert found(text="mailbox bank") == ["a"]
    assert found(text="ank") == []
    for nothing in ("", " -- ", '"'):
        with pytest.raises(BadInput, match=r"^store\.no_word\b"):
            found(text=nothing)
    assert found(text="ma\"il OR 1:* & !bank'") == []  # a search's own signs mean nothing


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60), start=st.integers(0, 60), size=st.integers(1, 60))
def test_whatever_a_text_says_its_whole_words_find_it(text, start, size):
    """Both databases do no more than this: each asked word begins one that is kept."""
    words = text.split()[start % 5 : start % 5 + size]
    kept = words_of((text,))
    assert all(any(k.startswith(w) for k in kept) for w in words_asked(" ".join(words)))
    assert all(word.isascii() and word.replace("_", "").isalnum() for word in kept)


def test_what_moved_last_comes_first_and_filters_hold_together(put, found, at):
    put(case("a"), 1, tags=[("state", "PT"), ("measure", "x")])
    put(case("b"), 2, tags=[("state", "PT"), ("measure", "y")], text="bank")
    put(case("c"), 3, tags=[("state", "FR"), ("measure", "x")], text="bank")
    assert found() == ["c", "b", "a"]
    assert found(tags=(("state", "PT"),)) == ["b", "a"]
    assert found(tags=(("state", "PT"), ("measure", "x"))) == ["a"]
    assert found(tags=(("measure", "PT"),)) == []
    assert found(tags=(("state", "PT"),), text="bank") == ["b"]
    assert found(since=at(2)) == ["c", "b"]
    assert found(since=at(2), text="bank", tags=(("measure", "x"),)) == ["c"]
    put(case("a"), 9, tags=[("state", "PT")], text="shore")  # it moves, and is another measure's no more
    assert found() == ["a", "c", "b"]
    assert found(tags=(("measure", "x"),)) == ["c"]
    assert found(text="shore") == ["a"]


def test_what_is_due_first_comes_first_once_and_what_is_settled_by_time_no_more(put, see, found, at):
    put(case("a"), 1, due=[(50, "stays"), (55, "stays"), (50, "rests")], tags=[("state", "PT")], text="bank")
    put(case("b"), 2, due=[(40, "settles"), (58, "stays")], tags=[("state", "PT")])
    put(case("c"), 3, tags=[("state", "PT")])
    put(case("d"), 4, due=[(60, "stays")], tags=[("state", "FR")])
    assert found(due_by=at(60)) == ["b", "a", "d"]
    assert found(due_by=at(59), tags=(("state", "PT"),)) == ["b", "a"]
    assert found(now=39, due_by=at(59), tags=(("state", "PT"),)) == ["b", "a"]
    assert found(now=40, due_by=at(59), tags=(("state", "PT"),)) == ["a", "b"]
    assert found(due_by=at(60), text="bank") == ["a"]
    assert found(now=49, resting=True) == []
    assert found(now=50, resting=True) == found(now=50, resting=True, due_by=at(60)) == ["a"]
    for now, due in ((0, [60, None, 40, 50]), (40, [60, None, 58, 50])):
        lines = see(find_lines, Wanted(at(now)))
        assert [line.due for line in lines] == [None if one is None else at(one) for one in due]


@pytest.mark.parametrize("due", [False, True])
@pytest.mark.parametrize("text", [None, "bank"])
def test_page_after_page_gives_each_line_once(put, see, at, due, text):
    """Also of cases that moved, and are due, in the same second."""
    for n in range(23):
        put(
            f"{n % 3:02x}{n:030x}",
            n % 2,
            due=[(n % 2, "stays"), (5, "stays")],
            tags=[("state", "PT")],
            text="bank",
        )
    wanted = {"due_by": at(60) if due else None, "text": text, "tags": (("state", "PT"),)}
    whole = see(find_lines, Wanted(at(), **wanted))
    assert len(whole) == 23
    pages, after = [], None
    while page := see(find_lines, Wanted(at(), **wanted, after=after, limit=5)):
        pages += page
        after = key_after(page[-1], due=due)
    assert tuple(pages) == whole
    for wrong in ("?", "12.ff", "2026-11-21T17:55:49Z."):
        with pytest.raises(BadInput, match=r"^store\.no_such_page\b"):
            see(find_lines, Wanted(at(), **wanted, after=wrong))


def test_what_was_taken_out_is_found_no_more_and_the_rest_is(put, do, found):
    put(case("a"), 1, tags=[("state", "PT")], text="bank")
    put(case("b"), 2, tags=[("state", "PT")], text="bank")
    do(store.drop_line, case("b"))
    do(store.drop_line, case("c"))
    assert found() == found(tags=(("state", "PT"),)) == found(text="bank") == ["a"]
    put(case("a"), 1, text="shore")
    assert found(text="bank") == found(tags=(("state", "PT"),)) == []


def test_a_list_that_is_not_whole_is_refused_until_it_is(put, do, see, found):
    put(case("a"))
    assert see(store.are_whole)
    do(store.drop_lines)
    with pytest.raises(Conflict, match=r"^store\.lists_not_whole\b"):
        found()
    do(store.lists_whole)
    assert found() == []


def test_lines_that_are_behind_their_acts_are_counted(put, do, see, make, at):
    law = "a" * 64
    do(store.put_act, make(), received_at=at(), direction="own")
    assert see(store.stale_cases, law) == (1, 0)
    put("0123456789abcdef0123456789abcdef")  # of the first act
    assert see(store.stale_cases, law) == (0, 0)
    assert see(store.stale_cases, "b" * 64) == (0, 1)
    do(store.put_act, make(number=2), received_at=at(), direction="own")
    assert see(store.stale_cases, law) == (1, 0)


def test_what_nothing_is_due_in_any_more_is_quiet_and_the_rest_is_not(put, see, at):
    """Both stretches of a list by urgency make up one list of all, at every instant, each case once."""
    put(case("a"), 1)
    put(case("b"), 2, due=[(10, "settles"), (20, "settles")])
    put(case("c"), 3, due=[(10, "settles"), (5, "stays")])
    put(case("d"), 4, due=[(5, "rests")])
    for now, quiet in ((0, "a"), (10, "a"), (19, "a"), (20, "ba"), (30, "ba")):
        last = at(10**6)
        due = [line.case[0] for line in see(find_lines, Wanted(at(now), due_by=last))]
        rest = [line.case[0] for line in see(find_lines, Wanted(at(now), quiet=True))]
        assert "".join(rest) == quiet
        assert sorted([*due, *rest]) == ["a", "b", "c", "d"]
