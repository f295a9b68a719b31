# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short links in a report: looked up by the worker, then checked on their wiki."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.reports.record import LinkState
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.worker.test_report_to_findings import findings, meta, states
from tests.service.world import World

LARKSPUR, QUILLFEATHER = (1, "Larkspur"), (2, "Quillfeather")
EDIT = "rev:sandboxwiki:310000005"


@pytest.fixture
def short(sandbox: Sandbox) -> str:
    """A short link to an edit."""
    return sandbox.shorten("3Ab", f"{sandbox.base_url}/wiki/Special:Diff/310000005")


def leads(world: World, report_id: bytes) -> dict[str, str]:
    """What the sealed findings say of short links."""
    found: dict[str, str] = {}
    for number in range(meta(world, report_id).findings):
        part: dict[str, Any] = json.loads(
            world.open_part("Rowanbark", report_id, f"finding-{number}")
        )
        found |= part.get("short_links", {})
    return found


def test_short_link_is_checked_on_the_wiki_that_it_leads_to(
    world: World, context: Context, sandbox: Sandbox, short: str
) -> None:
    report = world.file(LARKSPUR, (), (short, f"{sandbox.base_url}/wiki2/Special:Diff/480000004"))
    assert [link.wiki for link in meta(world, report).links] == [None, "sandbox2wiki"]
    assert states(world, report) == [LinkState.WAITING] * 2
    Worker(context).run_until_idle()
    assert [link.wiki for link in meta(world, report).links] == ["sandboxwiki", "sandbox2wiki"]
    assert states(world, report) == [LinkState.CHECKED] * 2
    assert {one["reference"] for one in findings(world, report)} >= {EDIT}
    assert leads(world, report) == {"short:3Ab": EDIT}


def test_short_link_to_nowhere_says_so(world: World, context: Context, sandbox: Sandbox) -> None:
    pasted = sandbox.shorten("3Ac", "https://evil.example/")
    report = world.file(LARKSPUR, (), (pasted,))
    Worker(context).run_until_idle()
    assert states(world, report) == [LinkState.NOT_EVIDENCE]
    (found,) = findings(world, report)
    assert (found["kind"], found["reference"]) == ("leads-nowhere", "short:3Ac")
    assert "evil" not in json.dumps(found)


def test_shortener_that_is_down_keeps_nothing_else_waiting(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock, short: str
) -> None:
    other = sandbox.shorten("3Ad", f"{sandbox.base_url}/wiki2/Special:Diff/480000004")
    direct = f"{sandbox.base_url}/wiki/Special:Diff/310000006"
    report = world.file(LARKSPUR, ("Thornbury",), (short, direct, other, short))
    sandbox.fail("503", action="short")
    Worker(context).run_until_idle()
    assert meta(world, report).folded
    later, checked = LinkState.LATER, LinkState.CHECKED
    assert states(world, report) == [later, checked, later, later]
    sandbox.recover()
    clock.advance(hours=1)
    Worker(context).run_until_idle()
    assert states(world, report) == [checked] * 4
    assert leads(world, report) == {"short:3Ab": EDIT, "short:3Ad": "rev:sandbox2wiki:480000004"}


def test_shortener_that_never_answers_is_given_up(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock, short: str
) -> None:
    report = world.file(LARKSPUR, (), (short,))
    sandbox.fail("503", action="short")
    worker = Worker(context)
    for _ in range(60):
        worker.run_until_idle()
        if LinkState.GIVEN_UP in states(world, report):
            break
        clock.advance(hours=6)
    assert states(world, report) == [LinkState.GIVEN_UP]


def test_reports_that_cite_one_edit_are_related_whatever_the_link(
    world: World, context: Context, sandbox: Sandbox, short: str
) -> None:
    one = world.file(LARKSPUR, ("Thornbury",), (short,))
    other = world.file(
        QUILLFEATHER, ("Brackenridge",), (f"{sandbox.base_url}/wiki/Special:Diff/310000005",)
    )
    Worker(context).run_until_idle()
    shared = set(meta(world, one).memberships) & set(meta(world, other).memberships)
    assert shared
