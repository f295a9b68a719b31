# SPDX-License-Identifier: AGPL-3.0-or-later
"""Time-outs and the deadline, also over TLS, which is how it is in production."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oauth.account import fetch_account
from oauth.errors import Detail, WikiUnreachable
from oauth.transport import USER_AGENT, Deadline
from tests.oauth.loopback import API, INITIATE, Handler, LoopbackWiki, say, serve
from tests.oauth.recordings import recorded_response, recordings


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_deadline_allows_what_is_left_and_then_nothing() -> None:
    clock = Clock()
    deadline = Deadline(10, clock)

    assert deadline.allow(5) == 5
    clock.now += 7
    assert deadline.allow(5) == 3
    clock.now += 3
    with pytest.raises(TimeoutError):
        deadline.allow(5)


def test_the_user_agent_names_the_tool_and_where_to_reach_its_people() -> None:
    assert USER_AGENT.startswith("community-support/")
    assert "https://" in USER_AGENT


def test_an_environment_proxy_or_netrc_takes_no_part(
    wiki: LoopbackWiki, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    wiki.replies[API] = say(recorded_response("085-globaluserinfo-missing.json"))

    assert fetch_account(wiki.api_url, name="Nobody") is None
    assert "Authorization" not in wiki.seen[0].headers


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with a key and a certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback wiki")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "wiki.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def secure_wiki(certificate: Path) -> Iterator[LoopbackWiki]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from serve(LoopbackWiki(), context)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_a_trusted_wiki_is_spoken_to_over_tls(secure_wiki: LoopbackWiki) -> None:
    secure_wiki.replies[INITIATE] = say(recordings("01")[0].body)

    begun = secure_wiki.handshake().begin()

    assert begun.authorize_url.startswith("https://")


@pytest.mark.usefixtures("trusted")
def test_a_dripping_wiki_is_left_at_the_deadline_over_tls_too(secure_wiki: LoopbackWiki) -> None:
    def drip(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not handler.wiki.closing.wait(0.005):
            handler.wfile.write(b"a")

    secure_wiki.replies[INITIATE] = drip

    with pytest.raises(WikiUnreachable) as caught:
        secure_wiki.handshake(timeout_s=60, deadline_s=0.3).begin()
    assert caught.value.detail is Detail.TIMED_OUT


def test_a_wiki_with_an_unknown_certificate_is_told_nothing(secure_wiki: LoopbackWiki) -> None:
    with pytest.raises(WikiUnreachable) as caught:
        secure_wiki.handshake().begin()

    assert caught.value.detail is Detail.NO_CONNECTION
    assert secure_wiki.seen == []
