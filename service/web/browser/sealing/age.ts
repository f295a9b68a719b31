// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Sealing and opening with stock age v1 files (C2SP age), through typage.
 *
 * Only post-quantum recipients (`age1pq1…`, ML-KEM-768 + X25519): typage would mix classic ones in
 * silently, and a file that has one classic recipient is only as strong as that one. Slow calls;
 * pages go through client.ts.
 */

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { type Bytes, fromUtf8, owned, utf8 } from "../bytes.ts";
import { SealingError } from "./failure.ts";
import { BOX_STEP, frame, type PartContext, unframe } from "./frame.ts";

/** An age identity and its recipient, both as text. */
export interface KeyPair {
	/** "AGE-SECRET-KEY-PQ-1…" */
	readonly identity: string;
	/** "age1pq1…", 1,959 characters */
	readonly recipient: string;
}

/** log2 N of scrypt where a person's passphrase is stretched (DESIGN section 6). */
export const PASSPHRASE_WORK = 17;
const MOST_WORK = 18; // typage's own default; more would only freeze the machine that opens

// Bech32 of 1,216 bytes: 1,946 symbols of data and 6 of checksum.
const RECIPIENT = /^age1pq1[02-9ac-hj-np-z]{1952}$/;
const IDENTITY = /^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}$/;

const SCRYPT_STANZA = /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)\n/;

// The only sign that typage 0.3.1 gives for "whole, but not for this key"; a test holds it to that.
const NO_MATCH = "no identity matched any of the file's recipients";

export async function newKeyPair(): Promise<KeyPair> {
	const identity = await generateHybridIdentity();
	return { identity, recipient: await identityToRecipient(identity) };
}

/** The recipient of an identity. Throws SealingError "invalid-identity". */
export async function recipientOf(identity: string): Promise<string> {
	if (!IDENTITY.test(identity)) {
		throw new SealingError("invalid-identity");
	}
	try {
		return await identityToRecipient(identity);
	} catch (cause) {
		throw new SealingError("invalid-identity", { cause });
	}
}

/**
 * One age file that each of `recipients` opens. Throws SealingError "classic-recipient",
 * "invalid-recipient".
 */
export async function seal(plaintext: Uint8Array, recipients: readonly string[]): Promise<Bytes> {
	return owned(await encrypterFor(recipients).encrypt(plaintext));
}

/** As seal, piece by piece. */
export async function sealStream(
	plaintext: ReadableStream<Uint8Array>,
	recipient: string,
): Promise<ReadableStream<Uint8Array>> {
	return encrypterFor([recipient]).encrypt(plaintext);
}

function encrypterFor(recipients: readonly string[]): Encrypter {
	if (recipients.length === 0) {
		throw new SealingError("invalid-recipient"); // typage would write a file that nobody opens
	}
	const encrypter = new Encrypter();
	for (const recipient of recipients) {
		addRecipient(encrypter, recipient);
	}
	return encrypter;
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
	if (!RECIPIENT.test(recipient)) {
		const classic = recipient.startsWith("age1") && !recipient.startsWith("age1pq1");
		throw new SealingError(classic ? "classic-recipient" : "invalid-recipient");
	}
	try {
		encrypter.addRecipient(recipient);
	} catch (cause) {
		throw new SealingError("invalid-recipient", { cause });
	}
}

/**
 * `identities`: one a line, as an age identity file has them; whoever changed keys has several.
 * Throws SealingError "invalid-identity", "not-for-this-key", "damaged".
 */
export async function open(sealed: Uint8Array, identities: string): Promise<Bytes> {
	return owned(await decrypt(decrypterFor(identities), sealed, "not-for-this-key"));
}

/** As open, piece by piece. What fails on the way fails while the stream is read. */
export function openStream(
	sealed: ReadableStream<Uint8Array>,
	identities: string,
): Promise<ReadableStream<Uint8Array>> {
	return decrypt(decrypterFor(identities), sealed, "not-for-this-key");
}

function decrypterFor(identities: string): Decrypter {
	const decrypter = new Decrypter();
	for (const identity of identities.split("\n")) {
		if (!IDENTITY.test(identity)) {
			throw new SealingError("invalid-identity");
		}
		try {
			decrypter.addIdentity(identity);
		} catch (cause) {
			throw new SealingError("invalid-identity", { cause });
		}
	}
	return decrypter;
}

/** Throws SealingError `noMatch`, "damaged"; both with what typage threw as their cause. */
export async function decrypt<T extends Uint8Array | ReadableStream<Uint8Array>>(
	decrypter: Decrypter,
	sealed: T,
	noMatch: "not-for-this-key" | "wrong-secret",
): Promise<T> {
	try {
		// typage gives back what it was given: bytes for bytes, a stream for a stream.
		return (await decrypter.decrypt(sealed as Uint8Array)) as Uint8Array as T;
	} catch (cause) {
		const unmatched = cause instanceof Error && cause.message === NO_MATCH;
		throw new SealingError(unmatched ? noMatch : "damaged", { cause });
	}
}

/** A part of a report, to the report's own recipient. */
export async function sealPart(
	context: PartContext,
	body: Uint8Array,
	recipient: string,
): Promise<Bytes> {
	return seal(frame(context, body), [recipient]);
}

/** Throws what open and unframe throw. */
export async function openPart(
	context: PartContext,
	sealed: Uint8Array,
	identity: string,
): Promise<Bytes> {
	return unframe(context, await open(sealed, identity));
}

/** A box: the report's identity, to one reader. `report` is the report's id in base64url. */
export async function sealBox(report: string, identity: string, reader: string): Promise<Bytes> {
	return seal(frame({ report, part: "box" }, utf8(identity), BOX_STEP), [reader]);
}

/**
 * The report's identity out of a reader's box.
 *
 * Throws what openPart throws, and SealingError "wrong-key" when the box holds another key than the
 * one that `recipient`, the report's, belongs to.
 */
export async function openBox(
	report: string,
	box: Uint8Array,
	readerIdentity: string,
	recipient: string,
): Promise<string> {
	const identity = textOf(await openPart({ report, part: "box" }, box, readerIdentity));
	if ((await recipientOf(identity)) !== recipient) {
		throw new SealingError("wrong-key");
	}
	return identity;
}

/**
 * An identity under a secret that a person keeps: a stock file, which `age -d` opens. `work` is
 * scrypt's log2 N.
 */
export async function wrap(identity: string, secret: string, work: number): Promise<Bytes> {
	const encrypter = new Encrypter();
	encrypter.setPassphrase(secret);
	encrypter.setScryptWorkFactor(work);
	return owned(await encrypter.encrypt(`${identity}\n`));
}

/** Throws SealingError "wrong-secret", "too-slow-wrap", "damaged", "invalid-identity". */
export async function unwrap(wrapped: Uint8Array, secret: string): Promise<KeyPair> {
	if (workOf(wrapped) > MOST_WORK) {
		throw new SealingError("too-slow-wrap");
	}
	const decrypter = new Decrypter();
	decrypter.addPassphrase(secret);
	const identity = textOf(await decrypt(decrypter, wrapped, "wrong-secret")).trim();
	return { identity, recipient: await recipientOf(identity) };
}

/** What whoever sealed it wrote. Throws SealingError "damaged" when that is no text. */
function textOf(bytes: Uint8Array): string {
	try {
		return fromUtf8(bytes);
	} catch (cause) {
		throw new SealingError("damaged", { cause });
	}
}

/**
 * log2 N that the file's scrypt stanza asks for. Throws SealingError "damaged" where there is no
 * such stanza.
 */
function workOf(wrapped: Uint8Array): number {
	const head = new TextDecoder("latin1").decode(wrapped.subarray(0, 128));
	const stanza = SCRYPT_STANZA.exec(head);
	if (!stanza) {
		throw new SealingError("damaged");
	}
	return Number(stanza[1]);
}
