# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the wikis answer about a report, and the sealed part ``finding-N`` that keeps it.

A finding is never answered from another report's: speed would tell that there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onwiki.errors import WikiUnavailable
from onwiki.evidence import Finding, NotAsked, check, fixed, to_json
from onwiki.links import Reference, Rejection, Relative, address, parse_notation, render
from onwiki.wikis import Wiki, WikiList
from service.reports.questions import Question, marked_json
from service.reports.record import Link, LinkState, Meta
from service.vault import Vault
from service.worker.context import Context


@dataclass(frozen=True)
class Answer:
    """A finding, and the question that it answers."""

    question: Question
    finding: Finding


@dataclass(frozen=True)
class Asked:
    """What came of asking one wiki: answers, and how long it wants to be left alone, if it said."""

    answers: tuple[Answer, ...]
    retry_after_s: float | None

    @property
    def positions(self) -> frozenset[int]:
        """Of the links that were answered."""
        return frozenset(one.question.position for one in self.answers)


def ask_wiki(context: Context, wiki: Wiki, questions: Sequence[Question]) -> Asked:
    """Ask ``wiki`` once about all of them. A wiki that does not answer gives no answers."""
    asked = {one: one.reference for one in questions}
    references = [one for one in dict.fromkeys(asked.values()) if not isinstance(one, Rejection)]
    try:
        checked = check(
            wiki, references, context.access, context.clock(), timeout_s=context.wiki_timeout_s
        )
    except WikiUnavailable as unavailable:
        return Asked((), unavailable.retry_after_s)
    answers: list[Answer] = []
    for question, reference in asked.items():
        finding = None if isinstance(reference, Rejection) else checked.findings.get(reference)
        if not isinstance(finding, NotAsked | None):
            answers.append(Answer(question, _as_cited(question, finding)))
    return Asked(tuple(answers), checked.retry_after_s)


def body_of(
    vault: Vault, wikis: WikiList, report_id: bytes, answers: Iterable[Answer]
) -> dict[str, Any]:
    """What is sealed: each finding once; what each short link leads to; and under ``again``, for
    links that move or are short, the question that names what they meant, and its address.
    """
    findings: dict[str, Any] = {}
    short_links: dict[str, str] = {}
    again: list[dict[str, Any]] = []
    for answer in answers:
        position, cited = answer.question.position, answer.question.cited
        reference = render(answer.finding.reference)
        findings[reference] = to_json(answer.finding)
        if reference != cited:
            short_links[cited] = reference
        meant = fixed(answer.finding)
        if render(meant) != cited:
            question = Question(position, cited, render(meant))
            marked = marked_json(vault, report_id, question)
            again.append({**marked, "address": address(meant, wikis)})
    return {"findings": list(findings.values()), "short_links": short_links, "again": again}


def with_states(meta: Meta, positions: Collection[int], state: LinkState) -> Meta:
    """``meta`` with the links at these positions in that state."""
    links = tuple(
        Link(link.wiki, state) if position in positions else link
        for position, link in enumerate(meta.links)
    )
    return replace(meta, links=links)


def _as_cited(question: Question, finding: Finding) -> Finding:
    """What a moving link was pinned to stands under that link, and says so."""
    cited: Reference | Rejection = parse_notation(question.cited)
    return replace(finding, reference=cited) if isinstance(cited, Relative) else finding
