# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report in which one file was tampered with: that file is refused by name, the others open.

The same is done to the browser's code in tests/service/web/browser/test_tampering.py.
"""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.sealing import age
from service.sealing.parts import PartContext, PartError, unframe
from tests.service.sealing.age_opener import OpenError, open_file
from tests.service.sealing.tampering import (
    BODIES,
    NAMES,
    OTHER,
    REPORT,
    Sealed,
    Tampering,
    changes,
    sealed,
)

READER, RECIPIENT = age.new_identity()
OURS, THEIRS = sealed(REPORT, RECIPIENT), sealed(OTHER, RECIPIENT)
COLLEAGUES = sealed(REPORT, age.new_identity()[1])
EVERY = [file for one in (OURS, THEIRS, COLLEAGUES) for file in one.files.values()]


def opened(report: Sealed) -> dict[str, bytes | None]:
    """Bodies by name; None for what was refused by name. Without the box nothing opens."""
    found: dict[str, bytes | None] = dict.fromkeys(NAMES)
    try:
        box = open_file(report.files["box"], [READER])
        identity = unframe(PartContext(report.report, "box"), box)
    except (OpenError, PartError):
        return found
    found["box"] = identity
    for name in BODIES:
        try:
            part = open_file(report.files[name], [identity.decode()])
            found[name] = unframe(PartContext(report.report, name), part)
        except (OpenError, PartError):
            continue
    return found


def test_untouched_report_opens() -> None:
    found = opened(OURS)
    assert found.pop("box")
    assert found == BODIES


@given(name=st.sampled_from(NAMES), change=changes(EVERY))
@settings(max_examples=400)
def test_changed_file_is_refused_and_hides_no_other(name: str, change: Tampering) -> None:
    file = OURS.files[name]
    changed = change(file)
    assume(changed != file)

    found = opened(Sealed(REPORT, OURS.recipient, {**OURS.files, name: changed}))

    assert found[name] is None
    if name != "box":
        assert {other: found[other] for other in BODIES if other != name} == {
            other: body for other, body in BODIES.items() if other != name
        }


@given(order=st.permutations(list(BODIES)))
def test_parts_in_each_others_place_are_refused(order: list[str]) -> None:
    files = {name: OURS.files[other] for name, other in zip(BODIES, order, strict=True)}
    found = opened(Sealed(REPORT, OURS.recipient, {**files, "box": OURS.files["box"]}))
    for name, other in zip(BODIES, order, strict=True):
        assert found[name] == (BODIES[name] if name == other else None)
