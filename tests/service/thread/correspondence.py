# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages and additions as a browser would have sealed them."""

from __future__ import annotations

from service.ids import new_id, to_text
from service.reports.record import Report
from service.reports.store import seal_part
from service.sealing import age
from service.sealing.parts import PartContext, frame
from service.thread.adding import Addition, SealedWords
from service.thread.answering import MESSAGE_SIZE, Message, Writing
from service.thread.story import Event
from tests.service.world import World


def report_of(world: World, report_id: bytes) -> Report:
    with world.services.database.read() as session:
        report = world.domain.reports.get(session, report_id)
    assert report is not None
    return report


def events_of(world: World, report_id: bytes) -> tuple[Event, ...]:
    report = report_of(world, report_id)
    with world.services.database.read() as session:
        return world.domain.story.of(session, report)


def sealed_words(report: Report, words: str, number: int) -> SealedWords:
    name = f"added-{number}"
    return SealedWords(number, seal_part(report.recipient, report.id, name, words.encode()))


def sealed_message(report: Report, text: str, number: int, size: int = MESSAGE_SIZE) -> bytes:
    body = f'{{"kind":"answer","day":"2026-05-03"}}\n{text}'.encode()
    context = PartContext(to_text(report.id), f"message-{number}")
    return age.seal(frame(context, body, size), [report.recipient])


def add(
    world: World,
    report_id: bytes,
    words: str = "And then she wrote again.",
    links: tuple[str, ...] = (),
    *,
    form: bytes | None = None,
    number: int | None = None,
) -> None:
    """Add to a report as its reporter's browser does."""
    report = report_of(world, report_id)
    sealed = sealed_words(report, words, report.meta.added if number is None else number)
    addition = Addition(form or new_id(), sealed, links)
    with world.services.database.write() as session:
        world.domain.adding.add(session, report_id, addition, world.services.clock())


def write(
    world: World,
    case: bytes,
    report_id: bytes,
    text: str = "We have read it.",
    *,
    reader: str = "Rowanbark",
    writing: Writing = Writing.ANSWER,
    form: bytes | None = None,
    number: int | None = None,
    file: bytes | None = None,
) -> bool:
    """Write to a reporter as a functionary's browser does."""
    report = report_of(world, report_id)
    number = report.meta.messages if number is None else number
    sealed = sealed_message(report, text, number) if file is None else file
    message = Message(form or new_id(), writing, number, sealed)
    with world.services.database.write() as session:
        return world.domain.answering.write(
            session,
            world.desk,
            world.as_reader(reader),
            case,
            report_id,
            message,
            world.services.today(),
        )
