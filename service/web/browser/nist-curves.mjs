// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Stands for `@noble/curves/nist.js` in the bundle. age has recipients for hardware tokens on P-256
 * (`age1tag1…`), typage brings them along, and ours are refused before they get there
 * (sealing/age.ts). Their arithmetic would be a fifth of the bundle. When they are loaded, noble's
 * packages look at the sizes only; there is nothing here that could compute, so a call throws.
 */

function refuse() {
	throw new Error("P-256 is not part of this bundle");
}

export const p256 = {
	Point: { Fn: {} },
	lengths: { seed: 48, secretKey: 32, publicKey: 33, publicKeyUncompressed: 65, signature: 64 },
	keygen: refuse,
	getPublicKey: refuse,
	getSharedSecret: refuse,
};
export const p384 = p256;
