// SPDX-License-Identifier: AGPL-3.0-or-later
/** Where the bundle begins, as the page's module and, loaded a second time, as the Worker. */

import { unlocked } from "./keys/unlocked.ts";
import { csrfToken } from "./http.ts";
import { startLeaving } from "./leave.ts";
import { PAGES } from "./pages/pages.ts";
import { startSession } from "./session.ts";
import { isWorker, serve } from "./sealing/worker.ts";

function startPage(): void {
	const person = document.body.dataset["person"] ?? null;
	const opened = isErrorOfOurs() ? Promise.resolve(null) : unlocked(person);
	startLeaving();
	startSession(opened);
	const main = document.querySelector<HTMLElement>("[data-page]");
	const start = main && PAGES[main.dataset["page"] ?? ""];
	if (main && start) {
		void start({ main, person, unlocked: () => opened });
	}
	// From here on styles show what needs a script.
	document.documentElement.dataset["script"] = "ready";
}

/** The page of a server error names nobody, signed in or not: no reason to lock a key. */
function isErrorOfOurs(): boolean {
	return csrfToken() === "";
}

if (isWorker()) {
	serve();
} else {
	startPage();
}
