"""P1 for the combinators: what becomes known never turns what was known (exhaustive)."""

from itertools import product

import pytest

from comity.acts import Verdict
from comity.safeguards.logic import Truth, all_, any_, at_least, known, left_to_a_person, not_, verdict

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
SIZES = range(1, 6)

COMBINATORS = [
    *((f"all of {n}", n, all_) for n in SIZES),
    *((f"any of {n}", n, any_) for n in SIZES),
    *((f"{k} of {n}", n, lambda *limbs, k=k: at_least(k, *limbs)) for n in SIZES for k in range(1, n + 1)),
    ("not", 1, not_),
    ("left to a person", 1, left_to_a_person),
]


@pytest.mark.parametrize(("name", "size", "combine"), COMBINATORS, ids=[c[0] for c in COMBINATORS])
def test_learning_moves_a_result_only_out_of_the_unknown(name, size, combine):
    for limbs in product((F, U, T), repeat=size):
        before = combine(*limbs)
        for at, limb in enumerate(limbs):
            if limb is U:
                for learnt in (F, T):
                    after = combine(*limbs[:at], learnt, *limbs[at + 1 :])
                    assert before is U or after is before, (limbs, at, learnt)


@pytest.mark.parametrize(("name", "size", "combine"), COMBINATORS, ids=[c[0] for c in COMBINATORS])
def test_what_every_completion_agrees_on_is_known(name, size, combine):
    """Not weaker than it has to be: unknown only where two completions differ (left_to_a_person excepted)."""
    if combine is left_to_a_person:
        return
    for limbs in product((F, U, T), repeat=size):
        ways = [(F, T) if limb is U else (limb,) for limb in limbs]
        outcomes = {combine(*complete) for complete in product(*ways)}
        assert combine(*limbs) is (outcomes.pop() if len(outcomes) == 1 else U), limbs


def test_with_all_known_it_is_the_logic_of_every_day():
    for limbs in product((F, T), repeat=4):
        values = [bool(limb) for limb in limbs]
        assert all_(*limbs) is known(all(values))
        assert any_(*limbs) is known(any(values))
        for n in range(1, 5):
            assert at_least(n, *limbs) is known(sum(values) >= n)


def test_the_unknown_is_no_yes_and_no_no():
    with pytest.raises(TypeError):
        bool(U)
    with pytest.raises(TypeError):
        assert U or T
    assert T
    assert not F


@pytest.mark.parametrize(
    "empty", [all_, any_, lambda: at_least(0), lambda: at_least(0, T), lambda: at_least(2, T)]
)
def test_nothing_is_not_true_by_default(empty):
    with pytest.raises(ValueError, match="says nothing"):
        empty()


def test_verdicts():
    assert [verdict(t) for t in (T, F, U)] == [Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN]
    assert [known(v) for v in (True, False, None)] == [T, F, U]
    assert {v.value for v in Verdict} == {"met", "not_met", "needs_human"}, "no value grants or refuses"
