"""Founding a node: what a person may write of an office, and what is said of all else."""

import pytest

from comity.app.found import office
from comity.errors import BadInput
from comity.messages import explain


@pytest.mark.parametrize(
    "id", ["central-authority", "XA:central-authority", "xa:", "xa:" + "a" * 41, "xa:a b"]
)
def test_an_office_with_an_id_that_is_none_is_refused_in_our_words(id):
    with pytest.raises(BadInput) as caught:
        office(f"{id}=central_authority")
    assert caught.value.id == "app.not_an_office"
    assert all(explain(caught.value))
