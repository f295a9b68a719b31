// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What can go wrong with sealing and opening, by name. The names cross the Worker boundary and name
 * messages.
 */

export const FAILURES = [
	"invalid-recipient", // not a recipient at all
	"classic-recipient", // age1…, without the post-quantum half: refused
	"invalid-identity",
	"not-for-this-key", // the file is whole, but none of its stanzas opens with this key
	"wrong-secret", // passphrase or recovery code does not open this wrap
	"too-slow-wrap", // a wrap that asks for more scrypt work than we ever write
	"wrong-context", // the part of another report, or another part of this one
	"wrong-key", // a box or a wrap that holds another key than the one it should
	"damaged",
	"unreadable-file", // gone, or changed, since a person chose it
	"worker-lost",
] as const;

export type Failure = (typeof FAILURES)[number];

export class SealingError extends Error {
	override readonly name = "SealingError";

	constructor(
		readonly failure: Failure,
		options?: ErrorOptions,
	) {
		super(failure, options);
	}
}

export function isFailure(name: unknown): name is Failure {
	return FAILURES.includes(name as Failure);
}
