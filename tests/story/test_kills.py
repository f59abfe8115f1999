"""P6: either node is killed at random moments while acts go both ways; nothing is lost, nothing is there
twice."""

import kills


def test_twenty_kills_of_either_node_lose_nothing_and_do_nothing_twice(tmp_path):
    number = kills.seed()
    print(f"COMITY_TEST_SEED={number}")
    both = kills.storm(tmp_path, 20, number)
    assert len(both.acts) >= 20
    assert all(len(one.seen) >= 2 for one in both.served)
