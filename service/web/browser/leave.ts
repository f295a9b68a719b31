// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Leave now: the page goes blank at once, then a neutral page takes its place in the history.
 *
 * `<form data-leave data-neutral="https://…" action="/leave" method="post">`; without JavaScript
 * the form posts. Escape twice within a second does the same from anywhere on the page.
 */

import { forgetMemory } from "./desk/memory.ts";
import { forget } from "./keys/unlocked.ts";

const TWICE_WITHIN = 1_000; // milliseconds

export function startLeaving(): void {
	const form = document.querySelector<HTMLFormElement>("form[data-leave]");
	if (!form) {
		return;
	}
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		leave(form);
	});
	let lastEscape = -Infinity;
	document.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || event.repeat || event.isComposing) {
			return;
		}
		if (event.timeStamp - lastEscape <= TWICE_WITHIN) {
			leave(form);
		}
		lastEscape = event.timeStamp;
	});
}

/** Nothing here waits: whoever presses this has no time. */
function leave(form: HTMLFormElement): void {
	const body = new FormData(form);
	const neutral = form.dataset["neutral"] ?? "about:blank";
	document.body.replaceChildren();
	document.title = "";
	void forget();
	forgetMemory();
	fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(
		() => undefined, // offline: the session then ends by its idle time-out
	);
	location.replace(neutral);
}
