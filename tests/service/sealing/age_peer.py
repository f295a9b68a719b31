# SPDX-License-Identifier: AGPL-3.0-or-later
"""The other implementation: typage (npm age-encryption), in a node process behind a pipe."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Refused(Exception):
    """typage threw; ``str`` is its message."""


class AgePeer:
    """Seals and opens as a browser of ours does. Use as a context manager."""

    def __enter__(self) -> Self:
        node = shutil.which("node")
        assert node is not None, "the tests need node"
        self._process = subprocess.Popen(
            [node, str(Path(__file__).with_suffix(".mjs"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()  # ends the script's loop
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def seal(self, plaintext: bytes, recipients: Sequence[str]) -> bytes:
        return _bytes(self._ask("seal", plaintext=_text(plaintext), recipients=list(recipients)))

    def seal_with_passphrase(self, plaintext: bytes, passphrase: str, log_n: int) -> bytes:
        request = {"plaintext": _text(plaintext), "passphrase": passphrase, "logN": log_n}
        return _bytes(self._ask("seal", **request))

    def open(self, file: bytes, identity: str) -> bytes:
        return _bytes(self._ask("open", file=_text(file), identity=identity))

    def new_identity(self) -> tuple[str, str]:
        identity, recipient = self._ask("identity")
        return identity, recipient

    def recipient(self, identity: str) -> str:
        return str(self._ask("recipient", identity=identity))

    def vectors(self) -> dict[str, bytes]:
        return {name: _bytes(file) for name, file in self._ask("vectors").items()}

    def _ask(self, act: str, **request: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"act": act, **request}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["answer"]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
