"""Names are found across scripts and spellings (common names alone), and traces in whichever way written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.app.spelling import keys_of, name_asked, trace_asked, traces

ALIKE = [
    ("Muhammad", "Mohamed"),
    ("Muhammad", "محمد"),
    ("Mohammed", "Мухаммад"),
    ("Yekaterina", "Ekaterina"),
    ("Yekaterina", "Екатерина"),
    ("Tchaikovsky", "Чайковский"),
    ("Tschaikowski", "Чайковский"),
    ("Georgios", "Γεώργιος"),
    ("Dimitrios", "Δημήτριος"),
    ("Papadopoulos", "Παπαδόπουλος"),
    ("Wang Wei", "王伟"),
    ("Wang Xiaoming", "王小明"),
    ("Li Na", "李娜"),
    ("Yusuf", "يوسف"),
    ("Youssef", "Юсуф"),
    ("Khaled", "خالد"),
    ("Hassan", "Хасан"),
    ("Hassan", "حسن"),
    ("al-Hassan", "الحسن"),
    ("Walid", "وليد"),
    ("Wladimir", "Владимир"),
    ("Fatimah", "فاطمة"),
    ("Nataliya", "Наталья"),
    ("Alexander", "Александр"),
    ("Schultz", "Schulz"),
    ("Müller", "MULLER"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_name_is_found_as_another_script_or_spelling_has_it(one, other):
    for asked, held in ((one, other), (other, one)):
        assert name_asked(asked) <= keys_of([f"Of 2026: {held}, again"])


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("Muhammad", "Mahdi"),
        ("Ekaterina", "Karina"),
        ("Wang Wei", "Li Wei"),
        ("Georgios", "Gregorios"),
        ("Hassan Omar", "Hassan"),
        ("Rose", "a rose"),
    ],
)
def test_other_names_and_plain_words_are_not_found(asked, held):
    assert not name_asked(asked) <= keys_of([held])


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("A.B@Example.invalid", "see <a.b@example.invalid>."),
        ("example.invalid", "at https://www.EXAMPLE.invalid/x?y=1, since"),
        ("+351 21 000 00 00", "called 00351-21-000-0000 twice"),
        ("2001:db8:0::1", "from 2001:DB8::1."),
        ("AB" * 32, "file " + "ab" * 32),
        ("@handle", "known as @Handle"),
    ],
)
def test_traces_are_found_however_written(asked, held):
    assert trace_asked(asked)
    assert trace_asked(asked) <= keys_of([held])


def test_a_trace_is_found_whole_and_words_are_none():
    assert not trace_asked("b@example.invalid") <= keys_of(["a.b@example.invalid"])
    assert not trace_asked("example.invalid") <= keys_of(["a@example.invalid"])  # a host of mail is no trace
    assert trace_asked("see a@example.invalid") == frozenset()
    assert list(traces("on 2026-11-22 at 10:00, No. 7/2026")) == []


@given(st.text(max_size=60))
def test_keys_are_what_the_index_takes(text):
    found = keys_of([text]) | name_asked(text) | trace_asked(text)
    assert all(re.fullmatch("__[stw][a-z0-9]*_", key) for key in found)
