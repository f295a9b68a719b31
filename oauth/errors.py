# SPDX-License-Identifier: AGPL-3.0-or-later

"""Every way in which a sign-in, or the look-up of an account, can end without a person.

An error is made of two closed enums and nothing else, so there is no place in it where a token, a
name or a wiki's text could travel: ``str(error)`` and ``repr(error)`` are safe to log.
"""

from enum import Enum
from typing import ClassVar


class Step(Enum):
    """The exchange that failed."""

    INITIATE = "initiate"
    CALLBACK = "callback"
    COMPLETE = "complete"
    IDENTIFY = "identify"
    ACCOUNT = "globaluserinfo"


class Detail(Enum):
    """What an operator wants to know; the person reads the message of the error's class."""

    # No usable answer
    NO_CONNECTION = "no connection, or it broke off"
    TIMED_OUT = "no complete answer in time"
    RATE_LIMITED = "the wiki limits our requests"
    REDIRECTED = "the wiki sent us elsewhere"
    HTTP_STATUS = "an HTTP status other than 200"
    TOO_LARGE = "an answer larger than any real one"
    UNREADABLE = "an answer that is not in the format of this step"
    API_ERROR = "the API answered with an error"
    WRONG_ACCOUNT = "the answer is about another account than asked"
    # Refusals
    BAD_SIGNATURE = (
        "signature not accepted: wrong consumer secret, or a wiki address it was not made for"
    )
    UNKNOWN_CONSUMER = "consumer key unknown"
    CONSUMER_UNUSABLE = "consumer disabled, not approved or owner-only"
    CALLBACK_NOT_REGISTERED = "callback address not the registered one"
    NO_GRANT = "grant revoked or not there"
    UNKNOWN_REFUSAL = "refused for a reason that is not in our list"
    # Request tokens and callbacks
    EXPIRED = "request token expired"
    USED_BEFORE = "request token already used"
    NONCE_USED = "request already seen by the wiki"
    MALFORMED = "parameters missing, repeated or empty"
    FOREIGN = "not the request token of this session"
    NEVER_ACCEPTED = "nobody accepted this request token"
    BAD_VERIFIER = "verifier not accepted"
    # Clocks
    TIMESTAMP = "our clock and the wiki's differ by more than 300 s"
    CLAIM_TIMES = "the identity is not valid at the time of our clock"
    # Accounts
    NO_NAME = "identity without a user name"
    NOT_SHOWN = "the wiki does not show this account"
    HIDDEN = "account hidden"
    LOCKED = "account locked"
    NOT_ON_THIS_WIKI = "no account on the wiki that was asked"
    # Identities
    NOT_VERIFIED = "identity not verifiable"
    BAD_CLAIMS = "identity with claims missing or of another type"
    WRONG_ISSUER = "identity issued by another wiki"
    NO_CENTRAL_ID = "identity without a central id"
    TEMPORARY = "temporary account"


class SignInError(Exception):
    """A sign-in that ended without a person, or an account that could not be asked about.

    ``message_key`` names the i18n message of the calm page that the person sees.
    """

    message_key: ClassVar[str]

    def __init__(self, step: Step, detail: Detail) -> None:
        super().__init__(step, detail)
        self.step = step
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.step.value}: {self.detail.value}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.step}, {self.detail})"


class NotARequestToken(ValueError):
    """What was read back is not what ``RequestToken.to_json`` wrote."""


class WikiUnreachable(SignInError):
    """No answer, not in time, or none that this step of the protocol knows. Try again later."""

    message_key = "signin-error-wiki-unreachable"


class WikiRefused(SignInError):
    """The wiki understood and said no. The operator has to look; starting again may not help."""

    message_key = "signin-error-wiki-refused"


class RequestExpired(SignInError):
    """The request token was used or is older than 600 s. Start again."""

    message_key = "signin-error-request-expired"


class ForgedCallback(SignInError):
    """The callback does not belong to the session that began, or nobody accepted on the wiki."""

    message_key = "signin-error-forged-callback"


class ClockSkew(SignInError):
    """Our clock or the wiki's is wrong. Only the operator can help."""

    message_key = "signin-error-clock-skew"


class HiddenAccount(SignInError):
    """The account's name is hidden on the wiki: it may not sign in."""

    message_key = "signin-error-hidden-account"


class LockedAccount(SignInError):
    """The account is locked globally: it may not sign in."""

    message_key = "signin-error-locked-account"


class TemporaryAccount(SignInError):
    """A temporary account: it is gone with the browser's cookie, and who has it cannot be known."""

    message_key = "signin-error-temporary-account"


class NoLocalAccount(SignInError):
    """The account has never been to the wiki that was asked; visiting it once creates it."""

    message_key = "signin-error-no-local-account"


class IdentityInvalid(SignInError):
    """What the wiki said about the person cannot be verified or does not make sense."""

    message_key = "signin-error-identity-invalid"
