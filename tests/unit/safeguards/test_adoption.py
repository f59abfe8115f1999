"""P2: what rests on content of weak mark is for a person, until the State's adviser has adopted it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import wire
from comity.acts import Verdict
from comity.law import Bundle, apply_overlay, compile_overlay, load_overlay, remade
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY, CHECKS

ON = date(2026, 11, 21)


def weakened(law, keys, mark="C"):
    content = law.content.model_copy(
        update={
            "provisions": tuple(
                p.model_copy(update={"mark_content": mark}) if p.key in keys else p
                for p in law.content.provisions
            )
        }
    )
    return Bundle(content, wire.dump_bytes(content))


def adopted(law, keys, verdict="adopt"):
    entries = "".join(
        f'\n[[{verdict}]]\nwhat = "provision"\nkey = "{key}"\nsource = "Read in the gazette"\n'
        for key in keys
    )
    head = '[overlay]\nstate = "XB"\nname = "x"\nversion = 1\non = "2026-11-21"\nreview_by = "2027-11-21"\n'
    overlay = load_overlay(compile_overlay((head + entries).encode()))
    return remade(apply_overlay(law.content, overlay, "ab" * 32))


@pytest.mark.parametrize(("known", "after"), [(True, Verdict.MET), (False, Verdict.NOT_MET)])
def test_a_finding_moves_when_the_law_it_rests_on_is_adopted(law, case, known, after):
    facts = {"law.transfer_permitted": known}
    if not known:
        facts["law.conditions_would_cure"] = False
    check = BY_KEY["data_protection"]
    weak = [k for p in check.relies if p.instrument == "uncc" for k in p.provisions]
    shy = weakened(law, weak)

    def finding(bundle):
        return run(check, Frame(case(facts, instrument="uncc"), bundle, "requested", ON))

    before, done = finding(shy), finding(adopted(shy, weak))
    assert before.verdict is Verdict.NEEDS_HUMAN
    assert "safeguards.any.law_weak" in {b.id for b in before.because}
    assert done.verdict is after
    assert {read.mark for read in done.law if read.key in weak} == {"A"}
    assert not any(cite.verify for cite in done.cites if cite.provision in weak)
    assert finding(adopted(shy, weak[:-1])).verdict is Verdict.NEEDS_HUMAN
    assert finding(adopted(law, weak[:1], "reject")).verdict is Verdict.NEEDS_HUMAN


RELIED = sorted({(c.key, p.instrument, m) for c in CHECKS for p in c.relies for m in p.measures})


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(RELIED),
    st.data(),
    st.sampled_from(["C+", "C", "C-"]),
    st.dictionaries(
        st.sampled_from(sorted({f for c in CHECKS for f in c.reads})), st.booleans(), max_size=12
    ),
)
def test_whatever_the_facts_weak_law_leaves_it_to_a_person(  # noqa: PLR0917 - drawn and fixtures, by name
    session_law, session_case, relied, data, mark, told
):
    key, instrument, measure = relied
    check = BY_KEY[key]
    weak = data.draw(st.sampled_from(check.paragraphs(instrument, measure)))
    bools = {k: v for k, v in told.items() if k in check.reads and not k.startswith("offence.")}
    frame = Frame(
        session_case(bools, measure, instrument), weakened(session_law, {weak}, mark), "requested", ON
    )
    assert run(check, frame).verdict is Verdict.NEEDS_HUMAN
