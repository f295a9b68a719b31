# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each missing or weak value is named with what it wants, and no value is shown."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from onwiki.sandbox import demo
from service.addresses import LEAVE_URL
from service.config import BotOAuth, BotPassword, Config, ConfigError
from service.environment import DEMO_SECRETS

BOT_OAUTH = {
    "CS_BOT_CONSUMER_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "CS_BOT_CONSUMER_SECRET": secrets.token_hex(20),
    "CS_BOT_ACCESS_KEY": "00112233445566778899aabbccddeeff",
    "CS_BOT_ACCESS_SECRET": secrets.token_hex(20),
}


def problems(environ: dict[str, str]) -> dict[str, str]:
    """Name → what is wrong with it."""
    with pytest.raises(ConfigError) as caught:
        Config.from_environ(environ)
    return {problem.name: problem.wants for problem in caught.value.problems}


def test_complete_demo_environment_is_taken(environ: dict[str, str]) -> None:
    config = Config.from_environ(environ)

    assert config.demo
    assert not config.production
    assert config.callback_url == "http://localhost:8000/oauth/callback"
    assert config.meta_api == "http://127.0.0.1:8001/w/api.php"
    assert config.oauth_origin == "http://127.0.0.1:8001"
    assert config.bot is None


def test_complete_production_environment_is_taken(production_environ: dict[str, str]) -> None:
    config = Config.from_environ(production_environ)

    assert config.production
    assert config.host == "support.example.org"
    assert config.leave_url == LEAVE_URL
    assert config.bot is not None
    assert isinstance(config.bot.access, BotPassword)


def test_empty_environment_names_every_missing_value_at_once() -> None:
    assert set(problems({})) == {
        "CS_BASE_URL",
        "CS_DATABASE_URL",
        "CS_SECRET_KEY",
        "CS_AT_REST_KEYS",
        "CS_MATCH_KEYS",
        "CS_OAUTH_WIKI",
        "CS_OAUTH_CONSUMER_KEY",
        "CS_OAUTH_CONSUMER_SECRET",
        "CS_DESKS",
        "CS_CONTACT",
        "CS_BOT_NAME",
        "CS_BOT_CONSUMER_KEY",
        "CS_BOT_CONSUMER_SECRET",
        "CS_BOT_ACCESS_KEY",
        "CS_BOT_ACCESS_SECRET",
    }


def test_error_has_one_line_for_each_problem() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environ({"CS_DEMO": "1"})

    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems)
    assert all(line.startswith("CS_") and ": " in line for line in lines)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CS_BASE_URL", "support.example.org"),
        ("CS_BASE_URL", "https://support.example.org/tool"),
        ("CS_BASE_URL", "https://name:word@support.example.org"),
        ("CS_BASE_URL", "https://support.example.org:notaport"),
        ("CS_BASE_URL", "http://support.example.org"),
        ("CS_OAUTH_WIKI", "http://wiki.example.org/w/index.php"),
        ("CS_OAUTH_WIKI", "https://wiki.example.org/wiki/"),
        ("CS_META_API", "https://wiki.example.org/w/index.php"),
        ("CS_DATABASE_URL", ""),
        ("CS_DATABASE_URL", "not a database"),
        ("CS_DATABASE_URL", "mariadb+pymysql://u:w@tools.example.org/s1__support_p"),
        ("CS_SECRET_KEY", "short"),
        ("CS_SECRET_KEY", "a" * 64),
        ("CS_SECRET_KEY", "demo-2b8e1f04c97d63a5b8e1f04c97d63a52b8e1f"),
        ("CS_AT_REST_KEYS", "c2hvcnQ"),
        ("CS_AT_REST_KEYS", "A" * 43),
        ("CS_MATCH_KEYS", "not base64url, at all"),
        ("CS_OAUTH_CONSUMER_SECRET", demo.SIGN_IN.secret),
        ("CS_OAUTH_CONSUMER_SECRET", "secret"),
        ("CS_DESKS", "/nowhere/desks.toml"),
        ("CS_EXTRA_WIKIS", "/nowhere/wikis.json"),
        ("CS_TRUSTED_PROXIES", "many"),
        ("CS_DATABASE_URL", "mariadb+pymysql://u:w@tools.example.org/S1__Support_P"),
        ("CS_DATABASE_URL", "mariadb+pymysql://u:w@tools.example.org/"),
        ("CS_DATABASE_URL", "postgresql://u:w@tools.example.org/support"),
        ("CS_METRICS_PORT", "0"),
        ("CS_METRICS_HOST", "everywhere"),
        ("CS_CONTACT", "write to us"),
        ("CS_CONTACT", "http://support.example.org/contact"),
        ("FLASK_DEBUG", "1"),
        ("FLASK_DEBUG", "true"),
        ("CS_DEMO", "yes"),
        ("CS_LEAVE_URL", "javascript:alert(1)"),
    ],
)
def test_production_refuses_and_names_the_value(
    production_environ: dict[str, str], name: str, value: str
) -> None:
    found = problems(production_environ | {name: value})

    assert set(found) == {name}
    assert "wants" in found[name]


def test_no_secret_stands_in_an_error_or_in_the_representation(
    production_environ: dict[str, str],
) -> None:
    config = Config.from_environ(production_environ)
    with pytest.raises(ConfigError) as caught:
        Config.from_environ(production_environ | {"CS_AT_REST_KEYS": "QmFkIGtleQ", "CS_DEMO": "x"})

    assert "QmFkIGtleQ" not in str(caught.value)
    for name in ("CS_SECRET_KEY", "CS_AT_REST_KEYS", "CS_MATCH_KEYS", "CS_OAUTH_CONSUMER_SECRET"):
        assert production_environ[name] not in repr(config)
    assert production_environ["CS_BOT_PASSWORD"] not in repr(config)
    assert production_environ["CS_DATABASE_URL"] not in repr(config)


@pytest.mark.parametrize(
    "address", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"]
)
def test_demo_runs_on_loopback(environ: dict[str, str], address: str) -> None:
    assert Config.from_environ(environ | {"CS_BASE_URL": address}).base_url == address


@pytest.mark.parametrize("address", ["https://support.example.org", "http://localhost.example.org"])
def test_demo_runs_nowhere_else(environ: dict[str, str], address: str) -> None:
    assert set(problems(environ | {"CS_BASE_URL": address})) == {"CS_BASE_URL"}


def test_demo_has_a_database_in_its_folder_by_default(environ: dict[str, str]) -> None:
    del environ["CS_DATABASE_URL"]

    url = Config.from_environ(environ).database_url

    assert url.startswith("sqlite:////")
    assert url.endswith("/instance/community-support.sqlite")


def test_every_secret_of_the_sandbox_is_known() -> None:
    assert {
        demo.SIGN_IN.secret,
        demo.BOT.secret,
        demo.BOT_ACCESS_SECRET,
        demo.BOT_PASSWORD,
    } == DEMO_SECRETS


def test_bot_password_is_not_for_wikimedia(production_environ: dict[str, str]) -> None:
    environ = production_environ | {"CS_OAUTH_WIKI": "https://meta.wikimedia.org/w/index.php"}

    assert set(problems(environ)) == {"CS_BOT_PASSWORD"}


def test_bot_with_an_owner_only_consumer(production_environ: dict[str, str]) -> None:
    del production_environ["CS_BOT_PASSWORD"]

    bot = Config.from_environ(production_environ | BOT_OAUTH).bot

    assert bot is not None
    assert isinstance(bot.access, BotOAuth)
    assert BOT_OAUTH["CS_BOT_ACCESS_SECRET"] not in repr(bot)


def test_half_a_bot_is_refused_in_the_demo_too(environ: dict[str, str]) -> None:
    found = problems(environ | {"CS_BOT_NAME": "Support bot"})

    assert set(found) == set(BOT_OAUTH)


def test_keys_of_different_use_must_differ(production_environ: dict[str, str]) -> None:
    shared = production_environ["CS_AT_REST_KEYS"]

    assert set(problems(production_environ | {"CS_MATCH_KEYS": shared})) == {"CS_MATCH_KEYS"}
    assert set(problems(production_environ | {"CS_SECRET_KEY": shared})) == {"CS_SECRET_KEY"}


def test_contact_is_an_address_of_either_kind(production_environ: dict[str, str]) -> None:
    for value in ("support@example.org", "https://meta.wikimedia.org/wiki/Support"):
        assert Config.from_environ(production_environ | {"CS_CONTACT": value}).contact == value


def test_secret_and_its_file_are_not_both_taken(
    production_environ: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text(production_environ["CS_SECRET_KEY"])
    file.chmod(0o600)

    found = problems(production_environ | {"CS_SECRET_KEY_FILE": str(file)})

    assert set(found) == {"CS_SECRET_KEY_FILE"}


@pytest.mark.parametrize("content", [None, "", "schlüssel"])
def test_secret_file_that_holds_nothing_of_use_is_named(
    production_environ: dict[str, str], tmp_path: Path, content: str | None
) -> None:
    del production_environ["CS_SECRET_KEY"]
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content, "utf-8")
        file.chmod(0o600)

    found = problems(production_environ | {"CS_SECRET_KEY_FILE": str(file)})

    assert set(found) == {"CS_SECRET_KEY" if content == "" else "CS_SECRET_KEY_FILE"}
