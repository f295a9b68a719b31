// SPDX-License-Identifier: AGPL-3.0-or-later
/** A new key, from its making to the moment when the server has it: the first one, or another. */

import { newRecoveryCode } from "../codes.ts";
import { fill } from "../dom.ts";
import { msg } from "../messages.ts";
import type { KeyPair } from "../sealing/age.ts";
import { loadWords, newPassphrase } from "../words.ts";
import { makeKey, type Registered, type Secret, type Wrap, wrapKey } from "./personal.ts";
import { SHEET_MESSAGES, untilKept } from "./secret-sheet.ts";

export const NEW_KEY_MESSAGES = [
	...SHEET_MESSAGES,
	"keys-making",
	"keys-keep-passphrase",
	"keys-keep-code",
	"keys-registering",
] as const;

/** Where a new key is made, and for whom. */
export interface Making {
	/** Takes the sheet with what is to be kept. */
	readonly mount: HTMLElement;
	readonly status: HTMLElement;
	/** The account's name, for the printed sheet. */
	readonly owner: string;
	/** Functionaries unlock daily: they get a passphrase besides the recovery code. */
	readonly functionary: boolean;
}

/** A passphrase that nobody had before. Throws NoWordList. */
export async function newSecret(kind: Secret["kind"]): Promise<Secret> {
	const text = kind === "recovery" ? newRecoveryCode() : newPassphrase(await loadWords());
	return { kind, text };
}

/** `send` gives the key and its wraps to the server. Throws what that throws, and NoWordList. */
export async function makeAndSend(
	{ mount, status, owner, functionary }: Making,
	send: (key: KeyPair, wraps: readonly Wrap[]) => Promise<Registered>,
): Promise<{ key: KeyPair; fingerprint: string }> {
	fill(status, msg("keys-making"));
	const secrets = [await newSecret("recovery")];
	if (functionary) {
		secrets.unshift(await newSecret("passphrase"));
	}
	const key = await makeKey();
	fill(status, msg(functionary ? "keys-keep-passphrase" : "keys-keep-code"));
	await untilKept(mount, secrets, owner);
	fill(status, msg("keys-registering"));
	const wraps = [];
	for (const secret of secrets) {
		wraps.push(await wrapKey(key, secret));
	}
	const { fingerprint } = await send(key, wraps);
	return { key, fingerprint };
}
