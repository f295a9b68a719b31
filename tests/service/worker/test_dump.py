# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a thief of the database reads after a busy year: nothing that anybody wrote or named.

The year (``busy.py``) is played once a database, and every claim is made of what was seen in it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, Date, Integer, String

from service.desks.rows import EVERYWHERE
from service.interactions.sealed import ANSWER_STEP
from service.migrations.tables import all_tables
from service.queue.jobs import JobKind
from service.sealing import age
from service.sealing.at_rest import KEY_ID_AT, OVERHEAD, UnknownKey, Unopenable
from service.sealing.keyring import KEY_ID_SIZE
from service.sealing.parts import BOX_STEP, PART_STEP
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.worker.busy import Busy
from tests.service.worker.busy_reporters import LARKSPUR
from tests.service.worker.seen import Place, Seen, as_bytes, columns, files_of, found_in, logged
from tests.service.worker.test_report_to_findings import demo_revisions
from tests.service.worker.typed import LONG, RARE, SHORT, Typed
from tests.service.world import DESK, World

BEGAN: Final = ManualClock().now
YEARS: Final = timedelta(days=3 * 366)

SHARED: Final = {
    "key_wrap.owner": "the ways to unlock one key are one person's, whoever that is",
    "session.person": "ends all sessions of a person at once",
    "entry.version": "under which key a label is: alike in all rows",
    "audit_entry.chained": "which leaf of the chain is the entry's; leaves are sealed, too",
    "night.upto": "the head that was sealed anew last, while the nightly round goes on",
}
"""Labels that other rows may repeat, with the reason."""

_SEALED_EMPTY: Final = len(age.seal(b"", [age.new_identity()[1]]))
_STREAM, _TAG = 64 * 1024, 16


def sealed_size(plaintext: int) -> int:
    """Bytes in a column of an age file of so many bytes to one recipient."""
    tags = max(1, -(-plaintext // _STREAM))
    return _SEALED_EMPTY + plaintext + (tags - 1) * _TAG + OVERHEAD


STEPS: Final = {
    "part.blob": [sealed_size(count * PART_STEP) for count in range(1, 20)],
    "box.blob": [sealed_size(BOX_STEP)],
    "interaction.question": [sealed_size(PART_STEP)],
    "interaction.answer": [sealed_size(count * ANSWER_STEP) for count in range(1, 4)],
}
"""Size classes of the columns that hold age files."""

STRINGS: Final = {
    "audit_entry.desk": f"{DESK}|stewards",
    "case_head.desk": DESK,
    "roster.desk": DESK,
    "report.desk": DESK,
    "desk.key": f"{DESK}|stewards|{re.escape(EVERYWHERE)}",
    "night.desk": f"{DESK}|stewards",
    "job.kind": "|".join(one.value for one in JobKind),
    "turn.name": "night|quota|wiki-list|notices|hold-[0-9a-f]{10}",
    "wiki_list.name": "[a-z]+",
    "report.recipient": "age1pq1[02-9ac-hj-np-z]{1952}",
}
"""What the public columns with text may hold."""


@pytest.fixture(scope="session")
def years() -> dict[str, Seen]:
    """What was seen in the year, by the kind of database."""
    return {}


@pytest.fixture
def play(world: World, context: Context, sandbox: Sandbox, bundle: Path) -> Callable[[Typed], Seen]:
    """Plays the year in an empty database."""

    def play(typed: Typed) -> Seen:
        seen, database = Seen(), world.services.database
        busy = Busy(world, context, sandbox, bundle, typed, lambda: seen.look(database))
        with logged() as lines:
            busy.happen()
        seen.at_rest = world.services.at_rest
        seen.secrets, seen.logged, seen.files = busy.secrets, lines.getvalue(), files_of(database)
        return seen

    return play


@pytest.fixture
def seen(years: dict[str, Seen], world: World, play: Callable[[Typed], Seen]) -> Seen:
    """Of the year in many letters; it is played when nobody has asked for it yet."""
    kind = world.services.database.url.get_backend_name()
    if kind not in years:
        years[kind] = play(LONG)
    return years[kind]


def test_every_table_had_rows(seen: Seen) -> None:
    """Or the walks would prove nothing about it: ``busy.py`` lacks a step."""
    assert seen.tables == set(all_tables().tables)


@pytest.mark.parametrize("kind", ["sealed", "label", "public"])
def test_every_column_had_a_value(seen: Seen, kind: str) -> None:
    assert [str(one) for one in columns(kind) if not list(seen.of(one))] == []


def test_no_word_name_id_or_title_is_in_the_dump(seen: Seen) -> None:
    everything = seen.everything
    assert len(everything) > 1_000_000
    assert found_in(everything, seen.secrets) == []


def test_no_word_is_in_the_files_of_the_database(seen: Seen) -> None:
    assert DESK.encode() in seen.files, "what is public must be found, or nothing was read"
    assert found_in(seen.files, seen.secrets) == []


def test_no_word_is_in_what_was_logged(seen: Seen) -> None:
    assert "reports.file" in seen.logged, "requests must be found, or nothing was logged"
    assert found_in(seen.logged.encode(), seen.secrets) == []


def test_no_two_rows_share_a_value(seen: Seen) -> None:
    """Neither two reports on one account, nor two tables."""
    hidden = {str(one) for kind in ("sealed", "label") for one in columns(kind)}
    places: dict[Any, set[Place]] = defaultdict(set)
    for place, values in seen.values.items():
        if place.name in (hidden | {"report.recipient"}) - SHARED.keys():
            for value in values:
                places[value].add(place)
    shared = [sorted(one.name for one in found) for found in places.values() if len(found) > 1]
    assert shared == []


def test_sealed_values_of_a_column_have_one_size_or_one_of_its_classes(seen: Seen) -> None:
    for column in columns("sealed"):
        size = column.info["sealed"]
        allowed = STEPS[str(column)] if size is None else [size + OVERHEAD]
        assert {len(value) for value in seen.of(column)} <= set(allowed), str(column)


@given(data=st.data())
@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_sealed_value_opens_at_its_own_place_only(seen: Seen, data: st.DataObject) -> None:
    """Not in another row, column or table, and not when it names another key."""
    sealed, at_rest = seen.sealed, seen.at_rest
    assert at_rest is not None
    (here, blob), (there, _) = data.draw(st.tuples(*[st.sampled_from(sealed)] * 2))
    assert at_rest.open(*address(here), blob)
    if here != there:
        with pytest.raises(Unopenable):
            at_rest.open(*address(there), blob)
    key_id = data.draw(st.binary(min_size=KEY_ID_SIZE, max_size=KEY_ID_SIZE))
    other = blob[:KEY_ID_AT] + key_id + blob[KEY_ID_AT + KEY_ID_SIZE :]
    if other != blob:
        with pytest.raises(UnknownKey):
            at_rest.open(*address(here), other)


def address(place: Place) -> tuple[str, bytes, str]:
    (key,) = place.key
    return place.table, as_bytes(key), place.column


def test_public_values_say_what_their_reason_says(seen: Seen) -> None:
    for column in columns("public"):
        strange = [value for value in seen.of(column) if not is_as_declared(column, value)]
        assert not strange, f"{column}: {column.info['public']}"


def is_as_declared(column: Column[Any], value: Any) -> bool:
    """Days and seconds of the year, small numbers, texts of a list."""
    match column.type:
        case Date():
            return isinstance(value, date) and BEGAN.date() <= value <= (BEGAN + YEARS).date()
        case BigInteger() if column.info["public"].startswith("seconds"):
            return value == 0 or BEGAN <= datetime.fromtimestamp(value, UTC) <= BEGAN + YEARS
        case Integer():
            return value in range(1000)
        case String():
            return re.fullmatch(STRINGS[str(column)], value) is not None
    return isinstance(json.loads(zlib.decompress(value)), list | dict)


def test_lengths_of_what_was_typed_change_no_length(
    seen: Seen, play: Callable[[Typed], Seen], world: World, clock: ManualClock
) -> None:
    clock.now = BEGAN
    world.begin_anew("Rowanbark", "Fennelwood")
    in_few_letters = play(SHORT)
    different = {
        name for (name, _), count in (seen.lengths - in_few_letters.lengths).items() if count
    } | {name for (name, _), count in (in_few_letters.lengths - seen.lengths).items() if count}
    assert different == set()


def test_no_word_is_in_what_the_worker_logs_of_failures(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    sandbox.fail("html")
    revid = demo_revisions(sandbox)[-1]
    pasted = (f"{sandbox.base_url}/w/index.php?oldid={revid}",)
    with logged() as lines:
        world.file(LARKSPUR, ("Thornbury",), pasted, " ".join(RARE))
        Worker(context).run_until_idle()
    secrets = {*RARE, "Thornbury", "Larkspur", "Rowanbark", str(revid)}
    assert found_in(lines.getvalue().encode(), secrets) == []
