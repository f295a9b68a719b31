# SPDX-License-Identifier: AGPL-3.0-or-later
"""Personal keys: wrapped in the browser, opened again, and the page on which that happens."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from service.keys import proof, store
from service.sealing import age
from tests.service.sealing.age_opener import open_file
from tests.service.web.browser.conftest import html
from tests.service.web.browser.node import REPOSITORY
from tests.service.web.browser.served import Answer, Asked, Site

pytestmark = pytest.mark.browser

PHRASE: Final = "amber otter quill zephyr meadow canoe"
CODE: Final = "0000-0000-0000-0000-0000-0000-0000"

WRAP: Final = """async ([kind, text]) => {
    const key = await probe.personal.makeKey();
    return [key, await probe.personal.wrapKey(key, { kind, text })];
}"""
UNWRAP: Final = """([wrapped, kind, text]) =>
    probe.outcome(() => probe.personal.unwrapKey(wrapped, { kind, text }))"""

# What keys/manage.html has for the script, without its words.
MANAGE: Final = """<ul data-wraps></ul>
<section data-manage hidden>
<p data-said></p><div data-error></div><p data-no-passkeys hidden></p>
<button data-export>Save</button><button data-change>Change</button>
</section>
<section data-lost><button data-start-over>Start over</button></section>"""


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpadded(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def unwrap(page: Page, recipient: str, wrap: Any, kind: str, typed: str) -> dict[str, Any]:
    wrapped = {"recipient": recipient, "wraps": [wrap]}
    found: dict[str, Any] = page.evaluate(UNWRAP, [wrapped, kind, typed])
    return found


@pytest.mark.parametrize(
    ("kind", "secret", "typed", "work"),
    [
        ("passphrase", PHRASE, "  Amber OTTER quill zephyr, meadow  canoe\n", "17"),
        ("recovery", CODE, CODE.replace("-", "").replace("0", "o"), "12"),
    ],
)
def test_a_wrapped_key_opens_with_what_was_kept(
    pure: Page, kind: str, secret: str, typed: str, work: str
) -> None:
    key, wrap = pure.evaluate(WRAP, [kind, secret])
    header = unpadded(wrap["sealed"]).split(b"\n")
    assert header[0] == b"age-encryption.org/v1"
    assert re.fullmatch(rf"-> scrypt [^ ]{{22}} {work}", header[1].decode())
    assert unwrap(pure, key["recipient"], wrap, kind, typed) == {"value": key}


def test_another_passphrase_does_not_open_it(pure: Page) -> None:
    key, wrap = pure.evaluate(WRAP, ["passphrase", PHRASE])
    found = unwrap(pure, key["recipient"], wrap, "passphrase", PHRASE.replace("canoe", "kayak"))
    assert found["failure"] == "wrong-secret"


def test_a_wrap_of_another_kind_is_not_tried(pure: Page) -> None:
    key, wrap = pure.evaluate(WRAP, ["recovery", CODE])
    assert unwrap(pure, key["recipient"], wrap, "passphrase", PHRASE)["name"] == "NoSuchWrap"


def test_a_wrap_around_another_key_than_the_registered_is_refused(pure: Page) -> None:
    _, wrap = pure.evaluate(WRAP, ["recovery", CODE])
    _, other = age.new_identity()
    assert unwrap(pure, other, wrap, "recovery", CODE)["failure"] == "wrong-key"


def test_a_wrap_that_would_freeze_the_machine_is_refused(pure: Page) -> None:
    key, wrap = pure.evaluate(WRAP, ["recovery", CODE])
    slow = re.sub(rb"(-> scrypt [^ ]+) 12", rb"\1 20", unpadded(wrap["sealed"]))
    found = unwrap(pure, key["recipient"], {**wrap, "sealed": text(slow)}, "recovery", CODE)
    assert found["failure"] == "too-slow-wrap"


def test_a_mistyped_code_is_noticed_before_anything_is_tried(pure: Page) -> None:
    key, wrap = pure.evaluate(WRAP, ["recovery", CODE])
    found = unwrap(pure, key["recipient"], wrap, "recovery", CODE[:-1] + "1")
    assert found["problem"] == "wrong-check"


class KeyServer:
    """The server's side of /key, with the tool's own challenge and proof."""

    def __init__(self, site: Site) -> None:
        self.nonces: dict[str, bytes] = {}
        self.key: dict[str, Any] | None = None
        site.answers["POST", "/key/challenge"] = self.challenge
        site.answers["POST", "/key"] = self.register
        site.answers["GET", "/key/wraps"] = self.wraps

    def challenge(self, asked: Asked) -> Answer:
        made = proof.challenge(asked.json()["recipient"])
        name = str(len(self.nonces))
        self.nonces[name] = made.nonce
        return Answer.of({"challenge": name, "sealed": text(made.sealed)})

    def register(self, asked: Asked) -> Answer:
        offered = asked.json()
        if not proof.proves(self.nonces[offered["challenge"]], unpadded(offered["nonce"])):
            return Answer.of({"errors": []}, 403)
        self.key = {name: offered[name] for name in ("recipient", "wraps")}
        return Answer.of({"fingerprint": store.fingerprint(offered["recipient"])}, 201)

    def wraps(self, _asked: Asked) -> Answer:
        if self.key is None:
            return Answer.of({}, 404)
        kept = [
            {"hint": "", **wrap, "id": str(number), "made": "2026-05-03"}
            for number, wrap in enumerate(self.key["wraps"])
        ]
        return Answer.of({"keyring": None, **self.key, "wraps": kept})


@pytest.fixture
def server(site: Site) -> KeyServer:
    return KeyServer(site)


def key_page(site: Site, manifest: dict[str, str], *, role: str, has_key: bool) -> None:
    """The page as it stands in the tool, run by the bundle as built."""
    texts = json.loads((REPOSITORY / "service/i18n/en.json").read_text("utf-8"))
    had = " data-has-key" if has_key else ""
    flow = f'<div data-key-flow{had} data-role="{role}" data-owner="Nadia" data-next="/on"></div>'
    listed = {key: value for key, value in texts.items() if key.startswith(("keys-", "web-"))}
    script = f"/dist/{manifest['app.js']}"
    more = MANAGE if has_key else ""
    site.page("/key", html(f"<h1>Key</h1>{flow}{more}", script=script, page="key", messages=listed))


def make_key(page: Page) -> dict[str, str]:
    """Goes through the page; returns what the person kept, by kind."""
    page.goto("/key")
    page.get_by_role("button", name="Make my key").click()
    secrets = page.locator("[data-secret]")
    expect(secrets.first).to_be_visible()
    shown = {
        str(one.get_attribute("data-secret")): str(one.text_content()) for one in secrets.all()
    }
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("heading", name="Your key is ready")).to_be_focused()
    return shown


def test_a_functionary_makes_a_key_and_proves_to_hold_it(
    context: BrowserContext, site: Site, manifest: dict[str, str], server: KeyServer
) -> None:
    key_page(site, manifest, role="functionary", has_key=False)
    page = context.new_page()
    shown = make_key(page)
    assert len(shown["passphrase"].split()) == 6
    assert set(shown) == {"passphrase", "recovery"}
    assert server.key is not None
    assert [wrap["kind"] for wrap in server.key["wraps"]] == ["passphrase", "recovery"]
    groups = " ".join(page.locator("[data-fingerprint] > span").all_text_contents())
    assert groups == store.fingerprint(server.key["recipient"])


def test_nothing_that_opens_a_key_is_sent(
    context: BrowserContext, site: Site, manifest: dict[str, str], server: KeyServer
) -> None:
    key_page(site, manifest, role="functionary", has_key=False)
    shown = make_key(context.new_page())
    sent = b"\n".join(
        asked.body + asked.path.encode() + json.dumps(dict(asked.headers)).encode()
        for asked in site.asked
    ).upper()
    assert b"AGE-SECRET-KEY" not in sent
    for secret in shown.values():
        assert secret.upper().encode() not in sent


def test_an_unlocked_key_stays_in_its_tab_and_lock_now_forgets_it(
    context: BrowserContext, site: Site, manifest: dict[str, str], server: KeyServer
) -> None:
    key_page(site, manifest, role="functionary", has_key=False)
    page = context.new_page()
    passphrase = make_key(page)["passphrase"]
    key_page(site, manifest, role="functionary", has_key=True)

    page.goto("/key")
    expect(page.get_by_text("Your key is unlocked in this tab until")).to_be_visible()
    other = context.new_page()
    other.goto("/key")
    expect(other.get_by_label("Passphrase or recovery code")).to_be_visible()

    page.get_by_role("button", name="Lock now").first.click()
    field = page.get_by_label("Passphrase or recovery code")
    field.fill(passphrase.upper())
    field.press("Enter")
    expect(page.get_by_text("Your key is unlocked in this tab until")).to_be_visible()


def test_a_reporters_key_is_kept_nowhere(
    context: BrowserContext, site: Site, manifest: dict[str, str], server: KeyServer
) -> None:
    key_page(site, manifest, role="reporter", has_key=False)
    page = context.new_page()
    shown = make_key(page)
    assert set(shown) == {"recovery"}
    key_page(site, manifest, role="reporter", has_key=True)
    page.goto("/key")
    page.get_by_label("Passphrase or recovery code").fill(shown["recovery"].lower())
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("That opens your key.")).to_be_focused()
    kept = page.evaluate("JSON.stringify([{ ...sessionStorage }, { ...localStorage }])")
    assert kept == "[{},{}]"
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") in {0, 1}
    page.reload()
    expect(page.get_by_label("Passphrase or recovery code")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type your passphrase"),
        ("amber otter quill zephyr meadow kayak", "This does not open your key"),
        ("0000-0000", "seven groups of four"),
        ("0000-0000-0000-0000-0000-0000-0001", "not as it was printed"),
    ],
)
def test_what_does_not_open_is_said_at_the_field(
    context: BrowserContext,
    site: Site,
    manifest: dict[str, str],
    server: KeyServer,
    pure: Page,
    typed: str,
    said: str,
) -> None:
    key, wrap = pure.evaluate(WRAP, ["passphrase", PHRASE])
    server.key = {"recipient": key["recipient"], "wraps": [wrap]}
    key_page(site, manifest, role="functionary", has_key=True)
    page = context.new_page()
    page.goto("/key")
    field = page.get_by_label("Passphrase or recovery code")
    field.fill(typed)
    field.press("Enter")
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value(typed)
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("name") is None


def test_a_server_that_refuses_leaves_the_way_open(
    context: BrowserContext, site: Site, manifest: dict[str, str], server: KeyServer
) -> None:
    refusal = {"errors": [{"field": "recipient", "message": "There is a key already."}]}
    site.answers["POST", "/key"] = lambda _asked: Answer.of(refusal, 409)
    key_page(site, manifest, role="reporter", has_key=False)
    page = context.new_page()
    page.goto("/key")
    page.get_by_role("button", name="Make my key").click()
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_text("There is a key already.")).to_be_visible()
    expect(page.get_by_role("button", name="Make my key")).to_be_enabled()


def test_the_proof_is_the_nonce_that_the_server_sealed(pure: Page) -> None:
    """The browser opens what Python sealed to the key that it just made, and Python agrees."""
    key = pure.evaluate("probe.personal.makeKey()")
    made = proof.challenge(key["recipient"])
    assert open_file(made.sealed, [key["identity"]]) == made.nonce
