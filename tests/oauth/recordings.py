# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the real extension answered: tests/data/wiki, read."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import jwt

DATA = Path(__file__).parents[1] / "data" / "wiki"


@dataclass(frozen=True)
class Recorded:
    """One exchange of a transcript; ``label`` is what the transcript calls it."""

    label: str
    path: str
    status: int
    body: str


def recordings(name: str) -> list[Recorded]:
    """The exchanges of the transcript with number ``name``, in order."""
    (path,) = (DATA / "oauth").glob(f"{name}-*.txt")
    text = path.read_text(encoding="utf-8")
    found = []
    for part in re.split(r"(?m)^----- \d+\. REQUEST -----\n", text)[1:]:
        request, *responses = re.split(r"(?m)^----- \d+\. RESPONSE -----\n", part)
        if not responses:  # the wiki hung up
            continue
        (response,) = responses
        head, _, rest = response.partition("\n\n")
        body, _, outcome = rest.partition("\n\n=== ")
        label = outcome.splitlines()[0].partition(" -> ")[0] if outcome else ""
        found.append(
            Recorded(label, request.split()[1], int(head.split()[1]), body.removesuffix("\n"))
        )
    return found


def recorded(name: str, label: str) -> Recorded:
    """The one exchange of a transcript with that label."""
    (found,) = [exchange for exchange in recordings(name) if exchange.label == label]
    return found


def recorded_claims(name: str) -> list[dict[str, object]]:
    """The claims of every JWT in a transcript, in order (its consumer's secret is not ours)."""
    return [
        jwt.decode(exchange.body, options={"verify_signature": False})
        for exchange in recordings(name)
        if exchange.body.startswith("eyJ")
    ]


def recorded_response(name: str) -> str:
    """The body of an API answer in tests/data/wiki/responses."""
    text = (DATA / "responses" / name).read_text(encoding="utf-8")
    return json.dumps(json.loads(text)["response"])
