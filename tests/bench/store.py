# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store, on both databases: an account's reports among a thousand and a million entries, the
list of a large desk, and a change of the at-rest key.

Of the entries all but ten are random bytes of the right sizes: nobody who has no key can tell
them from real ones, and neither can the database.
"""

from __future__ import annotations

import gc
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Table, insert, make_url

from onwiki.wikis import WikiList
from service.cases.head import CaseState, Head, Heads, new_code
from service.cases.listed import DeskLists
from service.cases.visible import reader
from service.database import Database
from service.desks.configuration import parse_desks
from service.desks.models import DeskRow
from service.domain import Domain
from service.matching.models import VALUE_SIZE, Entry
from service.matching.multimap import Multimap
from service.matching.tokens import Kind, MatchKeys, derive
from service.migrations.tables import all_tables
from service.reports.models import ReportRow
from service.reports.record import Meta
from service.rotation.at_rest import AtRestRotation
from service.sealing.at_rest import OVERHEAD, AtRest
from service.sealing.keyring import KeyRing, generate_key
from service.vault import Vault
from tests.bench.figures import Figure
from tests.fixtures_mariadb import MariaDB, shared_server
from tests.service.conftest import DESKS

FEW: Final = 1_000
MANY: Final = 1_000_000
MATCHES: Final = 10
MOST_TIMES: Final = 1.5
CASES: Final = 10_000
ROWS: Final = 20_000
DESK: Final = "oversight"

_AT_ONCE: Final = 10_000
_TRIES: Final = 301


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _on("SQLite", make_url(f"sqlite:///{folder / 'store.sqlite'}"))
        server = folder / "mariadb"
        with shared_server(server) as socket:
            yield from _on("MariaDB", MariaDB(socket).new_database("bench"))


def _on(name: str, url: URL) -> Iterator[Figure]:
    database = Database(url)
    all_tables().create_all(database.engine)
    vault = new_vault(generate_key())
    try:
        yield from matching(name, database, vault)
        yield from listing(name, database, vault)
        yield relocking(name, database, vault)
    finally:
        database.dispose()


def new_vault(at_rest: str) -> Vault:
    return Vault(AtRest(KeyRing.parse(at_rest)), MatchKeys.parse(generate_key()))


def matching(name: str, database: Database, vault: Vault) -> Iterator[Figure]:
    """Looking an account up, and adding a report to it, in a small and in a large store."""
    token = derive(vault.match_keys, DESK, Kind.ACCOUNT, "id:4711")
    with database.write() as session:
        lists = Multimap(session, vault.match_keys, vault.at_rest)
        for number in range(MATCHES):
            lists.append(token, {"report": f"{number:032x}"})

    def look_up() -> None:
        with database.read() as session:
            found = Multimap(session, vault.match_keys, vault.at_rest).members(token)
            assert len(found) == MATCHES

    def add() -> None:
        """In a transaction that is not kept: the list stays as long as it is."""
        with database.write() as session:
            Multimap(session, vault.match_keys, vault.at_rest).append(token, {"report": "new"})
            session.rollback()

    fill(database, FEW - MATCHES)
    small = [median_ms(act) for act in (look_up, add)]
    fill(database, MANY - FEW)
    large = [median_ms(act) for act in (look_up, add)]
    for what, before, after in zip(("look-up", "adding one"), small, large, strict=True):
        label = (
            f"{name}: {what}, {MATCHES} matches: times as long among {MANY:,} entries "
            f"({after:.2f} ms) as among {FEW:,} ({before:.2f} ms)"
        )
        yield Figure.at_most(label, after / before, MOST_TIMES)


def fill(database: Database, count: int) -> None:
    """Rows of others."""
    size = VALUE_SIZE + OVERHEAD
    version = secrets.token_bytes(4)
    for start in range(0, count, _AT_ONCE):
        some = min(_AT_ONCE, count - start)
        rows = [
            {"label": os.urandom(32), "version": version, "blob": os.urandom(size)}
            for _ in range(some)
        ]
        with database.write() as session:
            session.execute(insert(Entry), rows)


def listing(name: str, database: Database, vault: Vault) -> Iterator[Figure]:
    """A desk's list: the first time in a process, and again while nothing changed."""
    heads = Heads(vault)
    with database.write() as session:
        session.add(DeskRow(key=DESK, version=1))
        for number in range(CASES):
            heads.save(session, DESK, a_head(vault, number))
    reading = Domain.assemble(vault, WikiList.snapshot()).reading
    (desk,) = (one for one in parse_desks(DESKS) if one.key == DESK)
    somebody = reader(vault.match_keys, DESK, 10**7, "Rowanbark")

    def list_cases() -> float:
        start = time.perf_counter()
        with database.read() as session:
            assert len(reading.listing(session, desk, somebody)) == CASES
        return 1000 * (time.perf_counter() - start)

    def list_cold() -> float:
        reading.lists = DeskLists(heads)
        return list_cases()

    cold = statistics.median(list_cold() for _ in range(5))
    warm = statistics.median(list_cases() for _ in range(5))
    yield Figure.at_most(f"{name}: list of {CASES:,} cases, cold", cold, 500, "ms")
    yield Figure.at_most(f"{name}: list of {CASES:,} cases, warm", warm, 50, "ms")


def a_head(vault: Vault, number: int) -> Head:
    day = date(2026, 5, 3) + timedelta(days=number % 300)
    return Head(
        token=derive(vault.match_keys, DESK, Kind.ACCOUNT, f"id:{number}"),
        code=new_code(),
        state=CaseState.OPEN,
        assignee=None,
        reports=1 + number % 12,
        voices=1 + number % 5,
        first_day=day,
        last_day=day,
        wikis=frozenset({"enwiki", "dewiki"}),
        hidden_from=frozenset({99}),
        first_fold=number,
        last_fold=number,
    )


def relocking(name: str, database: Database, vault: Vault) -> Figure:
    """Reports' rows (8 KiB each) under a new at-rest key; processor time of this process."""
    fresh = {table.name: table for table in all_tables().sorted_tables}
    for table in ("entry", "case_head"):
        _empty(database, fresh[table])
    old, new = generate_key(), generate_key()
    sealed = new_vault(old)
    for start in range(0, ROWS, 1000):
        with database.write() as session:
            session.execute(
                insert(ReportRow), [_report(sealed) for _ in range(start, start + 1000)]
            )
    rotation = AtRestRotation(database, AtRest(KeyRing.parse(f"{new},{old}")))
    begun = time.process_time()
    done = rotation.run()
    seconds = time.process_time() - begun
    assert (done.renewed, rotation.left()) == (ROWS, 0), "all of them"
    return Figure.at_most(f"{name}: {ROWS:,} rows of 8 KiB sealed anew, processor", seconds, 5, "s")


def _report(vault: Vault) -> dict[str, object]:
    report_id = os.urandom(16)
    meta = vault.seal(ReportRow.meta, report_id, Meta(reporter=os.urandom(32)).to_json())
    day = date(2026, 5, 3)
    return {"id": report_id, "desk": DESK, "day": day, "recipient": "age1pq1", "meta": meta}


def _empty(database: Database, table: Table) -> None:
    with database.write() as session:
        session.execute(table.delete())


def median_ms(act: Callable[[], None]) -> float:
    """Of many calls, after some that warm everything up."""
    times: list[float] = []
    gc.collect()
    for number in range(_TRIES + 20):
        start = time.perf_counter()
        act()
        if number >= 20:
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)
