# SPDX-License-Identifier: AGPL-3.0-or-later
"""A callback counts only if it is the one that this session waits for."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from oauth.callback import verifier
from oauth.errors import Detail, ForgedCallback, Step
from tests.oauth.secrecy import Secrets

EXPECTED = "6dcf5ed4ff526dd838284d8806273cc1"
VERIFIER = "035883b20d47b6df7cdd1a218542dda0"


@pytest.mark.parametrize("kind", [dict, MultiDict])
def test_the_right_callback_gives_its_verifier(kind: type[dict[str, str]]) -> None:
    query = kind([("oauth_verifier", VERIFIER), ("oauth_token", EXPECTED), ("uselang", "de")])

    assert verifier(EXPECTED, query) == VERIFIER


@pytest.mark.parametrize(
    "query",
    [
        "",
        "x=1",
        f"oauth_token={EXPECTED}",
        f"oauth_verifier={VERIFIER}",
        f"oauth_token={EXPECTED}&oauth_verifier=",
        f"oauth_token=&oauth_verifier={VERIFIER}",
        f"oauth_token={EXPECTED}&oauth_token={EXPECTED}&oauth_verifier={VERIFIER}",
        f"oauth_token={EXPECTED}&oauth_token={'f' * 32}&oauth_verifier={VERIFIER}",
        f"oauth_token={EXPECTED}&oauth_verifier={VERIFIER}&oauth_verifier=0",
        f"oauth_token={EXPECTED}&oauth_verifier={'a' * 129}",
        f"oauth_token={EXPECTED}&oauth_verifier=%C3%A9",
    ],
)
def test_a_missing_repeated_or_empty_parameter_is_a_forgery(query: str, secrets: Secrets) -> None:
    arguments = MultiDict(parse_qsl(query, keep_blank_values=True))

    with pytest.raises(ForgedCallback) as caught:
        verifier(EXPECTED, arguments)

    assert (caught.value.step, caught.value.detail) == (Step.CALLBACK, Detail.MALFORMED)
    secrets.assert_kept(caught.value)


@given(token=st.text(min_size=1, max_size=40).filter(lambda token: token != EXPECTED))
def test_any_other_token_is_a_forgery(token: str) -> None:
    query: Mapping[str, str] = {"oauth_token": token, "oauth_verifier": VERIFIER}

    with pytest.raises(ForgedCallback):
        verifier(EXPECTED, query)
