# SPDX-License-Identifier: AGPL-3.0-or-later
"""desks.toml: every problem names the desk, the line and the key."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from oauth.account import GlobalAccount, LocalAccount
from oauth.membership import GlobalGroup, Listed, LocalGroup
from onwiki.wikis import WikiList
from service.cli import main
from service.desks.configuration import (
    DeskConfigurationError,
    parse_desks,
    parse_noticeboard,
    parse_operators,
)
from service.desks.file_check import look_at
from service.desks.membership import desks_of
from service.desks.toml_lines import places
from service.services import utc_now

REPOSITORY = Path(__file__).parents[3]
EXAMPLE = REPOSITORY / "docs" / "desks.example.toml"
TODAY = date(2026, 5, 3)

GOOD = """operators = ["Somebody"]

[[desk]]
key = "helpers"
name = "Helpers"
wikis = [
    "enwiki",
    "dewiki",
]

[[desk.member]]
wiki = "enwiki"
group = "suppress"

[[desk.member]]
central_id = 4711
reason = "elected"
until = 2027-12-31
"""


def problems(text: str) -> list[str]:
    with pytest.raises(DeskConfigurationError) as caught:
        parse_desks(text)
    return list(caught.value.problems)


def test_good_file_is_read() -> None:
    (desk,) = parse_desks(GOOD)

    assert desk.wikis == {"enwiki", "dewiki"}
    assert desk.members == (
        LocalGroup("enwiki", "suppress"),
        Listed(4711, "elected", date(2027, 12, 31)),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "wish"),
    [
        ('key = "helpers"', 'key = "Helpers!"', 4, "key: wants at most 40 of a-z"),
        ('name = "Helpers"', "name = 3", 5, "name: wants a text in quotation marks"),
        ('name = "Helpers"', "", 3, "name: wants a text in quotation marks"),
        ('name = "Helpers"', 'name = "H"\nstafed = true', 6, "stafed: is not known"),
        ('name = "Helpers"', 'name = "H"\nstaffed = "yes"', 6, "staffed: wants true or false"),
        ('name = "Helpers"', 'name = "H"\nanswer_by_days = 0', 6, "answer_by_days: wants a whole"),
        ('name = "Helpers"', 'name = "H"\nretention_days = 5', 6, "retention_days: wants a whole"),
        ('name = "Helpers"', 'name = "H"\nlanguages = ["English"]', 6, "languages: wants language"),
        ('name = "Helpers"', 'name = "H"\ncoordinators = ["A"]', 6, "coordinators: wants a list"),
        ('name = "Helpers"', 'name = "H"\nsignatories_only = 1', 6, "signatories_only: wants true"),
        ('    "dewiki",', '    "*",', 6, "wikis: wants dbnames"),
        ('group = "suppress"', "", 11, "member 1: wants wiki and group"),
        ('group = "suppress"', 'group = "user"', 13, "member 1: group: “user” is everybody"),
        ('group = "suppress"', 'group = "a b"', 13, "member 1: group: wants a group as MediaWiki"),
        ('wiki = "enwiki"', "wiki = 1", 12, "member 1: wiki: wants a text"),
        ('wiki = "enwiki"', 'wiki = "enwiki"\nuntil = 2027-01-01', 13, "member 1: until: is not"),
        ("central_id = 4711", 'central_id = "4711"', 16, "member 2: central_id: wants a central"),
        ('reason = "elected"', 'reason = " "', 17, "member 2: reason: wants a text"),
        ("until = 2027-12-31", 'until = "2027-12-31"', 18, "member 2: until: wants the last day"),
        ("until = 2027-12-31", "", 15, "member 2: until: wants the last day"),
    ],
)
def test_problem_names_desk_line_and_key(old: str, new: str, line: int, wish: str) -> None:
    (problem,) = problems(GOOD.replace(old, new, 1))

    named = "Helpers!" if "Helpers!" in new else "helpers"
    assert problem.startswith(f"desk “{named}” (line {line}): {wish}")


def test_every_problem_is_named_not_only_the_first() -> None:
    found = problems(GOOD.replace('"Helpers"', "3").replace("4711", "-1"))

    assert [one.split(": ")[1] for one in found] == ["name", "member 2"]


def test_what_is_not_toml_says_where() -> None:
    (problem,) = problems("[[desk]]\nkey = \n")

    assert "line 2" in problem


def test_two_desks_of_one_key_are_refused() -> None:
    twice = GOOD + GOOD.partition("\n")[2]
    line = twice[: twice.rindex("key =")].count("\n") + 1

    assert problems(twice) == [
        f"desk “helpers” (line {line}): key: stands twice; every desk needs its own"
    ]


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "desks.toml"
    path.write_bytes(GOOD.replace("Helpers", "Hélène").encode("latin-1"))

    shown = CliRunner().invoke(main, ["desks", "check", str(path)])

    assert shown.exit_code == 1
    assert shown.output == "desks: line 5 is not UTF-8; wants the file saved as UTF-8\n"


def test_unknown_key_at_the_head_is_named_with_its_line() -> None:
    (problem,) = problems('operator = "x"\n' + GOOD)

    assert problem.startswith("operator (line 1): is not known")


def test_members_written_as_a_list_are_named_by_the_line_of_the_desk() -> None:
    text = '[[desk]]\nkey = "x"\nname = "X"\nmember = [{global_group = "a b"}]\n'

    (problem,) = problems(text)

    assert problem.startswith("desk “x” (line 1): member 1: global_group: wants a group")


def test_signatories_want_a_noticeboard() -> None:
    wanting = GOOD.replace('name = "Helpers"', 'name = "Helpers"\nsignatories_only = true')

    (problem,) = problems(wanting)
    assert problem.startswith("desk “helpers” (line 6): signatories_only: wants noticeboard")
    text = f'noticeboard = "Some page"\n{wanting}'
    assert parse_desks(text)[0].signatories_only
    assert parse_noticeboard(text) == "Some page"


@pytest.mark.parametrize("title", ["3", '""', '"A|B"'])
def test_noticeboard_that_is_no_title_is_refused(title: str) -> None:
    with pytest.raises(DeskConfigurationError, match=r"noticeboard \(line 1\): wants the title"):
        parse_noticeboard(f"noticeboard = {title}\n{GOOD}")


# Who belongs


def account(**changes: object) -> GlobalAccount:
    local = {"enwiki": LocalAccount("enwiki", frozenset({"suppress"}), 5, blocked=False)}
    values: dict[str, object] = {
        "central_id": 7,
        "name": "Somebody",
        "home": None,
        "registered": None,
        "edit_count": 5,
        "groups": frozenset(),
        "local": local,
        "locked": False,
        "hidden": False,
        **changes,
    }
    return GlobalAccount(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("signatory", "belongs"), [(True, True), (False, False), (None, False)])
def test_only_signatories_belong_where_the_desk_asks_for_it(
    signatory: bool | None, belongs: bool
) -> None:
    text = f'noticeboard = "P"\n{GOOD}'.replace(
        'name = "Helpers"', 'name = "Helpers"\nsignatories_only = true'
    )
    found = desks_of(account(signatory=signatory), parse_desks(text), TODAY)

    assert (found == {"helpers"}) is belongs


def test_place_by_list_ends_with_its_day() -> None:
    desks = parse_desks(GOOD)
    listed = account(central_id=4711, local={})

    assert desks_of(listed, desks, date(2027, 12, 31)) == {"helpers"}
    assert desks_of(listed, desks, date(2028, 1, 1)) == frozenset()


# The check


def test_check_names_wikis_that_are_not_there_with_their_lines() -> None:
    text = GOOD.replace('"dewiki"', '"dewikki"').replace('wiki = "enwiki"', 'wiki = "enwikki"')

    looked = look_at(text, parse_desks(text), WikiList.snapshot(), TODAY)

    assert [one.partition(" is no wiki")[0] for one in looked.problems] == [
        "desk “helpers” (line 6): wikis: “dewikki”",
        "desk “helpers” (line 12): member 1: wiki: “enwikki”",
    ]


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 5, 3), []),
        (date(2027, 12, 20), ["member 2: until: ends on 2027-12-31"]),
        (date(2028, 2, 1), ["member 2: until: is over since 2027-12-31"]),
    ],
)
def test_check_says_whose_place_ends(today: date, said: list[str]) -> None:
    looked = look_at(GOOD, parse_desks(GOOD), WikiList.snapshot(), today)

    assert looked.problems == ()
    assert list(looked.notes) == [f"desk “helpers” (line 18): {one}" for one in said]


def test_what_ends_is_a_note_and_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "desks.toml"
    path.write_text(GOOD.replace("2027-12-31", f"{utc_now().date():%Y-%m-%d}"))

    shown = CliRunner().invoke(main, ["desks", "check", str(path)])

    assert shown.exit_code == 0
    assert "desk “helpers” (line 18): member 2: until: ends on" in shown.output


# The example


def test_example_is_a_good_file(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["desks", "check", str(EXAMPLE)])

    assert (shown.exit_code, shown.output.count("\n")) == (0, 3)
    text = EXAMPLE.read_text("utf-8")
    kinds = {type(rule) for desk in parse_desks(text) for rule in desk.members}
    assert kinds == {LocalGroup, GlobalGroup, Listed}
    assert parse_operators(text)


def test_example_explains_every_key() -> None:
    """The list of known keys, as a problem names it, against the first desk of the example."""
    (problem,) = problems(GOOD.replace('name = "Helpers"', 'name = "Helpers"\nx = 1'))
    known = set(problem.partition("known are ")[2].split(", "))

    first = tomllib.loads(EXAMPLE.read_text("utf-8"))["desk"][0]

    assert set(first) == known


# Lines


_NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
_VALUES = st.one_of(
    st.integers(0, 9).map(str),
    st.text(alphabet="[]{}=#'\n, a", max_size=8).map(lambda text: f'"""\n{text}"""'),
    st.text(alphabet="[]{}=#', a", max_size=8).map(lambda text: f'"{text}"'),
    st.text(alphabet='[]{}=#", a', max_size=8).map(lambda text: f"'{text}'"),
    st.lists(st.sampled_from(['"["', "3", '"#"']), max_size=3).map(
        lambda some: "[\n" + "".join(f"  {one}, # ] =\n" for one in some) + "]"
    ),
)
_TABLES = st.lists(
    st.tuples(st.sampled_from(["desk", "desk.member"]), st.dictionaries(_NAMES, _VALUES)),
    max_size=4,
)


@given(_TABLES)
def test_tables_and_keys_are_found_on_their_lines(
    tables: list[tuple[str, dict[str, str]]],
) -> None:
    lines: list[str] = []
    wanted: list[tuple[tuple[str, ...], int, dict[str, int]]] = []
    for name, values in tables:
        lines.append(f"[[ {name} ]] # [[other]]")
        place: tuple[tuple[str, ...], int, dict[str, int]]
        place = (tuple(name.split(".")), len(lines), {})
        wanted.append(place)
        for key, value in values.items():
            place[2][key] = len(lines) + 1
            lines += f"{key} = {value} # x = 1".split("\n")

    found = [(one.header, one.line, one.keys) for one in places("\n".join(lines))]

    assert found == [((), 1, {}), *wanted]


def test_lines_do_not_depend_on_how_a_key_is_quoted() -> None:
    (_, place) = places("[[desk]]\n\"a b\" = 1\n'c' = 2\nd.e = 3")

    assert place.keys == {"a b": 2, "c": 3, "d": 4}
