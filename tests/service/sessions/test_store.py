# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions in the database: what they hold, how long, and what a dump of them shows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.database import Database
from service.services import Services
from service.sessions.models import SessionRow
from service.sessions.person import Person
from service.sessions.store import DELETED, PERSON, SessionStore

if TYPE_CHECKING:
    from tests.service.conftest import ManualClock


def values_of(person: Person) -> dict[str, object]:
    return {PERSON: person.to_json()}


def is_open(store: SessionStore, token: str) -> bool:
    return store.load(token) is not None


def test_session_comes_back_as_it_was(store: SessionStore, functionary: Person) -> None:
    stored = store.load(store.create(values_of(functionary)))

    assert stored is not None
    assert Person.from_json(stored.values[PERSON]) == functionary


def test_unknown_id_opens_nothing(store: SessionStore, person: Person) -> None:
    store.create(values_of(person))

    assert not is_open(store, "A" * 43)


def test_dump_shows_neither_id_nor_person(
    store: SessionStore, database: Database, person: Person
) -> None:
    token = store.create(values_of(person))

    with database.read() as session:
        row = session.scalars(select(SessionRow)).one()
    dump = row.id + row.person + row.blob
    assert token.encode() not in dump
    assert person.name.encode() not in dump
    assert str(person.central_id).encode() not in dump


def test_all_rows_have_one_size(store: SessionStore, database: Database, person: Person) -> None:
    store.create({})
    store.create(values_of(person))

    with database.read() as session:
        sizes = {len(row.blob) for row in session.scalars(select(SessionRow))}
    assert len(sizes) == 1


def test_functionary_is_signed_out_after_half_an_hour_without_a_request(
    store: SessionStore, functionary: Person, clock: ManualClock
) -> None:
    token = store.create(values_of(functionary))

    clock.advance(minutes=29)
    assert store.change(token, {})
    clock.advance(minutes=29)
    assert is_open(store, token)
    clock.advance(minutes=2)
    assert not is_open(store, token)


def test_reporter_may_write_for_three_hours(
    store: SessionStore, person: Person, clock: ManualClock
) -> None:
    token = store.create(values_of(person))

    clock.advance(hours=3)

    assert is_open(store, token)


def test_no_session_lasts_longer_than_twelve_hours(
    store: SessionStore, person: Person, clock: ManualClock
) -> None:
    token = store.create(values_of(person))
    for _ in range(6):
        assert store.change(token, {})
        clock.advance(hours=2)

    assert not is_open(store, token)
    assert not store.change(token, {"draft": "x"})


def test_begun_sign_in_is_forgotten_soon(store: SessionStore, clock: ManualClock) -> None:
    token = store.create({"pending": 1})

    clock.advance(minutes=21)

    assert not is_open(store, token)


def test_change_touches_only_its_own_keys(store: SessionStore, person: Person) -> None:
    token = store.create({**values_of(person), "a": 1, "b": 2})

    store.change(token, {"a": DELETED, "c": 3})

    stored = store.load(token)
    assert stored is not None
    assert {key: stored.values.get(key) for key in "abc"} == {"a": None, "b": 2, "c": 3}


def test_of_many_requests_at_once_one_takes_a_value(store: SessionStore) -> None:
    token = store.create({"pending": "request token"})

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.take(token, "pending"), range(8)))

    assert sorted(taken, key=str) == [None] * 7 + ["request token"]


def test_new_session_replaces_the_old_one(store: SessionStore, person: Person) -> None:
    before = store.create({"pending": 1})

    after = store.create(values_of(person), replacing=before)

    assert before != after
    assert not is_open(store, before)
    assert is_open(store, after)


def test_people_who_sign_in_at_once_all_get_in(store: SessionStore, person: Person) -> None:
    """On MariaDB, too: who takes a row away and looks for old ones must not wait in a circle."""
    for hour in range(8):
        people = [replace(person, central_id=100 * hour + number) for number in range(8)]
        begun = [store.create({"pending": 1}) for _ in people]
        with ThreadPoolExecutor(8) as pool:
            tokens = list(
                pool.map(
                    lambda one, old: store.create(values_of(one), replacing=old), people, begun
                )
            )

        assert all(is_open(store, token) for token in tokens)
        assert not any(is_open(store, token) for token in begun)


def test_signing_out_everywhere_goes_through_whatever_else_happens(
    store: SessionStore, person: Person, database: Database, clock: ManualClock
) -> None:
    """While the person signs in anew, rows of old days are purged, and rights are noted."""
    for _ in range(8):
        old = [store.create(values_of(person)) for _ in range(6)]
        clock.advance(days=2)
        now = [store.create(values_of(person), replacing=one) for one in old[:1]] + [
            store.create({"pending": 1}) for _ in range(3)
        ]
        acts: list[Callable[[], object]] = [
            lambda: store.end_all(person.central_id),
            lambda: store.refresh(person.central_id, {"name": person.name}),
            lambda: store.end_all(person.central_id),
            *(partial(store.create, values_of(person), replacing=one) for one in now),
        ]
        with ThreadPoolExecutor(len(acts)) as pool:
            for done in [pool.submit(act) for act in acts]:
                done.result(60)
        store.end_all(person.central_id)

        assert store.of_person(person.central_id) == []


def test_signing_out_everywhere_leaves_other_people_alone(
    store: SessionStore, person: Person, functionary: Person
) -> None:
    mine = [store.create(values_of(person)) for _ in range(3)]
    other = store.create(values_of(functionary))

    store.end_all(person.central_id)

    assert [is_open(store, token) for token in mine] == [False] * 3
    assert is_open(store, other)


def test_row_of_yesterday_is_purged_when_somebody_signs_in(
    store: SessionStore, database: Database, person: Person, clock: ManualClock
) -> None:
    store.create(values_of(person))
    clock.advance(days=2)

    store.create({})

    with database.read() as session:
        assert len(session.scalars(select(SessionRow)).all()) == 1


def test_another_secret_opens_no_session(
    store: SessionStore, services: Services, person: Person
) -> None:
    token = store.create(values_of(person))
    other = SessionStore(services.database, services.vault, "another secret", services.clock)

    assert not is_open(other, token)


def test_row_moved_to_another_id_does_not_open(
    store: SessionStore, database: Database, person: Person, functionary: Person
) -> None:
    """Somebody who can write to the database cannot give himself another person's session."""
    mine, theirs = store.create(values_of(person)), store.create(values_of(functionary))
    with database.write() as session:
        rows = session.scalars(select(SessionRow)).all()
        rows[0].blob, rows[1].blob = rows[1].blob, rows[0].blob

    assert not is_open(store, mine)
    assert not is_open(store, theirs)


def file(one: str) -> Callable[[dict[str, Any]], None]:
    def change(values: dict[str, Any]) -> None:
        values["filed"] = [*values.get("filed", []), one]

    return change


def test_what_another_transaction_notes_is_there_with_it_or_not_at_all(
    store: SessionStore, database: Database, person: Person
) -> None:
    token = store.create(values_of(person))
    with database.write() as session:
        assert store.change_within(session, token, file("one"))
    with suppress(RuntimeError), database.write() as session:
        assert store.change_within(session, token, file("two"))
        raise RuntimeError

    stored = store.load(token)
    assert stored is not None
    assert stored.values["filed"] == ["one"]


def test_nothing_is_noted_in_a_session_that_was_ended_meanwhile(
    store: SessionStore, database: Database, person: Person
) -> None:
    token = store.create(values_of(person))
    store.end_all(person.central_id)
    with database.write() as session:
        assert not store.change_within(session, token, file("one"))

    assert not is_open(store, token)


def test_what_was_read_a_moment_ago_brings_no_ended_session_back(
    store: SessionStore, database: Database, person: Person
) -> None:
    """A report is filed from a page whose session somebody ends while it is written."""
    token = store.create(values_of(person))
    known = store.load(token)
    store.end_all(person.central_id)
    with database.write() as session:
        assert not store.change_within(session, token, file("one"), known)

    assert not is_open(store, token)
    assert store.of_person(person.central_id) == []


def test_what_was_read_a_moment_ago_covers_nothing_that_was_written_since(
    store: SessionStore, database: Database, functionary: Person
) -> None:
    """Neither another tab's report nor what the worker noted of the person's rights."""
    token = store.create(values_of(functionary))
    known = store.load(token)
    store.refresh(functionary.central_id, {"desks": []})
    with database.write() as session:
        assert store.change_within(session, token, file("one"))
    with suppress(RuntimeError), database.write() as session:
        assert store.change_within(session, token, file("undone"), known)
        raise RuntimeError
    with database.write() as session:
        assert store.change_within(session, token, file("two"), known)

    stored = store.load(token)
    assert stored is not None
    assert stored.values["filed"] == ["one", "two"]
    assert Person.from_json(stored.values[PERSON]).desks == frozenset()


def test_tabs_that_have_read_the_same_note_all_of_theirs(
    store: SessionStore, database: Database, person: Person
) -> None:
    token = store.create(values_of(person))
    known = store.load(token)
    tabs = Barrier(6, timeout=30)

    def note(one: str) -> bool:
        tabs.wait()
        with database.write() as session:
            return store.change_within(session, token, file(one), known)

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(note, "abcdef"))

    stored = store.load(token)
    assert stored is not None
    assert sorted(stored.values["filed"]) == [*"abcdef"]


def test_signing_out_here_and_everywhere_at_once_is_no_error(
    store: SessionStore, person: Person
) -> None:
    """While the worker notes what the wiki said of the person, too."""
    together = Barrier(4)

    def do(act: Callable[[], None]) -> None:
        together.wait()
        act()

    with ThreadPoolExecutor(4) as pool:
        for _ in range(60):
            one, another = (store.create(values_of(person)) for _ in range(2))
            acts: list[Callable[[], None]] = [
                partial(store.refresh, person.central_id, {"name": person.name}),
                partial(store.end, one),
                partial(store.end, another),
                partial(store.end_all, person.central_id),
            ]
            for done in [pool.submit(do, act) for act in acts]:
                done.result()

            assert not is_open(store, one)
            assert not is_open(store, another)
