// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Passkeys: a wrap that a device or a security key opens (WebAuthn's PRF, as typage has it). The
 * file is an age file with a stanza of `age-plugin-fido2prf`.
 *
 * Runs on the page: Workers have no credentials. The device asks twice for a new one, once to make
 * it and once to use it.
 */

import { Decrypter, Encrypter, webauthn } from "age-encryption";
import { type Bytes, fromUtf8, owned } from "../bytes.ts";
import { decrypt } from "../sealing/age.ts";
import { SealingError } from "../sealing/failure.ts";

/** "stopped": the person or the device said no, or it took too long. */
export class PasskeyProblem extends Error {
	override readonly name = "PasskeyProblem";

	constructor(
		readonly problem: "stopped" | "unsupported",
		options: ErrorOptions,
	) {
		super(problem, options);
	}
}

/** Whether this browser can use passkeys for this, as far as that can be known before trying. */
export async function passkeysWork(): Promise<boolean> {
	const { PublicKeyCredential: known } = globalThis as {
		PublicKeyCredential?: {
			getClientCapabilities?: () => Promise<Record<string, boolean>>;
		};
	};
	const able = await known?.getClientCapabilities?.();
	return known !== undefined && able?.["extension:prf"] !== false;
}

/**
 * A new passkey and the identity under it; `hint` says which passkey it is. It carries no account
 * name: whoever looks into the device's list shall not find one. Throws PasskeyProblem.
 */
export async function wrapForPasskey(identity: string): Promise<{ hint: string; sealed: Bytes }> {
	try {
		const hint = await webauthn.createCredential({ keyName: location.host });
		const encrypter = new Encrypter();
		encrypter.addRecipient(new webauthn.WebAuthnRecipient({ identity: hint }));
		return { hint, sealed: owned(await encrypter.encrypt(`${identity}\n`)) };
	} catch (cause) {
		throw problem(cause);
	}
}

/** The identity in a wrap. Throws PasskeyProblem, SealingError "wrong-secret", "damaged". */
export async function unwrapWithPasskey(sealed: Uint8Array, hint: string): Promise<string> {
	const decrypter = new Decrypter();
	decrypter.addIdentity(new webauthn.WebAuthnIdentity({ identity: hint }));
	try {
		return fromUtf8(await decrypt(decrypter, sealed, "wrong-secret")).trim();
	} catch (error) {
		throw error instanceof SealingError && error.failure === "damaged"
			? problem(error.cause, error)
			: error;
	}
}

/** What happened at the device; `other` for what was no trouble with it. */
function problem(cause: unknown, other = cause): unknown {
	if (cause instanceof DOMException) {
		const unsupported = cause.name === "NotSupportedError";
		return new PasskeyProblem(unsupported ? "unsupported" : "stopped", { cause });
	}
	// The only sign that typage 0.3.1 gives; a test holds it to that.
	const withoutPrf = cause instanceof Error && /\bPRF\b/.test(cause.message);
	return withoutPrf ? new PasskeyProblem("unsupported", { cause }) : other;
}
