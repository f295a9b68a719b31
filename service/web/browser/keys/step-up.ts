// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Acts that want the key, and not only the session: the server seals a nonce to the key, this
 * browser says what it is, and for ten minutes the session may do such things.
 */

import { postJson, Refused } from "../http.ts";
import { answer, type Challenge } from "./personal.ts";

/** Does `act`; where the server wants to see the key first, shows it and does `act` again. */
export async function withStepUp<T>(identity: string, act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		if (!(error instanceof Refused && error.word === "step-up")) {
			throw error;
		}
	}
	await stepUp(identity);
	return act();
}

/** Throws Refused, Unreachable, SealingError. */
export async function stepUp(identity: string): Promise<void> {
	const challenge = await postJson<Challenge>("/key/step-up/challenge", {});
	await postJson("/key/step-up", await answer(challenge, identity));
}
