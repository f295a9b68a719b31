# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on rosters: what an operator can do alone, and what takes a second person."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.desks.member import Standing
from service.desks.removing import speak_for_removal
from service.desks.word import Voice
from service.services import utc_now
from service.watching.fingerprint import roster_fingerprint
from tests.fixtures_sandbox import Sandbox
from tests.service.desks.conftest import FENNELWOOD, MARLOWICK, ROWANBARK
from tests.service.desks.test_first_keys import ASHDOWN, EMPTY_DESK, wait
from tests.service.watching.pinned import put_page
from tests.service.world import DESK, World

OPERATOR = ("--operator", "Pebbleworth")


def run(environ: dict[str, str], *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, env=environ, input=typed)


@pytest.fixture
def environ(environ: dict[str, str], database_url: str) -> dict[str, str]:
    """Two operators; the commands open the same database as the world."""
    path = Path(environ["CS_DESKS"])
    path.write_text(f'operators = ["Pebbleworth", "Alderwick"]\n{path.read_text()}')
    return environ | {"CS_DATABASE_URL": database_url}


def standing_of(world: World, desk: str, central_id: int) -> Standing:
    with world.services.database.read() as session:
        member = world.domain.roster.member(session, desk, central_id)
    assert member is not None
    return member.standing


def test_list_shows_keys_and_who_vouched(environ: dict[str, str], world: World) -> None:
    world.add_reader("Marlowick", MARLOWICK, vouched=False)

    lines = run(environ, "roster", "list", DESK).output.splitlines()

    assert [line.split()[:2] for line in lines] == [
        ["9004", "Fennelwood"],
        ["9005", "Marlowick"],
        ["9003", "Rowanbark"],
    ]
    assert "vouched for by the operators on 2026-05-03" in lines[0]
    assert "waits for somebody to vouch" in lines[1]


def test_desk_that_does_not_exist_is_said_so(environ: dict[str, str]) -> None:
    shown = run(environ, "roster", "list", "nowhere")

    assert shown.exit_code == 2
    assert "There is no desk “nowhere”; there are: stewards, oversight" in shown.output


class TestVouch:
    @pytest.fixture
    def fingerprint(self, world: World) -> str:
        return wait(world, ASHDOWN, "Ashdown")

    def test_two_operators_compare_the_fingerprint_and_vouch(
        self, environ: dict[str, str], world: World, fingerprint: str
    ) -> None:
        first = run(environ, "roster", "vouch", EMPTY_DESK, "71", *OPERATOR, typed="y\n")

        assert first.exit_code == 0, first.output
        assert f"Ashdown: {fingerprint}" in first.output
        assert "once a second person has compared it" in first.output
        assert f"http://localhost:8000/desk/{EMPTY_DESK}/first-keys" in first.output
        assert standing_of(world, EMPTY_DESK, ASHDOWN) is Standing.WAITING

        second = run(
            environ, "roster", "vouch", EMPTY_DESK, "71", "--operator", "alderwick", typed="y\n"
        )
        assert "sealed to this key" in second.output
        assert standing_of(world, EMPTY_DESK, ASHDOWN) is Standing.READER

    def test_operator_does_not_vouch_twice(
        self, environ: dict[str, str], world: World, fingerprint: str
    ) -> None:
        for _ in range(2):
            arguments = (EMPTY_DESK, "71", *OPERATOR, "--fingerprint", fingerprint)
            shown = run(environ, "roster", "vouch", *arguments)

        assert shown.exit_code == 1
        assert "it takes another person now" in shown.output
        assert standing_of(world, EMPTY_DESK, ASHDOWN) is Standing.WAITING

    @pytest.mark.parametrize("named", [(), ("--operator", "Somebody")])
    def test_operator_says_who_speaks(
        self, environ: dict[str, str], fingerprint: str, named: tuple[str, ...]
    ) -> None:
        arguments = (EMPTY_DESK, "71", *named, "--fingerprint", fingerprint)
        shown = run(environ, "roster", "vouch", *arguments)

        assert shown.exit_code == 2
        assert "wants one of the operators (Pebbleworth, Alderwick)" in shown.output

    def test_operator_who_did_not_compare_vouches_for_nothing(
        self, environ: dict[str, str], world: World, fingerprint: str
    ) -> None:
        shown = run(environ, "roster", "vouch", EMPTY_DESK, "71", *OPERATOR, typed="n\n")

        assert shown.exit_code == 1
        assert fingerprint in shown.output
        with world.services.database.read() as session:
            member = world.domain.roster.member(session, EMPTY_DESK, ASHDOWN)
        assert member is not None
        assert member.word is None

    def test_fingerprint_of_another_key_is_refused(
        self, environ: dict[str, str], world: World, fingerprint: str
    ) -> None:
        other = wait(world, 72, "Birchwood")
        assert other != fingerprint

        arguments = (EMPTY_DESK, "71", *OPERATOR, "--fingerprint", other)
        shown = run(environ, "roster", "vouch", *arguments)

        assert shown.exit_code == 1
        assert "key is another one by now" in shown.output

    def test_nobody_vouches_for_a_person_without_a_key(
        self, environ: dict[str, str], world: World
    ) -> None:
        assert world.readers
        shown = run(environ, "roster", "vouch", EMPTY_DESK, "99", *OPERATOR)

        assert shown.exit_code == 1
        assert "has no key that you could vouch for" in shown.output

    def test_operator_does_not_vouch_where_two_readers_can(
        self, environ: dict[str, str], world: World
    ) -> None:
        """Who runs the server must not be able to add a reader of the own choice for ever."""
        world.add_reader("Marlowick", MARLOWICK, vouched=False)

        shown = run(environ, "roster", "vouch", DESK, str(MARLOWICK), *OPERATOR, typed="y\n")

        assert shown.exit_code == 1
        assert "they vouch for further keys themselves" in shown.output
        assert standing_of(world, DESK, MARLOWICK) is Standing.WAITING


def test_operator_confirms_what_a_reader_proposed(environ: dict[str, str], world: World) -> None:
    with world.services.database.write() as session:
        rowanbark, today = Voice(ROWANBARK, "Rowanbark"), utc_now().date()
        speak_for_removal(world.domain, session, DESK, rowanbark, FENNELWOOD, today)

    shown = run(environ, "roster", "remove", DESK, str(FENNELWOOD), *OPERATOR, typed="y\n")

    assert shown.exit_code == 0, shown.output
    assert "nothing is sealed to this key any more" in shown.output
    assert standing_of(world, DESK, FENNELWOOD) is Standing.WAITING


class TestCheck:
    """The pinned page of the central wiki, compared from the operator's terminal."""

    PAGE = "Project:Rosters"

    @pytest.fixture
    def environ(self, environ: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
        return environ | {
            "CS_OAUTH_WIKI": sandbox.wiki("sandboxwiki").index_url,
            "CS_ROSTER_PAGE": self.PAGE,
        }

    @pytest.fixture
    def line(self, world: World) -> str:
        with world.services.database.read() as session:
            readers = world.domain.roster.readers(session, DESK)
        return f"* {DESK}: {roster_fingerprint(readers)}"

    def write(self, sandbox: Sandbox, text: str, *, protected: bool = True) -> None:
        put_page(sandbox, self.PAGE, text, protected=protected)

    def test_lines_for_the_page_are_printed_and_fit(
        self, environ: dict[str, str], sandbox: Sandbox, line: str
    ) -> None:
        self.write(sandbox, f"Who reads what.\n\n{line}\n")

        shown = run(environ, "roster", "check")

        assert (shown.exit_code, shown.output) == (0, f"{line}\n")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "oversight: the page has no line"),
            ("* oversight: " + " ".join(["0123"] * 8), "oversight: the page says 0123"),
            ("{line}\n* oversight: " + " ".join(["0123"] * 8), "oversight: the page has several"),
            ("{line}\nstewards: " + " ".join(["0123"] * 8), "nobody reads at the desk"),
        ],
    )
    def test_difference_is_named(
        self, environ: dict[str, str], sandbox: Sandbox, line: str, text: str, said: str
    ) -> None:
        self.write(sandbox, text.replace("{line}", line))

        shown = run(environ, "roster", "check")

        assert shown.exit_code == 1
        assert said in shown.output
        assert line in shown.output

    def test_page_that_anybody_can_edit_is_named(
        self, environ: dict[str, str], sandbox: Sandbox, line: str
    ) -> None:
        self.write(sandbox, line, protected=False)

        shown = run(environ, "roster", "check")

        assert shown.exit_code == 1
        assert "not protected" in shown.output

    def test_page_that_is_not_there_is_named(self, environ: dict[str, str], world: World) -> None:
        assert world.readers
        shown = run(environ, "roster", "check")

        assert shown.exit_code == 1
        assert "does not exist" in shown.output

    @pytest.mark.parametrize("kind", ["503", "html", "malformed", "redirect", "slow"])
    def test_wiki_that_does_not_answer_is_no_fit(
        self, environ: dict[str, str], sandbox: Sandbox, line: str, kind: str
    ) -> None:
        self.write(sandbox, line)
        sandbox.fail(kind, seconds=600.0)

        shown = run(environ, "roster", "check", "--timeout", "0.5")

        sandbox.recover()
        assert shown.exit_code == 1
        assert "The wiki could not be asked" in shown.output

    def test_without_a_page_there_is_nothing_to_compare_with(
        self, environ: dict[str, str], line: str
    ) -> None:
        del environ["CS_ROSTER_PAGE"]

        shown = run(environ, "roster", "check")

        assert shown.exit_code == 1
        assert line in shown.output
        assert "CS_ROSTER_PAGE names no page" in shown.output
