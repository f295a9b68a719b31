# SPDX-License-Identifier: AGPL-3.0-or-later
"""No secret is in the repository: a search through every committed file, part of ``make test``."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.environment import DEMO_SECRETS

ROOT = Path(__file__).parents[1]
OWN = Path(__file__).relative_to(ROOT)

SHAPES = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"),
    "an age identity": re.compile(r"AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]{50,}"),
    "a GitLab token": re.compile(r"\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas)-[\w-]{20,}"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})"),
    "a package index token": re.compile(r"\b(?:pypi-AgE[\w-]{50,}|npm_[A-Za-z0-9]{36})"),
    "a cloud key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a chat token": re.compile(r"\bxox[abpors]-[\w-]{20,}"),
    "a signed token": re.compile(r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}"),
    "a password in an address": re.compile(r"\b\w+(?:\+\w+)?://[^/\s:@{}$]+:[^/\s:@{}$]{12,}@\w"),
    "a value of our environment": re.compile(
        r"\bCS_(?:SECRET_KEY|AT_REST_KEYS|MATCH_KEYS|\w+_SECRET|BOT_PASSWORD)"
        r"[\"']?\s*[=:]\s*[\"']?[\w+/-]{32,}"
    ),
}

LEFT_OUT = {
    "tests/data/wiki/oauth/": ("a signed token", "recorded from a wiki made for it, long gone"),
    "tests/service/sealing/test_bech32.py": ("an age identity", "the example of the age format"),
}
"""Where something of a kind stands on purpose; any other kind is found there as well."""


def committed() -> Iterator[Path]:
    """Every file that git keeps, and those that were added and are not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            yield Path(name)


def secrets_in(text: str) -> list[str]:
    """What kinds of secrets stand in a text. Those of the demo are known, and production refuses
    them (service/environment.py).
    """
    return [
        what
        for what, shape in SHAPES.items()
        if any(
            not any(known in found[0] for known in DEMO_SECRETS) for found in shape.finditer(text)
        )
    ]


def test_no_secret_is_committed() -> None:
    looked_at, found, on_purpose = 0, [], set()
    for path in committed():
        if path == OWN:
            continue
        looked_at += 1
        for what in secrets_in((ROOT / path).read_text("utf-8", "replace")):
            place = next((one for one in LEFT_OUT if str(path).startswith(one)), "")
            if what == LEFT_OUT.get(place, ("", ""))[0]:
                on_purpose.add(place)
            else:
                found.append(f"{path}: {what}")

    assert looked_at > 300
    assert found == []
    assert on_purpose == set(LEFT_OUT)


A43 = "Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7jKl0nOp3"


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a private key", "-----BEGIN OPENSSH PRIVATE KEY-----"),
        ("a private key", "-----BEGIN PRIVATE KEY-----"),
        ("an age identity", "AGE-SECRET-KEY-1" + "Q" * 58),
        ("an age identity", "AGE-SECRET-KEY-PQ-1" + "QPZRY9X8GF2TVDW0S3JN" * 3),
        ("a GitLab token", "glpat-" + "x" * 20),
        ("a GitHub token", "ghp_" + "x" * 36),
        ("a package index token", "npm_" + "x" * 36),
        ("a cloud key", "AKIA" + "Q" * 16),
        ("a chat token", "xoxb-" + "1" * 24),
        ("a signed token", f"eyJ{'a' * 20}.eyJ{'b' * 20}.{'c' * 30}"),
        ("a password in an address", "mariadb+pymysql://s51:correcthorsebatt@tools/s51__support"),
        ("a value of our environment", f"CS_SECRET_KEY={A43}"),
        ("a value of our environment", f'"CS_AT_REST_KEYS": "{A43}"'),
        ("a value of our environment", f"export CS_OAUTH_CONSUMER_SECRET='{A43}'"),
    ],
)
def test_a_secret_would_be_found(what: str, text: str) -> None:
    assert what in secrets_in(f"first line\n{text}\nlast line")


@pytest.mark.parametrize(
    "text",
    [
        "CS_SECRET_KEY=…",
        "mariadb+pymysql://USER:PASSWORD@tools.example.org/support",
        "mysql+pymysql://u:w@host/name",
        "AGE-SECRET-KEY-PQ-1…",
        "environ['CS_SECRET_KEY'] = random_key()",
    ],
)
def test_placeholders_are_none(text: str) -> None:
    assert secrets_in(text) == []
