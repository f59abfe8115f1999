"""What may be said outward: nothing that names an indicator, in any text or question of the catalogue."""

import re
import string

import pytest

from comity import messages
from comity.acts import AskWhom, Verdict
from comity.safeguards import CHECKS, FACTS, outward, question
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.grounds import REFUSAL_DUTIES

TEXTS = messages.catalogue(messages.FALLBACK)
KEYS = {check.key for check in (*CHECKS, REFUSAL_DUTIES)}
OUTWARD = {id: text for id, text in TEXTS.items() if re.fullmatch(r"safeguards\.[a-z_]+\.outward\..+", id)}
HARMFUL = sorted(key for key, fact in FACTS.items() if not fact.harmless)
"""Facts that are asked of nobody: to name one is to say what is suspected."""
TELLING = (
    "indicat", "suspect", "suspic", "persecut", "asylum", "refugee", "opinion", "politic", "journalis",
    "religio", "ethnic", "orientation", "belief", "protest", "election", "torture", "death penalty",
    "researcher", "good faith", "privileged", "dissident", "activis",
)  # fmt: skip
"""Words by which a text would tell what was looked at; said of no one, outward."""
OPENLY = {
    "third_persons": {"indicator.third_persons"},
    "third_parties": {"good faith"},
    "death_penalty": {"death penalty"},
    "necessity.third_persons_limited": {"indicator.third_persons"},
    "necessity.lesser_not_enough": {"indicator.lesser_measure"},
    "declared.third_parties_told": {"good faith"},
    "declared.death_penalty_excluded": {"death penalty"},
    "declared.capacity_of_person": {"suspect"},
    "declared.parties_heard": {"suspect"},
    "law.research_weighed_requesting": {"good faith"},
}
"""By check or fact: words of the paragraph itself, which asks every State for this, whatever is suspected.

An assurance cannot be asked for without naming it; third parties in good faith hold property; a person heard
has a capacity. Nothing here is of the one request. Each word is listed, so that another one still fails.
"""


def tells(text):
    low = text.lower()
    named = [key for key in HARMFUL if key in low or _last(key) in low]
    return [*named, *(word for word in TELLING if word in low)]


def _last(key):
    """``persecution.sought_repeatedly``: as words. Of one word alone, the dotted key is looked for."""
    name = key.rpartition(".")[2]
    return name.replace("_", " ") if "_" in name else key


def test_the_words_looked_for_are_found():
    assert tells("Whether the person asked for asylum.") == ["asylum"]
    assert tells("The account is of a protected role.") == ["persecution.protected_role"]
    assert not tells("The request does not say for which proceeding the data is needed (art. 40(15)).")


@pytest.mark.parametrize("id", sorted(OUTWARD))
def test_no_outward_text_names_an_indicator_or_takes_more_than_the_paragraphs(id):
    _, check, _, verdict = id.split(".")
    assert check in KEYS
    assert verdict in set(Verdict), "the verdict, and nothing else of the finding, chooses the text"
    assert not set(tells(OUTWARD[id])) - OPENLY.get(check, set())
    names = {name for _, name, _, _ in string.Formatter().parse(OUTWARD[id]) if name is not None}
    assert names <= {"paragraphs"}


def test_a_question_to_the_other_side_names_no_indicator():
    for key, fact in FACTS.items():
        if AskWhom.THEM in {fact.ask("requesting"), fact.ask("requested")}:
            assert key not in HARMFUL
            own = _own(key) | OPENLY.get(key, set())
            assert not [word for word in tells(messages.say(question(key))) if word not in own], key


def test_every_word_allowed_is_needed():
    """Broken by an entry of ``OPENLY`` that outlived its text: it would let the next text tell."""
    told = {check: set() for check in KEYS}
    for id, text in OUTWARD.items():
        told[id.split(".")[1]] |= set(tells(text))
    told |= {key: set(tells(messages.say(question(key)))) for key in FACTS}
    assert {name: words & told[name] for name, words in OPENLY.items()} == OPENLY


def _own(key):
    """The criteria of research are asked about by their own words, where they may be asked at all."""
    return {"researcher", "good faith"} if key.startswith("research.") else set()


@pytest.fixture
def said(monkeypatch):
    """A catalogue in which one check has something to say outward."""
    text = "It does not say where the data is ({paragraphs})."
    texts = {**TEXTS} | {
        f"safeguards.{check}.outward.needs_human": text for check in ("persecution", "research")
    }
    monkeypatch.setattr("comity.safeguards.words.catalogue", lambda _: texts)
    return texts


def test_an_outward_text_gets_the_paragraphs_relied_on_and_nothing_else(find, said):
    facts = {"persecution.asylum": True, "persecution.timing": True}
    finding = find(BY_KEY["persecution"], facts)
    told = outward(finding)
    assert told.id == "safeguards.persecution.outward.needs_human"
    assert [name for name, _ in told.arguments] == ["paragraphs"]
    shown = said[told.id].format(**dict(told.arguments))
    assert not tells(shown)
    cited = dict(told.arguments)["paragraphs"]
    own = BY_KEY["persecution"].paragraphs("budapest", "access_stored")
    relied = [c.pointer for c in finding.cites if c.provision in own]
    assert len(finding.cites) > len(relied) > 0, "others are pointed to, inward"
    assert cited == "; ".join(relied)
    other = find(BY_KEY["persecution"], {"persecution.opinion": True})
    assert outward(other) == told, "whichever indicator it was, the same is said"


def test_what_a_rule_only_points_to_is_not_named_outward(find, said):
    """Hooks of research are cited inward where research is indicated: that they are would tell."""
    quiet, indicated = (find(BY_KEY["research"], facts) for facts in ({}, {"research.indicated": True}))
    assert len(indicated.cites) > len(quiet.cites)
    assert outward(indicated) == outward(quiet)
    own = BY_KEY["research"].paragraphs("budapest", "access_stored")
    relied = [c.pointer for c in quiet.cites if c.provision in own]
    assert dict(outward(quiet).arguments)["paragraphs"] == "; ".join(relied)
    assert said


def test_where_there_is_no_outward_text_nothing_is_said(find):
    finding = find(BY_KEY["persecution"], {"persecution.asylum": True})
    id = f"safeguards.persecution.outward.{finding.verdict.value}"
    assert (outward(finding) is None) == (id not in TEXTS)
