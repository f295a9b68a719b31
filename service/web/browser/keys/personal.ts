// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A person's own key: made here, stored on the server only wrapped, opened again with what the
 * person kept.
 *
 * Every wrap is a stock age file around the identity. Those with one scrypt stanza open with
 * `age -d` and the passphrase or the code as printed. A passphrase is stretched (2^17, about a
 * second in a Worker). A recovery code holds 125 random bits: stretching would add nothing but the
 * wait and 128 MB on a phone, so its work factor is small. For passkeys see passkey.ts.
 *
 * Whoever changed keys has a keyring beside the wraps: an age identity file with the identities of
 * before, sealed to the present key. What opens a key here opens its keyring too: the `identity` of
 * an opened key has all of them, a line each, the present one first.
 */

import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../bytes.ts";
import { readRecoveryCode } from "../codes.ts";
import { getJson, postJson, Refused } from "../http.ts";
import { type KeyPair, PASSPHRASE_WORK } from "../sealing/age.ts";
import { run } from "../sealing/client.ts";
import { SealingError } from "../sealing/failure.ts";
import { readPassphrase } from "../words.ts";
import { unwrapWithPasskey, wrapForPasskey } from "./passkey.ts";

/** log2 N where the secret is random bits enough by itself: 4 MB and a few milliseconds. */
const CODE_WORK = 12;

const KEYRING_SIZE = 1024; // bytes inside, whatever it holds
const KEYRING_LINE = "# Community Support: earlier keys";
const NONCE_SIZE = 32;

/** What a person keeps. `text` may be as typed. */
export interface Secret {
	readonly kind: "passphrase" | "recovery";
	readonly text: string;
}

export type WrapKind = Secret["kind"] | "passkey";

/** As in JSON: `sealed` is base64url. `hint` says which passkey it is; others have none. */
export interface Wrap {
	readonly kind: WrapKind;
	readonly sealed: string;
	readonly hint: string;
}

/** `made`: "YYYY-MM-DD" */
export interface KeptWrap extends Wrap {
	readonly id: string;
	readonly made: string;
}

export interface WrappedKey {
	readonly recipient: string;
	readonly wraps: readonly KeptWrap[];
	/** Base64url; null for whoever never changed keys. */
	readonly keyring: string | null;
}

export interface Challenge {
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

/** The identity of the present key, without those of before. */
export function presentIdentity({ identity }: { readonly identity: string }): string {
	return identity.split("\n", 1)[0] as string;
}

/** Throws NotARecoveryCode for a mistyped code. */
export async function wrapKey(key: KeyPair, secret: Secret): Promise<Wrap> {
	const { kind } = secret;
	const work = kind === "passphrase" ? PASSPHRASE_WORK : CODE_WORK;
	const input = { identity: presentIdentity(key), secret: canonical(secret), work };
	return { kind, sealed: toBase64Url(await run("wrap", input)), hint: "" };
}

/** Makes a passkey. Throws PasskeyProblem. */
export async function wrapKeyForPasskey(key: KeyPair): Promise<Wrap> {
	const { sealed, hint } = await wrapForPasskey(presentIdentity(key));
	return { kind: "passkey", sealed: toBase64Url(sealed), hint };
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
			return await whole(await run("unwrap", input), wrapped);
		} catch (error) {
			if (!(error instanceof SealingError && error.failure === "wrong-secret")) {
				throw error;
			}
			refused = error;
		}
	}
	throw refused;
}

/** The same with one of its passkeys. Throws PasskeyProblem and SealingError. */
export async function unwrapByPasskey(wrapped: WrappedKey, wrap: Wrap): Promise<KeyPair> {
	const identity = await unwrapWithPasskey(fromBase64Url(wrap.sealed), wrap.hint);
	return whole({ identity, recipient: await run("recipientOf", { identity }) }, wrapped);
}

/** Registers a new key, proving that it can be opened. Throws Refused, Unreachable. */
export async function register(key: KeyPair, wraps: readonly Wrap[]): Promise<Registered> {
	return offer("/key", key, { wraps });
}

/**
 * Puts a new key in place of one that is open here; what that one opens, the new one's keyring
 * will. Wants a step-up. Throws Refused, Unreachable.
 */
export async function changeKey(
	old: KeyPair,
	key: KeyPair,
	wraps: readonly Wrap[],
): Promise<Registered> {
	const text = `${KEYRING_LINE}\n${old.identity}`.padEnd(KEYRING_SIZE, "\n");
	const input = { plaintext: utf8(text), recipients: [key.recipient] };
	const keyring = toBase64Url(await run("seal", input));
	return offer("/key/change", key, { wraps, keyring });
}

/** Puts a new key in place of one that nothing opens any more. Throws Refused, Unreachable. */
export async function startOver(key: KeyPair, wraps: readonly Wrap[]): Promise<Registered> {
	return offer("/key/lost", key, { wraps });
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

/**
 * What the server sealed to the key, opened. Only a nonce is ever given back: a server that sends
 * something else that is sealed to this key learns nothing. Throws SealingError.
 */
export async function answer(
	{ challenge, sealed }: Challenge,
	identity: string,
): Promise<{ challenge: string; nonce: string }> {
	const nonce = await run("open", { sealed: fromBase64Url(sealed), identity });
	if (nonce.length !== NONCE_SIZE) {
		throw new SealingError("wrong-context");
	}
	return { challenge, nonce: toBase64Url(nonce) };
}

/** Posts a new key with the proof that this browser has it. */
async function offer(path: string, key: KeyPair, more: object): Promise<Registered> {
	const { recipient, identity } = key;
	const challenge = await postJson<Challenge>("/key/challenge", { recipient });
	return postJson(path, { recipient, ...(await answer(challenge, identity)), ...more });
}

function canonical(secret: Secret): string {
	const read = secret.kind === "passphrase" ? readPassphrase : readRecoveryCode;
	return read(secret.text);
}

/** An opened key with what its keyring holds. Throws SealingError. */
async function whole(key: KeyPair, { recipient, keyring }: WrappedKey): Promise<KeyPair> {
	const { identity } = key;
	if (key.recipient !== recipient) {
		throw new SealingError("wrong-key");
	}
	if (!keyring) {
		return key;
	}
	const sealed = fromBase64Url(keyring);
	const [line, ...earlier] = fromUtf8(await run("open", { sealed, identity })).split("\n");
	if (line !== KEYRING_LINE) {
		throw new SealingError("wrong-context");
	}
	return { recipient, identity: [identity, ...earlier.filter(Boolean)].join("\n") };
}
