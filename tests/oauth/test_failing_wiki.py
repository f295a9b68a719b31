# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each of the four external calls, against each way in which a wiki can fail to answer."""

import gzip
import socket
from collections.abc import Callable, Iterator

import pytest

from oauth.account import fetch_account
from oauth.errors import Detail, Step, WikiUnreachable
from oauth.transport import MAX_ANSWER_BYTES
from tests.oauth.loopback import (
    ACCESS_ANSWER,
    API,
    IDENTIFY,
    INITIATE,
    QUERY,
    REQUEST_TOKEN,
    TOKEN,
    Handler,
    LoopbackWiki,
    Reply,
    say,
)
from tests.oauth.secrecy import Secrets

NAME = "Alice"

Call = Callable[[LoopbackWiki, float, float], object]


def _begin(wiki: LoopbackWiki, timeout_s: float, deadline_s: float) -> object:
    return wiki.handshake(timeout_s=timeout_s, deadline_s=deadline_s).begin()


def _finish(wiki: LoopbackWiki, timeout_s: float, deadline_s: float) -> object:
    handshake = wiki.handshake(timeout_s=timeout_s, deadline_s=deadline_s)
    return handshake.finish(REQUEST_TOKEN, QUERY)


def _fetch(wiki: LoopbackWiki, timeout_s: float, deadline_s: float) -> object:
    return fetch_account(wiki.api_url, name=NAME, timeout_s=timeout_s, deadline_s=deadline_s)


CALLS: list[tuple[str, Step, Call]] = [
    (INITIATE, Step.INITIATE, _begin),
    (TOKEN, Step.COMPLETE, _finish),
    (IDENTIFY, Step.IDENTIFY, _finish),
    (API, Step.ACCOUNT, _fetch),
]

each_call = pytest.mark.parametrize(
    ("title", "step", "call"), CALLS, ids=[step.value for _, step, _ in CALLS]
)


def silence(handler: Handler) -> None:
    """Take the request and say nothing."""
    handler.wiki.closing.wait()


def silence_in_the_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"oauth_token=")
    handler.wiki.closing.wait()


def _drip(handler: Handler, byte: bytes) -> None:
    while not handler.wiki.closing.wait(0.005):
        handler.wfile.write(byte)


def drip_in_the_status_line(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 ")
    _drip(handler, b"O")


def drip_in_a_header(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    _drip(handler, b"a")


def drip_in_the_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    _drip(handler, b"a")


def drip_in_a_chunk_size(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    _drip(handler, b"0")


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def break_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(ACCESS_ANSWER[:20].encode())


def speak_gibberish(handler: Handler) -> None:
    handler.wfile.write(b"\x16\x03\x01 what?\r\n\r\n")


def _fail(wiki: LoopbackWiki, title: str, reply: Reply) -> None:
    wiki.replies[TOKEN] = say(ACCESS_ANSWER)
    wiki.replies[title] = reply


def _short(step: Step) -> float:
    """Seconds that pass soon; before identify, another step has to succeed in them."""
    return 1.5 if step is Step.IDENTIFY else 0.2


def _assert_unreachable(
    failing: Callable[[], object], step: Step, detail: Detail, secrets: Secrets
) -> None:
    with pytest.raises(WikiUnreachable) as caught:
        failing()
    assert (caught.value.step, caught.value.detail) == (step, detail)
    secrets.assert_kept(caught.value)


@each_call
@pytest.mark.parametrize("reply", [silence, silence_in_the_body])
def test_a_silent_wiki_is_left_after_the_time_out(
    wiki: LoopbackWiki, secrets: Secrets, title: str, step: Step, call: Call, reply: Reply
) -> None:
    _fail(wiki, title, reply)

    _assert_unreachable(lambda: call(wiki, _short(step), 60), step, Detail.TIMED_OUT, secrets)


@each_call
@pytest.mark.parametrize(
    "reply", [drip_in_the_status_line, drip_in_a_header, drip_in_the_body, drip_in_a_chunk_size]
)
def test_a_dripping_wiki_is_left_at_the_deadline_though_it_is_never_silent(
    wiki: LoopbackWiki, secrets: Secrets, title: str, step: Step, call: Call, reply: Reply
) -> None:
    _fail(wiki, title, reply)

    _assert_unreachable(lambda: call(wiki, 60, _short(step)), step, Detail.TIMED_OUT, secrets)


@each_call
@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (hang_up, Detail.NO_CONNECTION),
        (break_off, Detail.NO_CONNECTION),
        (speak_gibberish, Detail.NO_CONNECTION),
        (
            say("not gzip", headers={"Content-Encoding": "gzip"}),
            Detail.NO_CONNECTION,
        ),
        (say("<html><body>502 Bad Gateway</body></html>", status=502), Detail.HTTP_STATUS),
        (say("", status=503, headers={"Retry-After": "5"}), Detail.HTTP_STATUS),
        (say("Too many requests", status=429), Detail.RATE_LIMITED),
        (say("", status=204), Detail.HTTP_STATUS),
        (say("<html><body>Under repair</body></html>"), Detail.UNREADABLE),
        (say(""), Detail.UNREADABLE),
        (say("[1]"), Detail.UNREADABLE),
        (say('{"foo":1}'), Detail.UNREADABLE),
        (say('{"error":' * 20_000), Detail.UNREADABLE),
        (say("a.b"), Detail.UNREADABLE),
        (say("oauth_token=k"), Detail.UNREADABLE),
        (say("oauth_token=k&oauth_token=l&oauth_token_secret=s"), Detail.UNREADABLE),
        (say(b"oauth_token=\xff"), Detail.UNREADABLE),
        (say("a" * (MAX_ANSWER_BYTES + 1)), Detail.TOO_LARGE),
        (
            say(
                gzip.compress(b"a" * (MAX_ANSWER_BYTES * 5)),
                headers={"Content-Encoding": "gzip"},
            ),
            Detail.TOO_LARGE,
        ),
    ],
    ids=[
        "hangs up",
        "breaks off",
        "gibberish",
        "bad gzip",
        "502",
        "503",
        "429",
        "204",
        "html",
        "empty",
        "json list",
        "json",
        "deep json",
        "two thirds of a jwt",
        "half a token",
        "two tokens",
        "not utf-8",
        "too large",
        "gzip bomb",
    ],
)
def test_an_answer_that_is_none_is_named(
    wiki: LoopbackWiki,
    secrets: Secrets,
    title: str,
    step: Step,
    call: Call,
    reply: Reply,
    detail: Detail,
) -> None:
    _fail(wiki, title, reply)

    _assert_unreachable(lambda: call(wiki, 5, 10), step, detail, secrets)


@each_call
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    wiki: LoopbackWiki, secrets: Secrets, title: str, step: Step, call: Call, status: int
) -> None:
    _fail(wiki, title, say("", status=status, headers={"Location": "/elsewhere.php"}))

    _assert_unreachable(lambda: call(wiki, 5, 10), step, Detail.REDIRECTED, secrets)
    assert "elsewhere.php" not in [seen.title for seen in wiki.seen]


@pytest.fixture
def refusing() -> Iterator[LoopbackWiki]:
    """A wiki on a port that is taken, where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield LoopbackWiki(origin=f"http://127.0.0.1:{sock.getsockname()[1]}")


@pytest.mark.parametrize(
    ("step", "call"),
    [(Step.INITIATE, _begin), (Step.COMPLETE, _finish), (Step.ACCOUNT, _fetch)],
)
def test_a_wiki_that_is_not_there_is_named(
    refusing: LoopbackWiki, secrets: Secrets, step: Step, call: Call
) -> None:
    _assert_unreachable(lambda: call(refusing, 5, 10), step, Detail.NO_CONNECTION, secrets)
