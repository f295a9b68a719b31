# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who the bot is on a wiki. Secrets stay out of every repr."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class OAuth:
    """An owner-only OAuth 1.0a consumer."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_key: str = field(repr=False)
    access_secret: str = field(repr=False)


@dataclass(frozen=True)
class BotPassword:
    """A bot password; `login` is `Name@suffix`. For tests and for wikis without OAuth."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class BotAccess:
    """The bot's account name, and how it signs in; without credentials it reads logged out."""

    name: str
    credentials: OAuth | BotPassword | None = None

    def to_wire(self) -> dict[str, object]:
        """The form in which the child process receives it, on its standard input only."""
        kind = {OAuth: "oauth", BotPassword: "password"}.get(type(self.credentials))
        secrets = asdict(self.credentials) if self.credentials else {}
        return {"name": self.name, "kind": kind, "secrets": secrets}

    @classmethod
    def from_wire(cls, wire: Mapping[str, object]) -> "BotAccess":
        """Inverse of `to_wire`."""
        secrets = wire["secrets"]
        assert isinstance(secrets, dict)  # noqa: S101 - both ends of the pipe are ours
        name = str(wire["name"])
        match wire["kind"]:
            case "oauth":
                return cls(name, OAuth(**secrets))
            case "password":
                return cls(name, BotPassword(**secrets))
            case _:
                return cls(name)
