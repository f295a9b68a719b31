# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source of recorded answers: what MediaWiki 1.45 said, in the order of asking."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from onwiki.bot import ApiRefused
from onwiki.errors import WikiUnavailable
from onwiki.evidence.asking import Asker
from onwiki.wikis import Wiki

RECORDINGS = Path(__file__).parents[2] / "data" / "wiki" / "responses"
WIKI = Wiki(dbname="enwiki", host="127.0.0.1", scheme="http", port=28181)
GENERAL = {"wikiid": "enwiki", "servername": "127.0.0.1", "scriptpath": "/w"}

Answer = dict[str, Any] | WikiUnavailable | ApiRefused


@pytest.fixture
def recording() -> Callable[[int], dict[str, Any]]:
    """`recording(8)`: the response body of that recorded answer."""

    def read(number: int) -> dict[str, Any]:
        (path,) = RECORDINGS.glob(f"{number:03}-*.json")
        response = json.loads(path.read_text())["response"]
        assert isinstance(response, dict)
        return response

    return read


class Recorded:
    """Plays answers back and keeps what was asked."""

    def __init__(self, answers: list[Answer], limit: int) -> None:
        self.limit = limit
        self.asked: list[dict[str, str]] = []
        self._answers = list(answers)

    def ask(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        self.asked.append(dict(parameters))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        query = {"general": GENERAL} | answer.get("query", {})
        return answer | {"query": query}


@pytest.fixture
def asker_of() -> Callable[..., tuple[Asker, "Recorded"]]:
    """`asker_of(answer, …, limit=50)`: an asker, and the source to look at afterwards."""

    def build(*answers: Answer, limit: int = 50) -> tuple[Asker, Recorded]:
        source = Recorded(list(answers), limit)
        return Asker(source, WIKI), source

    return build
