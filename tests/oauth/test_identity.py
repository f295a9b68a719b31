# SPDX-License-Identifier: AGPL-3.0-or-later
"""Claims become types, or nobody."""

from datetime import UTC, datetime

import pytest

from oauth.errors import Detail, HiddenAccount, IdentityInvalid, TemporaryAccount
from oauth.identity import from_claims
from tests.oauth.recordings import recorded_claims
from tests.oauth.secrecy import Secrets

INDEX = "http://127.0.0.1:28180/w/index.php"


def _claims(**changes: object) -> dict[str, object]:
    """Recorded claims, changed; ``...`` takes one away."""
    (claims,) = recorded_claims("01")
    return {name: value for name, value in (claims | changes).items() if value is not ...}


def test_an_account_as_old_as_the_wiki_has_no_day_of_registration() -> None:
    (claims,) = recorded_claims("18")
    assert claims["registered"] is None

    assert from_claims(claims, INDEX).registered is None


def test_a_registration_is_utc() -> None:
    identity = from_claims(_claims(registered="20260228000000"), INDEX)

    assert identity.registered == datetime(2026, 2, 28, tzinfo=UTC)


def test_without_a_name_the_account_is_hidden(secrets: Secrets) -> None:
    with pytest.raises(HiddenAccount) as caught:
        from_claims(_claims(username=...), INDEX)

    assert caught.value.detail is Detail.NO_NAME
    secrets.assert_kept(caught.value)


@pytest.mark.parametrize(
    ("issuer", "index"),
    [
        ("https://meta.wikimedia.org", "https://meta.wikimedia.org/w/index.php"),
        ("https://meta.wikimedia.org", "https://meta.wikimedia.org:443/w/index.php"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001/w/index.php"),
    ],
)
def test_the_issuer_is_the_wiki_that_was_asked(issuer: str, index: str) -> None:
    assert from_claims(_claims(iss=issuer), index).central_id == 2


@pytest.mark.parametrize(
    "issuer",
    [
        "https://en.wikipedia.org",
        "http://meta.wikimedia.org",
        "https://meta.wikimedia.org:8443",
        "https://meta.wikimedia.org.example",
        "https://meta.wikimedia.org:port",
        "ftp://meta.wikimedia.org",
        "meta.wikimedia.org",
        "",
        None,
        1,
        ...,
    ],
)
def test_any_other_issuer_is_refused(issuer: object, secrets: Secrets) -> None:
    with pytest.raises(IdentityInvalid) as caught:
        from_claims(_claims(iss=issuer), "https://meta.wikimedia.org/w/index.php")

    assert caught.value.detail is Detail.WRONG_ISSUER
    secrets.assert_kept(caught.value)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"sub": "0"}, Detail.NO_CENTRAL_ID),
        ({"sub": ...}, Detail.BAD_CLAIMS),
        ({"sub": 2}, Detail.BAD_CLAIMS),
        ({"sub": "-2"}, Detail.BAD_CLAIMS),
        ({"sub": "02"}, Detail.BAD_CLAIMS),
        ({"sub": "٢"}, Detail.BAD_CLAIMS),
        ({"sub": "9" * 20}, Detail.BAD_CLAIMS),
        ({"username": None}, Detail.BAD_CLAIMS),
        ({"username": " "}, Detail.BAD_CLAIMS),
        ({"username": "a" * 256}, Detail.BAD_CLAIMS),
        ({"blocked": ...}, Detail.BAD_CLAIMS),
        ({"blocked": 0}, Detail.BAD_CLAIMS),
        ({"editcount": "153"}, Detail.BAD_CLAIMS),
        ({"editcount": True}, Detail.BAD_CLAIMS),
        ({"editcount": -1}, Detail.BAD_CLAIMS),
        ({"registered": "2015-06-12"}, Detail.BAD_CLAIMS),
        ({"registered": "20159912081500"}, Detail.BAD_CLAIMS),
        ({"groups": "user"}, Detail.BAD_CLAIMS),
        ({"groups": [None]}, Detail.BAD_CLAIMS),
    ],
    ids=lambda value: f"{value}",
)
def test_a_claim_of_another_type_is_refused(
    changes: dict[str, object], detail: Detail, secrets: Secrets
) -> None:
    with pytest.raises(IdentityInvalid) as caught:
        from_claims(_claims(**changes), INDEX)

    assert caught.value.detail is detail
    secrets.assert_absent(f"{caught.value} {caught.value!r}")


def test_a_temporary_account_is_refused_as_such() -> None:
    with pytest.raises(TemporaryAccount) as caught:
        from_claims(_claims(groups=["*", "temp"]), INDEX)

    assert caught.value.detail is Detail.TEMPORARY


def test_an_identity_does_not_show_who_it_is() -> None:
    assert repr(from_claims(_claims(), INDEX)) == "Identity(withheld)"
