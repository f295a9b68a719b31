// SPDX-License-Identifier: AGPL-3.0-or-later
/** The reporter's own key, made in the flow of sending: only now can the report be sealed to it. */

import { newRecoveryCode } from "../codes.ts";
import { button } from "../controls.ts";
import { add, fill, h } from "../dom.ts";
import { makeKey, register, type Secret, wrapKey } from "../keys/personal.ts";
import { SHEET_MESSAGES, untilKept } from "../keys/secret-sheet.ts";
import { msg } from "../messages.ts";

export const OWN_KEY_MESSAGES = [
	...SHEET_MESSAGES,
	"keys-making",
	"keys-registering",
	"reports-sending-code",
	"reports-sending-without",
] as const;

/**
 * The recipient of a key that is registered and whose recovery code was kept; null when the person goes without after
 * all. `say` gets what to tell. Throws Refused, Unreachable, SealingError.
 */
export async function makeOwnKey(
	mount: HTMLElement,
	owner: string,
	say: (text: string) => void,
): Promise<string | null> {
	say(msg("keys-making"));
	const key = await makeKey();
	const secret: Secret = { kind: "recovery", text: newRecoveryCode() };
	say(msg("reports-sending-code"));
	const kept = await Promise.race([
		untilKept(mount, [secret], owner).then(() => true),
		goesWithout(mount),
	]);
	fill(mount);
	if (!kept) {
		return null;
	}
	say(msg("keys-registering"));
	await register(key, [await wrapKey(key, secret)]);
	return key.recipient;
}

function goesWithout(mount: HTMLElement): Promise<false> {
	return new Promise((resolve) => {
		const without = button(msg("reports-sending-without"), () => resolve(false), "quiet");
		add(mount, h("div", { class: "cs-actions cs-no-print" }, without));
	});
}
