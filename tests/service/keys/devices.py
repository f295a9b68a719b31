# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chromium's virtual authenticators: a device with passkeys, with or without PRF."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Page


class Device:
    """A built-in authenticator of the page's machine, which always says yes."""

    def __init__(self, page: Page, *, prf: bool = True) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
            "hasPrf": prf,
        }
        added = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id: str = added["authenticatorId"]

    def names(self) -> list[str]:
        """What the device shows of its passkeys."""
        found = self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return [str(one.get("userName", "")) for one in found["credentials"]]

    def refuse(self) -> None:
        """From now on nobody proves to be the owner."""
        self._cdp.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": False}
        )

    def forget(self) -> None:
        self._cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})
