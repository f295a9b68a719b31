# SPDX-License-Identifier: AGPL-3.0-or-later
"""pywikibot in a child process, on the sandbox wiki."""

import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from onwiki.bot import USER_AGENT, ApiRefused, BotAccess, BotPassword, BotSession, OAuth
from onwiki.bot.protocol import Json, encode
from onwiki.bot.session import child_environment
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.sandbox import demo
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox

TIMEOUT_S = 30.0
REVISIONS = {"action": "query", "prop": "revisions", "revids": "310000002"}


def test_logged_out_reads_fifty_at_a_time(sandbox: Sandbox, first_wiki: Wiki) -> None:
    with BotSession(first_wiki, None, timeout_s=TIMEOUT_S) as session:
        answer = session.ask(REVISIONS)
        assert (session.name, session.limit) == (None, 50)
    assert answer["query"]["pages"][0]["title"] == "River stones"
    assert session.requests == len(sandbox.requests()) == 2


def test_owner_only_consumer_reads_five_hundred(
    sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
) -> None:
    with BotSession(first_wiki, bot, timeout_s=TIMEOUT_S) as session:
        session.ask(REVISIONS)
        assert (session.name, session.limit) == (demo.BOT_NAME, 500)
    assert session.requests == len(sandbox.requests()) == 2
    assert all(seen["signed"] for seen in sandbox.requests())


def test_bot_password_signs_in(first_wiki: Wiki) -> None:
    access = BotAccess(demo.BOT_NAME, BotPassword(demo.BOT_PASSWORD_LOGIN, demo.BOT_PASSWORD))
    with BotSession(first_wiki, access, timeout_s=TIMEOUT_S, sign_in=True) as session:
        assert session.name == demo.BOT_NAME


def test_refused_credentials_still_read(first_wiki: Wiki, bot: BotAccess) -> None:
    assert isinstance(bot.credentials, OAuth)
    revoked = replace(bot, credentials=replace(bot.credentials, access_secret="f" * 40))
    with BotSession(first_wiki, revoked, timeout_s=TIMEOUT_S) as session:
        assert session.ask(REVISIONS)["query"]["pages"]
        assert (session.name, session.limit) == (None, 50)
        assert session.requests == 3


@pytest.mark.parametrize(
    "access",
    [
        BotAccess("SupportBot"),
        BotAccess("Larkspur", OAuth(demo.BOT.key, demo.BOT.secret,
                                    demo.BOT_ACCESS_KEY, demo.BOT_ACCESS_SECRET)),
        BotAccess(demo.BOT_NAME, BotPassword(demo.BOT_PASSWORD_LOGIN, "0" * 32)),
    ],
)  # fmt: skip
def test_who_must_sign_in_and_cannot_is_told(first_wiki: Wiki, access: BotAccess) -> None:
    session = BotSession(first_wiki, access, timeout_s=TIMEOUT_S, sign_in=True)
    with pytest.raises(WikiUnavailable) as refused, session:
        pass
    assert refused.value.reason is Unavailable.SIGN_IN_REFUSED


def test_every_request_is_a_post_with_our_own_user_agent(
    sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
) -> None:
    with BotSession(first_wiki, bot, timeout_s=TIMEOUT_S) as session:
        session.ask(REVISIONS)
    for seen in sandbox.requests():
        assert (seen["method"], seen["query_string"]) == ("POST", "")
        assert seen["user_agent"] == USER_AGENT
        assert seen["params"]["maxlag"] == "5"


def test_user_agent_says_where_we_are_and_nothing_about_anybody() -> None:
    assert USER_AGENT.startswith("community-support/")
    assert "https://" in USER_AGENT
    assert "{" not in USER_AGENT  # pywikibot would fill in the account's name
    assert "@" not in USER_AGENT


def test_every_failure_has_its_word_and_the_next_question_is_answered(
    sandbox: Sandbox, first_wiki: Wiki
) -> None:
    words = {
        "503": Unavailable.SERVER_ERROR,
        "502": Unavailable.SERVER_ERROR,
        "429": Unavailable.RATE_LIMITED,
        "maxlag": Unavailable.MAXLAG,
        "ratelimited": Unavailable.RATE_LIMITED,
        "readonly": Unavailable.READ_ONLY,
        "html": Unavailable.NOT_JSON,
        "empty": Unavailable.NOT_JSON,
        "malformed": Unavailable.NOT_JSON,
        "redirect": Unavailable.REDIRECTED,
        "reset": Unavailable.UNREACHABLE,
        "lost-answer": Unavailable.UNREACHABLE,
    }
    met: dict[str, Unavailable] = {}
    with BotSession(first_wiki, None, timeout_s=TIMEOUT_S) as session:
        for kind in words:
            sandbox.fail(kind, times=1)
            sandbox.forget_requests()
            with pytest.raises(WikiUnavailable) as fault:
                session.ask(REVISIONS)
            met[kind] = fault.value.reason
            assert len(sandbox.requests()) == 1, "tried once"
        assert session.ask(REVISIONS)["query"]["pages"]
    assert met == words


def test_wiki_says_how_long_to_wait(sandbox: Sandbox, first_wiki: Wiki) -> None:
    with BotSession(first_wiki, None, timeout_s=TIMEOUT_S) as session:
        for kind, seconds in (("503", 120), ("429", 60)):
            sandbox.fail(kind, times=1, retry_after=seconds)
            with pytest.raises(WikiUnavailable) as fault:
                session.ask(REVISIONS)
            assert fault.value.retry_after_s == seconds
        sandbox.fail("maxlag", times=1)
        with pytest.raises(WikiUnavailable) as fault:
            session.ask(REVISIONS)
        assert fault.value.retry_after_s == 5


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_child_that_hangs_is_killed(sandbox: Sandbox, first_wiki: Wiki, kind: str) -> None:
    with BotSession(first_wiki, None, timeout_s=4.0) as session:
        sandbox.fail(kind, seconds=1 if kind == "drip" else 60)
        with pytest.raises(WikiUnavailable) as fault:
            session.ask(REVISIONS)
        assert fault.value.reason is Unavailable.TIMEOUT
        with pytest.raises(WikiUnavailable):
            session.ask(REVISIONS)
        sandbox.recover()


def test_nobody_listens(sandbox: Sandbox, first_wiki: Wiki) -> None:
    elsewhere = replace(first_wiki, port=1)
    session = BotSession(elsewhere, None, timeout_s=TIMEOUT_S)
    with pytest.raises(WikiUnavailable) as fault, session:
        pass
    assert fault.value.reason is Unavailable.UNREACHABLE


def test_wikis_own_no_is_an_answer(first_wiki: Wiki) -> None:
    with BotSession(first_wiki, None, timeout_s=TIMEOUT_S) as session:
        with pytest.raises(ApiRefused) as refused:
            session.ask(REVISIONS | {"revids": "nonsense"})
        assert refused.value.code == "badinteger"


def test_question_can_not_become_an_edit(sandbox: Sandbox, first_wiki: Wiki) -> None:
    with BotSession(first_wiki, None, timeout_s=TIMEOUT_S) as session:
        sandbox.forget_requests()
        with pytest.raises(ApiRefused):
            session.ask({"action": "edit", "title": "Main Page", "text": "x"})
    assert sandbox.requests() == []


def test_private_folder_goes_with_the_child(
    first_wiki: Wiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with BotSession(first_wiki, None, timeout_s=TIMEOUT_S):
        (folder,) = tmp_path.glob("community-support-bot-*")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "user-config.py").stat().st_mode) == 0o600
    assert list(tmp_path.glob("community-support-bot-*")) == []


def test_child_gets_no_secret_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CS_SECRET_KEY", "s")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example")
    assert not {"CS_SECRET_KEY", "HTTP_PROXY"} & child_environment(tmp_path).keys()


def test_secrets_are_in_no_repr(bot: BotAccess) -> None:
    shown = repr(bot) + repr(BotPassword("A@b", "hidden-word"))
    for secret in (demo.BOT.secret, demo.BOT_ACCESS_KEY, demo.BOT_ACCESS_SECRET, "hidden-word"):
        assert secret not in shown


class Redirecting(BaseHTTPRequestHandler):
    """Sends everybody to `target`."""

    target = ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(307)
        self.send_header("Location", self.target)
        self.end_headers()

    def log_message(self, *_unheard: object) -> None:
        """Addresses stay out of the test's output."""


@pytest.fixture
def redirecting(sandbox: Sandbox) -> Iterator[HTTPServer]:
    Redirecting.target = f"{sandbox.base_url}/w/api.php"
    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_redirect_to_another_address_is_never_followed(
    sandbox: Sandbox, first_wiki: Wiki, redirecting: HTTPServer, bot: BotAccess
) -> None:
    wiki = replace(first_wiki, port=redirecting.server_address[1])
    session = BotSession(wiki, bot, timeout_s=TIMEOUT_S)
    with pytest.raises(WikiUnavailable) as fault, session:
        pass
    assert fault.value.reason is Unavailable.REDIRECTED
    assert sandbox.requests() == []


def run_child(tmp_path: Path, *messages: Json) -> subprocess.CompletedProcess[bytes]:
    """The child alone, with everything that it says."""
    (tmp_path / "user-config.py").touch(mode=0o600)
    return subprocess.run(
        [sys.executable, "-m", "onwiki.bot.child"],
        input=b"".join(encode(message) for message in messages),
        env=child_environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_child_says_no_url_no_id_and_no_name_whatever_happens(
    sandbox: Sandbox, first_wiki: Wiki, tmp_path: Path
) -> None:
    hello: Json = {
        "wiki": {
            "dbname": "sandboxwiki",
            "scheme": "http",
            "netloc": f"127.0.0.1:{first_wiki.port}",
            "script_path": "/w",
        },
        "access": None,
        "sign_in": False,
        "timeout_s": 30.0,
    }
    for kind in ("503", "html", "reset", "redirect", "malformed", "ratelimited"):
        sandbox.fail(kind, action="query+revisions", times=1)
    asked: Json = {
        "ask": {"action": "query", "prop": "revisions", "titles": "User:Saltmarsh|876543210"}
    }
    done = run_child(tmp_path, hello, *([asked] * 6), {"ask": {"action": "query", "revids": "x"}})
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.count(b'"fault"') == 6
    for word in (b"Saltmarsh", b"876543210", b"127.0.0.1", b"http", b"api.php"):
        assert word not in done.stdout


def test_child_refuses_to_start_alone(tmp_path: Path) -> None:
    environment = child_environment(tmp_path) | {"PYWIKIBOT_NO_USER_CONFIG": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "onwiki.bot.child"],
        env=environment,
        input=b"",
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0


def test_child_ends_itself_when_nobody_ends_it(
    sandbox: Sandbox, first_wiki: Wiki, tmp_path: Path
) -> None:
    """A killed worker must not leave a child behind that posts while another one looks."""
    sandbox.fail("slow", seconds=60)
    hello: Json = {
        "wiki": {
            "dbname": "sandboxwiki",
            "scheme": "http",
            "netloc": f"127.0.0.1:{first_wiki.port}",
            "script_path": "/w",
        },
        "access": None,
        "sign_in": False,
        "timeout_s": 0.5,
    }
    done = run_child(tmp_path, hello)
    sandbox.recover()
    assert done.stderr == b""
    assert b"ready" not in done.stdout


def test_rooms_of_the_web_process_never_load_pywikibot() -> None:
    program = (
        "import sys, onwiki.bot, onwiki.evidence, onwiki.notices, onwiki.accounts\n"
        "print('pywikibot' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYWIKIBOT_NO_USER_CONFIG": "2"},
    )
    assert shown.stdout.strip() == "False"
