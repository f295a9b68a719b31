# SPDX-License-Identifier: AGPL-3.0-or-later
"""One functionary asks for everything that the application has, as its map of addresses lists it.

Nothing is walked because somebody thought of it: every route that a functionary may see is built
from ``app.url_map``. What cannot be built (an argument without values, a POST without a body)
fails.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service.web.access import Access, access_of
from tests.service.visiting import JSON, Visitor

FUNCTIONARYS: Final = {Access.READER, Access.COORDINATOR}
SEEN: Final = FUNCTIONARYS | {Access.SIGNED_IN}
NOT_WALKED: Final = {"signin.sign_out": "it would end the walk"}

PERSON: Final[tuple[str, Mapping[str, str]]] = ("person", {})
SCRIPT: Final[tuple[str, Mapping[str, str]]] = ("script", JSON)

_RANDOM: Final = (
    (rb'(name="csrf_token" value|name="csrf-token" content)="[^"]+"', b"TOKEN"),
    (rb'"csrf":"[^"]+"', b"TOKEN"),
    (rb'data-person="[^"]+"', b"SESSION"),
    (rb'"form_id":"[^"]+"', b"FORM"),
    (rb'(data-form-id|data-report|name="form_id" value)="[^"]+"', b"FORM"),
    (rb"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b", b"CODE"),
    # The record's head of a day: a new one every day, whatever was done.
    (rb'"digest":"[0-9a-f]{64}"', b"DIGEST"),
    (rb'"challenge":"[^"]+"', b"CHALLENGE"),
    # The key pair of a report is made where it is filed: in each world its own.
    (rb"age1pq1[a-z0-9]{1952}", b"RECIPIENT"),
    (rb'"id":"[^"]+","kind":"', b"WRAP"),
    (rb"/key/wraps/[A-Za-z0-9_-]{22}", b"WRAP"),
    # Questions that a reader asked have random ids.
    (rb'"request":"[^"]+"', b"QUESTION"),
)


@dataclass(frozen=True)
class Body:
    """What is posted: a form, or JSON as a script sends it."""

    form: Mapping[str, str] | None = None
    json: Any = None


@dataclass(frozen=True)
class Questions:
    """What to ask with: values of the arguments in addresses by what they mean, queries and bodies
    by endpoint.
    """

    arguments: Mapping[str, Mapping[str, str]]
    queries: Mapping[str, tuple[str, ...]]
    bodies: Mapping[str, tuple[Body, ...]]


@dataclass
class Walk:
    """Answers by what was asked, made comparable."""

    app: Flask
    visitor: Visitor
    questions: Questions
    found: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, set[int]] = field(default_factory=dict)

    def answers(self) -> dict[str, bytes]:
        """Look at everything, do everything, look again."""
        self._look("before", (PERSON,))
        for rule in walked(self.app, "POST"):
            for address in self._addresses(rule):
                for number, body in enumerate(self._bodies(rule)):
                    self._note(rule, f"POST {address} {number}", self._post(address, body))
        self._look("afterwards", (PERSON, SCRIPT))
        return self.found

    def _look(self, when: str, visitors: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        for rule in walked(self.app, "GET"):
            queries = ("", *self.questions.queries.get(rule.endpoint, ()))
            for address, query in product(self._addresses(rule), queries):
                for who, headers in visitors:
                    asked = f"{when}: GET {address}{query} by a {who}"
                    answer = self.visitor.get(address + query, **headers)
                    etag = answer.headers.get("ETag")
                    self._note(rule, asked, answer)
                    if etag is not None:
                        again = self.visitor.get(
                            address + query, **headers, **{"If-None-Match": etag}
                        )
                        self._note(rule, f"{asked}, again", again)

    def _addresses(self, rule: Rule) -> Iterator[str]:
        names = sorted(rule.arguments)
        missing = [name for name in names if name not in self.questions.arguments]
        assert missing == [], f"{rule}: the walk has no values for {missing}"
        adapter = self.app.url_map.bind("localhost")
        for chosen in product(*(self.questions.arguments[name].values() for name in names)):
            yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)))

    def _bodies(self, rule: Rule) -> tuple[Body, ...]:
        bodies = self.questions.bodies.get(rule.endpoint)
        if bodies is None and access_of(self.app.view_functions[rule.endpoint]) in FUNCTIONARYS:
            raise AssertionError(f"{rule}: the walk has nothing to post")
        return bodies or (Body(json={}), Body(form={}))

    def _post(self, address: str, body: Body) -> TestResponse:
        if body.form is not None:
            return self.visitor.post(address, **body.form)
        return self.visitor.send(address, body.json)

    def _note(self, rule: Rule, asked: str, answer: TestResponse) -> None:
        self.statuses.setdefault(rule.endpoint, set()).add(answer.status_code)
        self.found[asked] = comparable(answer)


def walked(app: Flask, method: str) -> list[Rule]:
    """The rules that a functionary may ask with ``method``, in an order of their own."""
    return sorted(
        (
            rule
            for rule in app.url_map.iter_rules()
            if method in (rule.methods or ())
            and access_of(app.view_functions[rule.endpoint]) in SEEN
            and rule.endpoint not in NOT_WALKED
        ),
        key=str,
    )


def comparable(answer: TestResponse) -> bytes:
    """Status, headers and body, without what is random in every world."""
    request_id = answer.headers.pop("X-Request-Id").encode()
    # Tokens differ in length; the body is compared whole.
    answer.headers.pop("Content-Length", None)
    answer.headers.pop("Date", None)  # this machine's clock, not the service's
    if answer.status_code == 304 or b'"asked":' in answer.get_data():
        answer.headers.pop("ETag", None)  # as it was given; or made of random ids
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers))
    body = answer.get_data()
    if answer.mimetype == "application/octet-stream":
        body = b"%d sealed" % len(body)
    if answer.mimetype == "application/zip":
        body = unpacked(body)
    text = f"{answer.status}\n{headers}\n".encode() + body
    text = text.replace(request_id, b"REQUEST")
    # First what is long and random: by chance it holds what looks like a code.
    sealed = re.compile(rb'"(?:sealed|box|question)":"([A-Za-z0-9_-]+)"')
    text = sealed.sub(lambda found: b"%d sealed" % len(found[1]), text)
    for pattern, word in _RANDOM:
        text = re.sub(pattern, word, text)
    return text


def unpacked(archive: bytes) -> bytes:
    """An export: which files it has, how large, and what is not sealed in it."""
    lines: list[bytes] = []
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for one in opened.infolist():
            lines.append(f"{one.filename} {one.file_size} {one.date_time}".encode())
            if not one.filename.endswith(".age"):
                lines.append(re.sub(rb'"sha256":"[0-9a-f]{64}"', b"HASH", opened.read(one)))
    return b"\n".join(lines)
