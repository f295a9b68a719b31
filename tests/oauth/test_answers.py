# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a wiki says, it is either what mwoauth can read or an error with a name."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauth.account import parse_account
from oauth.answers import require_identity, require_token
from oauth.errors import SignInError, Step

READERS: list[Callable[[str], object]] = [
    lambda text: require_token(Step.INITIATE, text),
    lambda text: require_identity(Step.IDENTIFY, text),
    parse_account,
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "code", "message", "query", "globaluserinfo", "id", "merged"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
texts = (
    st.text(max_size=60)
    | json_values.map(json.dumps)
    | st.text(max_size=40).map("Error: {}".format)
    | st.text(max_size=40).map("oauth_token={}&oauth_token_secret=s".format)
)


@pytest.mark.parametrize("reader", READERS, ids=["token", "identity", "account"])
@given(text=texts)
def test_no_answer_escapes_as_an_error_without_a_name(
    reader: Callable[[str], object], text: str
) -> None:
    with suppress(SignInError):
        reader(text)


@given(text=st.text(max_size=40))
def test_no_piece_of_a_refusal_is_repeated(text: str) -> None:
    with pytest.raises(SignInError) as caught:
        require_token(Step.COMPLETE, f"Error: <{text}>")

    assert "<" not in f"{caught.value}{caught.value!r}"
