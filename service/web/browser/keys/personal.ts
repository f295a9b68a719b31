// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A person's own key: made here, stored on the server only wrapped, opened again with what the
 * person kept.
 *
 * Every wrap is a stock age file with one scrypt stanza around the identity, so `age -d` opens it
 * with the passphrase or the code as printed. A passphrase is stretched (2^17, about a second in a
 * Worker). A recovery code holds 125 random bits: stretching would add nothing but the wait and 128
 * MB on a phone, so its work factor is small.
 */

import { fromBase64Url, toBase64Url } from "../bytes.ts";
import { readRecoveryCode } from "../codes.ts";
import { getJson, postJson, Refused } from "../http.ts";
import { type KeyPair, PASSPHRASE_WORK } from "../sealing/age.ts";
import { run } from "../sealing/client.ts";
import { SealingError } from "../sealing/failure.ts";
import { readPassphrase } from "../words.ts";

/** log2 N where the secret is random bits enough by itself: 4 MB and a few milliseconds. */
const CODE_WORK = 12;

export type WrapKind = "passphrase" | "recovery";

/** What a person keeps. `text` may be as typed. */
export interface Secret {
	readonly kind: WrapKind;
	readonly text: string;
}

/** As in JSON: `sealed` is base64url. */
export interface Wrap {
	readonly kind: WrapKind;
	readonly sealed: string;
}

export interface WrappedKey {
	readonly recipient: string;
	readonly wraps: readonly Wrap[];
}

interface Challenge {
	/** Opaque to us; goes back with the nonce. */
	readonly challenge: string;
	/** The nonce, an age file to the recipient in question; base64url. */
	readonly sealed: string;
}

export interface Registered {
	readonly fingerprint: string;
}

/** Thrown when a key has no wrap of the kind that was asked for. */
export class NoSuchWrap extends Error {
	override readonly name = "NoSuchWrap";
}

export function makeKey(): Promise<KeyPair> {
	return run("newKeyPair", undefined as never);
}

/** Throws NotARecoveryCode for a mistyped code. */
export async function wrapKey(key: KeyPair, secret: Secret): Promise<Wrap> {
	const work = secret.kind === "passphrase" ? PASSPHRASE_WORK : CODE_WORK;
	const input = { identity: key.identity, secret: canonical(secret), work };
	return { kind: secret.kind, sealed: toBase64Url(await run("wrap", input)) };
}

/**
 * Opens the key with what a person typed. Throws NotARecoveryCode, NoSuchWrap, SealingError
 * "wrong-secret", and "wrong-key" when the wrap holds a key other than the registered one.
 */
export async function unwrapKey(wrapped: WrappedKey, secret: Secret): Promise<KeyPair> {
	const text = canonical(secret);
	const wraps = wrapped.wraps.filter((wrap) => wrap.kind === secret.kind);
	let refused: unknown = new NoSuchWrap(secret.kind);
	for (const wrap of wraps) {
		try {
			const input = { wrapped: fromBase64Url(wrap.sealed), secret: text };
			return sameKey(await run("unwrap", input), wrapped.recipient);
		} catch (error) {
			if (!(error instanceof SealingError && error.failure === "wrong-secret")) {
				throw error;
			}
			refused = error;
		}
	}
	throw refused;
}

/** Registers a new key, proving that it can be opened. Throws Refused, Unreachable. */
export async function register(key: KeyPair, wraps: readonly Wrap[]): Promise<Registered> {
	const proof = await prove(key);
	return postJson<Registered>("/key", { recipient: key.recipient, ...proof, wraps });
}

/** Puts other wraps in place of those of a registered key. Throws Refused, Unreachable. */
export async function replaceWraps(key: KeyPair, wraps: readonly Wrap[]): Promise<void> {
	await postJson("/key/wraps", { ...(await prove(key)), wraps });
}

/** The signed-in person's wrapped key, or null when there is none. Throws Refused, Unreachable. */
export async function fetchWraps(): Promise<WrappedKey | null> {
	try {
		return await getJson<WrappedKey>("/key/wraps");
	} catch (error) {
		if (error instanceof Refused && error.status === 404) {
			return null;
		}
		throw error;
	}
}

/** The server seals a nonce to the key, and only whoever has the identity can say what it is. */
async function prove(key: KeyPair): Promise<{ challenge: string; nonce: string }> {
	const { challenge, sealed } = await postJson<Challenge>("/key/challenge", {
		recipient: key.recipient,
	});
	const input = { sealed: fromBase64Url(sealed), identity: key.identity };
	return { challenge, nonce: toBase64Url(await run("open", input)) };
}

function canonical(secret: Secret): string {
	const read = secret.kind === "passphrase" ? readPassphrase : readRecoveryCode;
	return read(secret.text);
}

function sameKey(key: KeyPair, recipient: string): KeyPair {
	if (key.recipient !== recipient) {
		throw new SealingError("wrong-key");
	}
	return key;
}
