# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from service.database import Database
from service.matching.models import VALUE_SIZE, Entry
from service.matching.multimap import Json, Multimap, length_of
from service.matching.tokens import Kind, MatchKeys, derive
from service.sealing.at_rest import OVERHEAD, AtRest, AtRestError, KeyRing, TooLarge
from service.sealing.keyring import generate_key

OLD, NEW = generate_key(), generate_key()
KEYS = MatchKeys.parse(OLD)
ROTATED = MatchKeys.parse(f"{NEW},{OLD}")
AT_REST = AtRest(KeyRing.parse(generate_key()))
TOKENS = [derive(KEYS, "stewards", Kind.ACCOUNT, str(value)) for value in range(3)]
TOKEN = TOKENS[0]


def value(number: int) -> Json:
    return {"report": f"{number:022}", "reporter": "r" * 43}


def multimap(session: Session, keys: MatchKeys = KEYS) -> Multimap:
    return Multimap(session, keys, AT_REST)


def rows(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Entry)).one()


def counted(values: list[Json]) -> Counter[str]:
    return Counter(str(one["report"]) for one in values)


@contextmanager
def fresh(database: Database) -> Iterator[Session]:
    """A transaction that leaves nothing behind, so that examples do not meet."""
    with database.read() as session:
        yield session
        session.rollback()


# Over few values and few lists, so that equal values, holes and empty lists are common.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["append", "append", "append", "remove", "rotate"]),
        st.sampled_from(TOKENS),
        st.integers(0, 3),
    ),
    max_size=40,
)


@given(steps=STEPS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_of_operations_equals_multisets(
    database: Database, steps: list[tuple[str, bytes, int]]
) -> None:
    model: dict[bytes, Counter[str]] = defaultdict(Counter)
    with fresh(database) as session:
        keys = KEYS
        for act, token, number in steps:
            name = str(value(number)["report"])
            match act:
                case "append":
                    index = multimap(session, keys).append(token, value(number))
                    assert index == model[token].total()
                    model[token][name] += 1
                case "remove":
                    removed = multimap(session, keys).remove(token, value(number))
                    assert removed == model[token].pop(name, 0)
                case "rotate":
                    keys = ROTATED
                    multimap(session, keys).rotate(token)
            for one in TOKENS:
                assert counted(multimap(session, keys).members(one)) == model[one]
                assert multimap(session, keys).count(one) == model[one].total()
            # Nothing but the entries themselves is left: no tombstones.
            assert rows(session) == sum(one.total() for one in model.values())


def test_long_lists_are_counted_read_and_emptied(database: Database) -> None:
    # Around the powers of two that reading and counting step by, and beyond the longest IN-list.
    checked = {1, 2, 3, 4, 5, 7, 8, 22, 23, 24, 25, 26, 31, 32, 510, 511, 512, 513}
    with fresh(database) as session:
        lists = multimap(session)
        for number in range(max(checked)):
            assert lists.append(TOKEN, value(number % 3)) == number
            if number + 1 in checked:
                assert lists.count(TOKEN) == number + 1
                assert counted(lists.members(TOKEN)).total() == number + 1
        for number in range(3):
            assert lists.remove(TOKEN, value(number)) == max(checked) // 3
        assert lists.count(TOKEN) == 0
        assert rows(session) == 0


@given(length=st.integers(1, 200) | st.integers(1, 2**24 - 1))
def test_every_length_is_found_in_a_few_questions(length: int) -> None:
    questions: list[Sequence[int]] = []

    def present(indices: Sequence[int]) -> list[int]:
        questions.append(indices)
        return [index for index in indices if index < length]

    assert length_of(present) == length
    assert len(questions) <= 7
    assert max(map(len, questions)) <= 24


def test_costs_are_of_the_list_and_not_of_the_store(database: Database) -> None:
    with fresh(database) as session:
        lists = multimap(session)
        for number in range(100):
            lists.append(TOKENS[1], value(number))
        for number in range(5):
            lists.append(TOKEN, value(number))
        with statements(session) as asked:
            lists.members(TOKEN)
        # The first label finds the list; then 1, 2 and 4 labels, of which two are missing.
        assert asked == [1, 1, 2, 4]
        with statements(session) as asked:
            lists.count(TOKENS[1])
        assert len(asked) <= 4
        assert max(asked) <= 24


@contextmanager
def statements(session: Session) -> Iterator[list[int]]:
    """How many labels each statement asks for."""
    asked: list[int] = []

    def note(_c: object, _u: object, _s: str, values: object, _x: object, _m: bool) -> None:
        asked.append(len(values) if isinstance(values, tuple | dict) else 0)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_a_value_that_is_not_there_is_not_removed(database: Database) -> None:
    with fresh(database) as session:
        lists = multimap(session)
        assert lists.remove(TOKEN, value(1)) == 0
        lists.append(TOKEN, value(2))
        assert lists.remove(TOKEN, value(1)) == 0
        assert lists.members(TOKEN) == [value(2)]


def test_an_oversized_value_is_refused_and_nothing_is_written(database: Database) -> None:
    with fresh(database) as session:
        with pytest.raises(TooLarge):
            multimap(session).append(TOKEN, {"report": "x" * VALUE_SIZE})
        assert rows(session) == 0


def test_rows_share_nothing_that_links_them(database: Database) -> None:
    with fresh(database) as session:
        for _ in range(6):
            for token in TOKENS:
                multimap(session).append(token, value(1))
        found = session.scalars(select(Entry)).all()
        assert len({row.label for row in found}) == len({row.blob for row in found}) == 18
        assert {len(row.blob) for row in found} == {VALUE_SIZE + OVERHEAD}
        assert len({row.version for row in found}) == 1
        assert not any(str(value(1)["report"]).encode() in row.blob for row in found)


def test_a_row_that_was_moved_is_refused(database: Database) -> None:
    with fresh(database) as session:
        lists = multimap(session)
        lists.append(TOKENS[0], value(0))
        lists.append(TOKENS[1], value(1))
        one, two = session.scalars(select(Entry)).all()
        one.blob, two.blob = two.blob, one.blob
        session.flush()
        with pytest.raises(AtRestError):
            lists.members(TOKENS[0])


def test_lists_of_both_keys_are_read_while_a_rotation_goes_on(database: Database) -> None:
    with fresh(database) as session:
        for number in range(514):
            multimap(session).append(TOKENS[0], value(number))
        multimap(session).append(TOKENS[1], value(1))
        rotated = multimap(session, ROTATED)
        assert rotated.rotate(TOKENS[0])
        assert not rotated.rotate(TOKENS[0])
        assert not rotated.rotate(TOKENS[2])
        assert rotated.count(TOKENS[0]) == 514
        assert rotated.members(TOKENS[1]) == [value(1)]
        rotated.append(TOKENS[1], value(2))  # stays under the key of its list
        assert rotated.members(TOKENS[1]) == [value(1), value(2)]
        versions = Counter(session.scalars(select(Entry.version)))
        assert versions == {ROTATED.newest.id: 514, ROTATED.oldest.id: 2}


def test_an_old_key_finds_no_list_after_the_rotation(database: Database) -> None:
    with fresh(database) as session:
        multimap(session).append(TOKEN, value(1))
        multimap(session, ROTATED).rotate(TOKEN)
        assert multimap(session, KEYS).members(TOKEN) == []
        assert rows(session) == 1
