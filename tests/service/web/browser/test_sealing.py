# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server seals opens in the browser's Worker, and the other way round; as built."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from service.sealing import age, parts
from service.sealing.parts import BOX_STEP, PartContext
from tests.service.sealing.age_opener import open_file
from tests.service.web.browser.conftest import html, profile
from tests.service.web.browser.served import Site

pytestmark = pytest.mark.browser

REPORT: Final = "AAECAwQFBgcICQoLDA0ODw"
NARRATIVE: Final = "What happened: «ünïcödé», 漢字, عربي, and a long tail. " * 40
CLASSIC: Final = "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm"

Reader = tuple[str, str]
COUNTS = pytest.mark.parametrize("count", [1, 20, 50])

# The built bundle as a Worker, asked in its own words: no code of ours in between.
PREPARE: Final = """(() => {
    const policy = trustedTypes.createPolicy("community-support", {
        createScriptURL: (address) => address,
    });
    const each = (change) => function deep(value) {
        const changed = change(value);
        if (changed !== undefined) return changed;
        if (Array.isArray(value)) return value.map(deep);
        if (value === null || typeof value !== "object") return value;
        return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deep(one)]));
    };
    const fromText = each((value) => value?.b64 === undefined ? undefined
        : Uint8Array.from(atob(value.b64), (char) => char.charCodeAt(0)));
    const latin1 = new TextDecoder("x-user-defined");
    const toText = each((value) => value instanceof Uint8Array
        ? { b64: btoa(latin1.decode(value).replace(/[\\uf780-\\uf7ff]/g,
            (char) => String.fromCharCode(char.charCodeAt(0) - 0xf700))) }
        : undefined);
    let worker;
    window.askWorker = ([script, task, input]) => new Promise((resolve, reject) => {
        const url = policy.createScriptURL(new URL(script, location.href).href);
        worker ??= new Worker(url, { type: "module" });
        let steps = 0;
        worker.onmessage = ({ data }) => {
            if (data.kind === "step") steps++;
            else resolve({ ...toText(data), steps });
        };
        worker.onerror = () => reject(new Error("no worker"));
        worker.postMessage({ id: 1, task, input: fromText(input) });
    });
})()"""


class Browser:
    """The Worker of the built bundle."""

    def __init__(self, page: Page, script: str) -> None:
        self.page = page
        self.script = script
        self.steps = 0

    def ask(self, task: str, argument: object) -> Any:
        reply = self.page.evaluate("askWorker", [self.script, task, argument])
        self.steps = reply["steps"]
        return reply["failure"] if reply["kind"] == "failed" else decoded(reply["output"])


@pytest.fixture(scope="session")
def browser(chromium: Chromium, running_site: Site, manifest: dict[str, str]) -> Iterator[Browser]:
    script = f"/dist/{manifest['app.js']}"
    running_site.page("/worker", html(script=script))
    with profile(chromium, running_site) as context:
        page = context.new_page()
        # Before the bundle makes the policy, which it does when it needs a Worker: never, here.
        page.add_init_script(PREPARE)
        page.goto("/worker")
        yield Browser(page, script)


@pytest.fixture(scope="session")
def readers() -> list[Reader]:
    return [age.new_identity() for _ in range(50)]


def sent(data: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(data).decode()}


def decoded(value: Any) -> Any:
    match value:
        case {"b64": str(text)}:
            return base64.b64decode(text)
        case dict():
            return {key: decoded(one) for key, one in value.items()}
        case list():
            return [decoded(one) for one in value]
    return value


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def framed(part: str, body: bytes) -> bytes:
    step = BOX_STEP if part == "box" else parts.PART_STEP
    return parts.frame(PartContext(REPORT, part), body, step)


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311 - reproducible, not secret


@COUNTS
def test_python_opens_a_filing_that_the_browser_sealed(
    browser: Browser, readers: list[Reader], count: int
) -> None:
    chosen = {str(number): recipient for number, (_, recipient) in enumerate(readers[:count])}
    filing = {"report": REPORT, "narrative": NARRATIVE, "readers": chosen}
    sealed = browser.ask("sealFiling", filing)
    assert browser.steps == count
    assert set(sealed["boxes"]) == set(chosen)
    narrative = sealed["narrative"]
    for number, (identity, _) in enumerate(readers[:count]):
        box = unpadded(sealed["boxes"][str(number)])
        assert age.inspect(box) == age.Envelope(("mlkem768x25519",), BOX_STEP)
        opened = open_file(box, [identity])
        report_key = parts.unframe(PartContext(REPORT, "box"), opened).decode()
        plain = open_file(narrative, [report_key])
        assert parts.unframe(PartContext(REPORT, "narrative"), plain).decode() == NARRATIVE


@COUNTS
def test_the_browser_opens_a_report_that_python_sealed(
    browser: Browser, readers: list[Reader], count: int
) -> None:
    identity, recipient = age.new_identity()
    sealed = [
        {
            "report": REPORT,
            "recipient": recipient,
            "box": sent(age.seal(framed("box", identity.encode()), [reader])),
            "parts": [
                {"name": name, "sealed": sent(age.seal(framed(name, body), [recipient]))}
                for name, body in [("facts", b"{}"), ("narrative", NARRATIVE.encode())]
            ],
        }
        for _, reader in readers[:count]
    ]
    bodies = [("facts", b"{}"), ("narrative", NARRATIVE.encode())]
    opened = [{"name": name, "body": body} for name, body in bodies]
    for number in {0, count // 2, count - 1}:
        asked = {"identity": readers[number][0], "reports": [sealed[number]]}
        assert browser.ask("openReports", asked) == [{"report": REPORT, "parts": opened}]


@pytest.mark.parametrize("size", [0, 1, 65_536, 5_000_000])
def test_one_file_for_fifty_readers_opens_on_both_sides(
    browser: Browser, readers: list[Reader], size: int
) -> None:
    recipients = [recipient for _, recipient in readers]
    first, last = readers[0][0], readers[-1][0]
    by_browser = browser.ask("seal", {"plaintext": sent(content(size)), "recipients": recipients})
    assert open_file(by_browser, [last]) == content(size)
    by_python = sent(age.seal(content(size), recipients))
    assert browser.ask("open", {"sealed": by_python, "identity": first}) == content(size)


def test_boxes_sealed_again_open_for_the_newcomer(browser: Browser, readers: list[Reader]) -> None:
    identity, recipient = age.new_identity()
    newcomer, newcomer_recipient = age.new_identity()
    box = age.seal(framed("box", identity.encode()), [readers[0][1]])
    torn = age.seal(framed("box", b"no key"), [readers[0][1]])
    boxes = [{"report": REPORT, "recipient": recipient, "box": sent(one)} for one in (box, torn)]
    sharing = {"identity": readers[0][0], "newcomer": newcomer_recipient, "boxes": boxes}
    shared, failed = browser.ask("shareBoxes", sharing)
    assert browser.steps == 2
    again = parts.unframe(PartContext(REPORT, "box"), open_file(shared["box"], [newcomer]))
    assert again == identity.encode()
    assert failed == {"report": REPORT, "failure": "invalid-identity"}


def refused(browser: Browser, recipients: Sequence[str]) -> Any:
    return browser.ask("seal", {"plaintext": sent(b"words"), "recipients": list(recipients)})


@pytest.mark.parametrize(
    ("recipient", "failure"),
    [
        (CLASSIC, "classic-recipient"),
        ("age1tag1qqqq", "classic-recipient"),
        ("age1pq1qqqq", "invalid-recipient"),
        ("ssh-ed25519 AAAA", "invalid-recipient"),
        ("", "invalid-recipient"),
    ],
)
def test_other_recipients_are_refused_also_among_good_ones(
    browser: Browser, readers: list[Reader], recipient: str, failure: str
) -> None:
    assert refused(browser, [recipient]) == failure
    assert refused(browser, [readers[0][1], recipient]) == failure


def test_a_recipient_with_one_wrong_character_is_refused(
    browser: Browser, readers: list[Reader]
) -> None:
    good = readers[0][1]
    assert refused(browser, [good[:-1] + ("q" if good[-1] != "q" else "p")]) == "invalid-recipient"
    assert refused(browser, [good.upper()]) == "invalid-recipient"


def test_a_file_for_nobody_is_refused(browser: Browser) -> None:
    assert refused(browser, []) == "invalid-recipient"


def test_what_cannot_be_opened_says_why(browser: Browser, readers: list[Reader]) -> None:
    (first, recipient), (second, _) = readers[:2]
    sealed = age.seal(b"words", [recipient])
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for file, identity, failure in [
        (sealed, second, "not-for-this-key"),
        (changed, first, "damaged"),
        (sealed[:200], first, "damaged"),
        (b"", first, "damaged"),
        (sealed, "AGE-SECRET-KEY-PQ-1", "invalid-identity"),
    ]:
        assert browser.ask("open", {"sealed": sent(file), "identity": identity}) == failure


def test_a_report_in_which_one_part_was_swapped_still_shows_the_others(
    browser: Browser, readers: list[Reader]
) -> None:
    reader, reader_recipient = readers[0]
    identity, recipient = age.new_identity()
    facts, other = framed("facts", b"{}"), framed("finding-0", b"{}")
    report = {
        "report": REPORT,
        "recipient": recipient,
        "box": sent(age.seal(framed("box", identity.encode()), [reader_recipient])),
        "parts": [
            {"name": "facts", "sealed": sent(age.seal(facts, [recipient]))},
            {"name": "narrative", "sealed": sent(age.seal(other, [recipient]))},
        ],
    }
    (opened,) = browser.ask("openReports", {"identity": reader, "reports": [report]})
    assert opened["parts"] == [
        {"name": "facts", "body": b"{}"},
        {"name": "narrative", "failure": "wrong-context"},
    ]


def test_a_box_with_the_key_of_another_report_is_refused(
    browser: Browser, readers: list[Reader]
) -> None:
    reader, reader_recipient = readers[0]
    _, recipient = age.new_identity()
    wrong, _ = age.new_identity()
    box = sent(age.seal(framed("box", wrong.encode()), [reader_recipient]))
    report = {"report": REPORT, "recipient": recipient, "box": box, "parts": []}
    opened = browser.ask("openReports", {"identity": reader, "reports": [report]})
    assert opened == [{"report": REPORT, "failure": "wrong-key"}]


def test_the_worker_of_a_page_does_the_work_and_its_loss_has_a_name(page: Page) -> None:
    assert page.evaluate("probe.personal.makeKey().then((key) => key.recipient.length)") == 1959
    lost = page.evaluate(
        """() => {
            const work = probe.outcome(() => probe.personal.makeKey());
            probe.client.stop();
            return work;
        }"""
    )
    assert lost["failure"] == "worker-lost"
    again = "probe.personal.makeKey().then(({ identity }) => identity.slice(0, 19))"
    assert page.evaluate(again) == "AGE-SECRET-KEY-PQ-1"
