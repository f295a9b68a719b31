# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever goes wrong on one wiki: it is asked again, nothing is lost, other wikis go on."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from onwiki.sandbox.failures import Kind
from service.reports.record import LinkState, Meta
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.world import World

LARKSPUR = (1, "Larkspur")
FIRST, SECOND = "sandboxwiki", "sandbox2wiki"
EDITS = (310000004, 310000005, 310000006, 310000007)
ELSEWHERE = 480000004
READING = "query+revisions"


@dataclass(frozen=True)
class Fault:
    """What happens to a wiki. What the finding says of it: tests/onwiki/evidence."""

    kind: Kind
    action: str | None = READING
    timeout_s: float = 60.0
    seconds: float = 1.0
    """Between the drops of a dripping wiki; how long a slow one takes."""
    left: LinkState = LinkState.LATER
    """How the first link is meanwhile."""


FAULTS = {
    "server error": Fault(Kind.UNAVAILABLE),
    "server error from the start": Fault(Kind.UNAVAILABLE, None),
    "bad gateway": Fault(Kind.BAD_GATEWAY),
    "time-out": Fault(Kind.SLOW, timeout_s=6.0, seconds=600.0),
    "dripping": Fault(Kind.DRIP, timeout_s=6.0),
    "reset": Fault(Kind.RESET),
    "lost answer": Fault(Kind.LOST_ANSWER),
    "malformed JSON": Fault(Kind.MALFORMED),
    "nothing": Fault(Kind.EMPTY),
    "HTML": Fault(Kind.HTML),
    "maxlag": Fault(Kind.MAXLAG),
    "rate limit": Fault(Kind.RATE_LIMITED),
    "too many requests": Fault(Kind.TOO_MANY),
    "read-only": Fault(Kind.READ_ONLY),
    "captcha": Fault(Kind.CAPTCHA),
    "captcha from the start": Fault(Kind.CAPTCHA, None),
    "redirecting API": Fault(Kind.REDIRECT),
    "another wiki answers": Fault(Kind.OTHER_WIKI),
    "half a batch": Fault(Kind.HALF_BATCH, left=LinkState.CHECKED),
}


def file_report(world: World, sandbox: Sandbox) -> bytes:
    """Four edits on the first wiki, one on the second."""
    first = [f"{sandbox.base_url}/wiki/Special:Diff/{revid}" for revid in EDITS]
    return world.file(LARKSPUR, (), (*first, f"{sandbox.base_url}/wiki2/Special:Diff/{ELSEWHERE}"))


def meta_of(world: World, report_id: bytes) -> Meta:
    with world.services.database.read() as session:
        report = world.domain.reports.get(session, report_id)
        assert report is not None
        return report.meta


def states(world: World, report_id: bytes) -> list[LinkState]:
    return [link.state for link in meta_of(world, report_id).links]


def found(world: World, report_id: bytes) -> list[str]:
    """References of all findings, as often as they were sealed."""
    parts = (
        json.loads(world.open_part("Rowanbark", report_id, f"finding-{number}"))
        for number in range(meta_of(world, report_id).findings)
    )
    return sorted(one["reference"] for part in parts for one in part["findings"])


def test_every_way_to_fail_is_in_the_table() -> None:
    assert {fault.kind for fault in FAULTS.values()} == set(Kind)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is about wikis
@pytest.mark.parametrize("name", FAULTS)
def test_failing_wiki_is_asked_again_and_the_other_goes_on(
    name: str, world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    fault = FAULTS[name]
    report = file_report(world, sandbox)
    hurried = replace(context, wiki_timeout_s=fault.timeout_s)
    sandbox.fail(fault.kind.value, wiki=FIRST, action=fault.action, seconds=fault.seconds)

    Worker(hurried).run_until_idle()

    assert states(world, report)[-1] is LinkState.CHECKED, "the other wiki goes on"
    assert states(world, report)[0] is fault.left
    assert states(world, report)[1:4:2] == [LinkState.LATER] * 2
    sandbox.recover()
    Worker(context).run_until_idle()
    assert LinkState.LATER in states(world, report), "not before its time"
    clock.advance(hours=1)
    Worker(context).run_until_idle()
    assert states(world, report) == [LinkState.CHECKED] * 5
    expected = [f"rev:{FIRST}:{revid}" for revid in EDITS] + [f"rev:{SECOND}:{ELSEWHERE}"]
    assert found(world, report) == sorted(expected), "each once, none lost"
