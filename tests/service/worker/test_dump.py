# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a thief of the database reads after a busy day: nothing that anybody wrote or named."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from onwiki.evidence.interaction import Question
from onwiki.notices.timetable import Rhythm
from service.attachments.uploads import Chunk
from service.cases.identity import IdentityReason, Reason
from service.ids import new_id
from service.interactions.wording import Worded
from service.migrations.tables import all_tables
from service.notices.subscriptions import Recipient
from service.sealing import age
from service.thread.answering import Writing
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.attachments.sealed import seal_file
from tests.service.thread.correspondence import add, write
from tests.service.worker.test_report_to_findings import demo_revisions
from tests.service.world import World

LARKSPUR, QUILLFEATHER = (1, "Larkspur"), (2, "Quillfeather")
RARE = ("xylographer", "quixotically", "Zwischenraum", "серебрянка")
SAME_ON_PURPOSE = {
    *("desk", "day", "kind", "due", "made", "lease_until", "attempts", "version"),
    *("purged", "resealed"),
}
"""Columns of the public list whose values two rows may share, by name."""


@pytest.fixture
def busy(world: World, context: Context, sandbox: Sandbox) -> set[str]:
    """Two reports on one account, read, with a reminder; the words that must not be found."""
    revids = [one for one in demo_revisions(sandbox) if one > 10**8][:2]
    pasted = tuple(f"{sandbox.base_url}/wiki/Special:Diff/{revid}" for revid in revids)
    narrative = "A " + " and ".join(RARE) + " came by."
    for reporter in (LARKSPUR, QUILLFEATHER):
        world.file(reporter, ("Thornbury",), pasted, narrative)
    now = world.services.clock()
    with world.services.database.write() as session:
        world.domain.subscriptions.subscribe(
            session, Recipient(1, "Larkspur", "sandboxwiki", "en"), Rhythm.WEEKLY, now
        )
    Worker(context).run_until_idle()
    with world.services.database.write() as session:
        reader = world.as_reader("Rowanbark")
        (row,) = world.domain.reading.listing(session, world.desk, reader)
        case = world.domain.reading.open(session, world.desk, reader, row.id)
        assert case is not None
        for _ in range(2):
            assert world.domain.interactions.ask(
                session, world.desk, reader, row.id, asked_about(world), now
            )
        reports = [one.report for one in case.reports]
        world.domain.reading.note_opened(session, reader, reports, now.date())
        reason = Reason(IdentityReason.DANGER, f"Why: {RARE[0]}.")
        assert world.domain.identity.open(
            session, world.desk, reader, row.id, reports[0].id, reason, now.date()
        )
    for one in reports:
        add(world, one.id, f"More {RARE[1]}.", pasted)
        write(world, row.id, one.id, f"Because {RARE[2]}.", writing=Writing.CLOSING)
    Worker(context).run_until_idle()
    add(world, reports[0].id, f"Still {RARE[3]}.", pasted)  # one that still waits in the queue
    world.file(LARKSPUR, ("Brackenridge",), pasted, narrative)  # one that still waits in the queue
    upload(world, narrative)
    names = {"Thornbury", "Brackenridge", "Larkspur", "Quillfeather", "Rowanbark", "Fennelwood"}
    titles = {"User talk:", "User_talk", "Special:Diff"}
    return {*RARE, *names, *titles, *(str(revid) for revid in revids)}


def asked_about(world: World) -> Worded:
    """A reader's question where two accounts met."""
    wiki = world.services.wikis.by_dbname("sandboxwiki")
    assert wiki is not None
    return Worded(wiki, Question("Thornbury", "Larkspur"))


def upload(world: World, text: str) -> None:
    """Two files on their way, with the rare words in them."""
    form, recipient = new_id(), age.new_identity()[1]
    with world.services.database.write() as session:
        for number in range(2):
            chunk = seal_file(form, number, text.encode(), 1, recipient)
            place, today = Chunk(form, number, 0), world.services.today()
            world.domain.attachments.add(session, LARKSPUR[0], place, chunk, today)


def dump(world: World) -> dict[str, list[dict[str, object]]]:
    """Every row of every table that the database has, whether or not a model knows it."""
    tables = MetaData()
    engine = world.services.database.engine
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables.sorted_tables
        }


def as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_no_word_name_id_or_title_is_in_the_dump(world: World, busy: set[str]) -> None:
    everything = b"\n".join(
        as_bytes(value) for rows in dump(world).values() for row in rows for value in row.values()
    )
    assert len(everything) > 100_000
    found = [word for word in busy if word.lower().encode() in everything.lower()]
    assert found == []


def test_no_word_is_in_the_files_of_the_database(
    world: World, busy: set[str], database_url: str
) -> None:
    url = world.services.database.url
    if database_url.startswith("sqlite"):
        path = Path(str(url.database))
        files = list(path.parent.glob(path.name + "*"))
        content = b"\n".join(file.read_bytes() for file in files)
    else:
        content = flushed_files(world)
    assert world.desk.key.encode() in content, "what is public must be found, or nothing was read"
    assert [word for word in busy if word.lower().encode() in content.lower()] == []


def flushed_files(world: World) -> bytes:
    """MariaDB's files of the tables, after it wrote everything into them."""
    engine = world.services.database.engine
    tables = ", ".join(f"`{name}`" for name in all_tables().tables)
    folder = Path(str(engine.url.query["unix_socket"])).parent / "data" / str(engine.url.database)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"FLUSH TABLES {tables} FOR EXPORT")
        content = b"\n".join(file.read_bytes() for file in folder.glob("*.ibd"))
        connection.exec_driver_sql("UNLOCK TABLES")
    return content


def test_two_reports_on_one_account_share_no_value(world: World, busy: set[str]) -> None:
    assert busy
    for name, rows in dump(world).items():
        public = {
            column.name
            for column in (all_tables().tables[name].columns if name in all_tables().tables else ())
            if column.name in SAME_ON_PURPOSE
        }
        for column in rows[0] if rows else ():
            if column in public or name == "alembic_version":
                continue
            values = [row[column] for row in rows if row[column] is not None]
            twice = [value for value, count in Counter(values).items() if count > 1]
            assert not twice, f"{name}.{column}"


def test_sealed_values_of_a_column_have_one_length(world: World, busy: set[str]) -> None:
    assert busy
    tables = all_tables().tables
    for name, rows in dump(world).items():
        for column in tables[name].columns if name in tables else ():
            if column.info.get("sealed") is None:
                continue
            lengths = {len(row[column.name]) for row in rows if row[column.name]}  # type: ignore[arg-type]
            assert len(lengths) <= 1, f"{name}.{column.name}"


def test_no_word_is_in_what_the_worker_logs(
    world: World,
    context: Context,
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    busy: set[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox.fail("html")
    revid = demo_revisions(sandbox)[-1]
    pasted = (f"{sandbox.base_url}/w/index.php?oldid={revid}",)
    world.file(LARKSPUR, ("Thornbury",), pasted, " ".join(RARE))
    Worker(context).run_until_idle()
    own = [
        one for one in caplog.records if one.name.split(".")[0] in {"service", "onwiki", "oauth"}
    ]
    said = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in own)
    assert [word for word in busy | {str(revid)} if word in said] == []
