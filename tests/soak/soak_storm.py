"""Two hundred kills of either node, and many evenings of a bad network (``tests/story``: a few of each)."""

import kills
import pytest
from test_network import disturbed

ROUNDS, KILLS = 10, 20
EVENINGS = 30


@pytest.mark.parametrize("story", range(ROUNDS))
def test_two_hundred_kills_lose_nothing_and_do_nothing_twice(tmp_path, story):
    number = kills.seed() + story
    print(f"seed {number}")
    both = kills.storm(tmp_path, KILLS, number)
    assert len(both.acts) >= KILLS


@pytest.mark.parametrize("story", range(EVENINGS))
def test_over_a_bad_network_each_act_arrives_once(tmp_path, story):
    number = kills.seed() + story
    print(f"seed {number}")
    disturbed(tmp_path, number)
