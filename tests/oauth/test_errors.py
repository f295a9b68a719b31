# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each way to fail has a page of its own, and a line that is safe in a log."""

import pickle
import re

import pytest

from oauth.errors import Detail, SignInError, Step, WikiUnreachable

KINDS = SignInError.__subclasses__()


def test_each_error_has_its_own_message() -> None:
    keys = [kind.message_key for kind in KINDS]

    assert len(set(keys)) == len(KINDS) == 10
    assert all(re.fullmatch(r"signin-error-[a-z-]+", key) for key in keys)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_where_and_why_and_nothing_else(kind: type[SignInError]) -> None:
    error = kind(Step.COMPLETE, Detail.EXPIRED)

    assert str(error) == "complete: request token expired"
    assert repr(error) == f"{kind.__name__}(Step.COMPLETE, Detail.EXPIRED)"


def test_an_error_survives_a_process_boundary() -> None:
    error = WikiUnreachable(Step.ACCOUNT, Detail.TIMED_OUT)

    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made one call earlier

    assert (type(again), again.step, again.detail) == (type(error), error.step, error.detail)
