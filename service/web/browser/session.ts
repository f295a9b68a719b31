// SPDX-License-Identifier: AGPL-3.0-or-later
/** What belongs to being signed in, on every page: forgetting the key with the session, and never showing a page again. */

import { lockNow } from "./keys/unlocked.ts";

export function startSession(): void {
	for (const form of document.querySelectorAll("form[data-signs-out]")) {
		form.addEventListener("submit", () => void lockNow());
	}
	addEventListener("pageshow", (event) => {
		if (event.persisted) {
			location.reload(); // out of the back-forward cache: ask the server whether this may still be seen
		}
	});
}
