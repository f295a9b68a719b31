// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The reader's key from the files in which the page of the key saves it: plain, locked with a passphrase or a recovery
 * code, and the one with earlier keys, which the present one opens.
 */

import { fromUtf8 } from "../bytes.ts";
import { NotARecoveryCode, readRecoveryCode } from "../codes.ts";
import * as age from "../sealing/age.ts";
import { SealingError } from "../sealing/failure.ts";
import { readPassphrase } from "../words.ts";

const LARGEST = 64 * 1024;
const IDENTITY = /^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/;
const LOCKED = "age-encryption.org/v1\n-> scrypt ";
const SEALED = "age-encryption.org/v1\n-> mlkem768x25519 ";
const SIX_WORDS = /^\s*([a-z]+\s+){5}[a-z]+\s*$/i;

/** Why no key came out of the files; names a message, offline-error-key-… */
export type KeyProblem = "none" | "not" | "secret" | "wrong";

export class NoKey extends Error {
	override readonly name = "NoKey";

	constructor(readonly problem: KeyProblem) {
		super(problem);
	}
}

/** Identities, one a line. Throws NoKey, SealingError "too-slow-wrap". */
export async function readKeys(files: readonly Blob[], secret: string): Promise<string> {
	const identities: string[] = [];
	const sealed: Uint8Array[] = [];
	for (const file of files) {
		const bytes = new Uint8Array(await file.slice(0, LARGEST).arrayBuffer());
		const start = String.fromCharCode(...bytes.subarray(0, 64));
		if (start.startsWith(LOCKED)) {
			identities.push(await unlocked(bytes, secret));
		} else if (start.startsWith(SEALED)) {
			sealed.push(bytes);
		} else {
			identities.push(...identitiesIn(bytes));
		}
	}
	if (identities.length === 0) {
		throw new NoKey(files.length === 0 ? "none" : "not");
	}
	for (const bytes of sealed) {
		try {
			identities.push(...identitiesIn(await age.open(bytes, identities.join("\n"))));
		} catch (error) {
			throw error instanceof SealingError ? new NoKey("wrong") : error;
		}
	}
	return [...new Set(identities)].join("\n");
}

async function unlocked(wrapped: Uint8Array, typed: string): Promise<string> {
	if (typed.trim() === "") {
		throw new NoKey("secret");
	}
	try {
		return (await age.unwrap(wrapped, secretIn(typed))).identity;
	} catch (error) {
		const wrong = error instanceof SealingError && error.failure === "wrong-secret";
		throw wrong ? new NoKey("wrong") : error;
	}
}

/** As it was shown; what looks like neither is tried as it reads. */
function secretIn(typed: string): string {
	if (!SIX_WORDS.test(typed)) {
		try {
			return readRecoveryCode(typed);
		} catch (error) {
			if (!(error instanceof NotARecoveryCode)) {
				throw error;
			}
		}
	}
	return readPassphrase(typed);
}

/** Lines of an identity file; comments are left out. Throws NoKey. */
function identitiesIn(bytes: Uint8Array): string[] {
	let text: string;
	try {
		text = fromUtf8(bytes);
	} catch {
		throw new NoKey("not");
	}
	const found = text.split(/\r?\n/).filter((line) => IDENTITY.test(line));
	if (found.length === 0) {
		throw new NoKey("not");
	}
	return found;
}
