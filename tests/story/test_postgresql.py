"""The story with both nodes on PostgreSQL: from request to delivered evidence, an erasure, and the log."""

import shutil

import loopback as l
import pytest
import test_day
import test_evidence_story
import test_life
from test_life import asked_of  # noqa: F401 - a fixture, with this module's pair

from comity.app.doctor import Health, examine
from comity.app.publish import publish


@pytest.fixture
def pair(tmp_path, postgresql):
    clock, courier = l.FixedClock(l.AT), l.Loopback()
    sides = [
        l.make_side(
            tmp_path / state, state, clock, courier, database_url=postgresql.url(postgresql.create()), **more
        )
        for state, more in (("GH", {"timestamp": "openssl:tsa"}), ("PT", {"timestamp": "openssl:tsa"}))
    ]
    for side, other in (sides, sides[::-1]):
        courier.nodes[str(side.node.settings.url)] = side.node
        l.peers.add_peer(side.node, l.peers.own_entry(other.node), other.node.keys.acts.id)
    pair = l.Pair(*sides, clock, courier)
    yield pair
    pair.close()


def test_from_request_to_close_both_sides_have_one_case(pair, asked_of, tmp_path):  # noqa: F811
    test_life.test_from_request_to_close_both_sides_have_one_case(pair, asked_of, tmp_path)
    for side in (pair.gh, pair.pt):
        publish(side.node)
        bad = [line.message.id for line in examine(side.node) if line.health is Health.BAD]
        assert bad == ["doctor.timestamp_missing"]  # the authority is made with the first stamp


def test_the_defence_gets_a_file_that_says_what_it_lacks(pair, asked_of):  # noqa: F811
    """With an erasure, and what follows from it."""
    test_life.test_the_defence_gets_a_file_that_says_what_it_lacks(pair, asked_of)


def test_pieces_follow_the_act_and_resume_over_a_bad_network(pair, files):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: time-stamps of the tests need it")
    request = l.ask(pair, "mailbox", "logs")
    l.grant(pair, request, "mailbox", condition="use-limit")
    pair.courier.posted.clear()
    test_evidence_story.test_pieces_follow_the_act_and_resume_over_a_bad_network(pair, request, files)


def test_a_desk_is_read_of_lines_and_says_what_the_cases_say(pair):
    test_day.test_a_desk_is_read_of_lines_and_says_what_the_cases_say(pair)
    pair.check_lists()
