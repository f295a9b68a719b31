// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Stands for `@noble/curves/nist.js` in the bundle. age has recipients for hardware tokens on P-256
 * (`age1tag1…`), typage brings them along, and ours are refused before they get there
 * (sealing/age.ts). Their arithmetic would be a tenth of the bundle. The sizes are looked at when
 * typage is loaded; there is nothing that could compute, so a call throws.
 */

export const p256 = { Point: { Fn: {} }, lengths: { secretKey: 32, publicKeyUncompressed: 65 } };
export const p384 = p256;
