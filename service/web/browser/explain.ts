// SPDX-License-Identifier: AGPL-3.0-or-later
/** What to tell a person about an error: which message, chosen by what happened. */

import { NotARecoveryCode } from "./codes.ts";
import { Refused, Unreachable } from "./http.ts";
import { PasskeyProblem } from "./keys/passkey.ts";
import { msg } from "./messages.ts";
import { SealingError } from "./sealing/failure.ts";
import { NoWordList } from "./words.ts";

/**
 * Whoever shows these lists them in the page's messages, with `keys-code-…` where codes are typed.
 */
export const ERROR_MESSAGES = [
	"web-error-unreachable",
	"web-error-refused",
	"keys-error-wrong-secret",
	"keys-error-cannot-open",
	"keys-error-worker-lost",
	"keys-passkey-stopped",
	"keys-passkey-unsupported",
	"keys-code-wrong-length",
	"keys-code-wrong-symbol",
	"keys-code-wrong-check",
] as const;

/**
 * The text for an error that can happen to a person; undefined for one that only a fault of ours
 * can cause.
 */
export function explain(error: unknown): string | undefined {
	if (error instanceof Refused) {
		return error.errors[0]?.message ?? msg("web-error-refused");
	}
	if (error instanceof Unreachable || error instanceof NoWordList) {
		return msg("web-error-unreachable");
	}
	if (error instanceof NotARecoveryCode) {
		return msg(`keys-code-${error.problem}`);
	}
	if (error instanceof PasskeyProblem) {
		return msg(`keys-passkey-${error.problem}`);
	}
	if (error instanceof SealingError) {
		return msg(sealingMessage(error));
	}
	return undefined;
}

function sealingMessage({ failure }: SealingError): string {
	switch (failure) {
		case "wrong-secret":
			return "keys-error-wrong-secret";
		case "worker-lost":
			return "keys-error-worker-lost";
		default:
			return "keys-error-cannot-open";
	}
}

/**
 * As explain; a fault of ours is thrown on, to be seen in the console, after the person was told
 * something.
 */
export function tell(error: unknown, show: (text: string) => void): void {
	const text = explain(error);
	show(text ?? msg("web-error-refused"));
	if (text === undefined) {
		throw error;
	}
}
