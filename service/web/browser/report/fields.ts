// SPDX-License-Identifier: AGPL-3.0-or-later
/** Messages at the fields of the report form: `<p data-error="links" hidden>` beside each. */

import { fill, find, findAll, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { type FieldError, Refused } from "../http.ts";
import { msg } from "../messages.ts";

/** What gets the focus for a field's message; anything else goes to the button. */
const CONTROLS: Readonly<Record<string, string>> = {
	narrative: "#narrative",
	accounts: "#account",
	links: "#links",
	attachments: "#attachments",
	context: "#context",
	left_out: "[data-ticks] input:not(:disabled)",
	wishes: "[name='wishes']",
	contact: "[name='contact']",
	hold: "[name='hold']",
	reminders: "#reminders",
	text: "[data-text]",
	why: "[data-why]",
	words: "[data-text]",
};
const BUTTON = "[data-send]";

export function clearErrors(form: ParentNode): void {
	for (const place of findAll("[data-error]", form)) {
		fill(place);
		show(place, false);
	}
	for (const control of findAll("[aria-invalid]", form)) {
		control.removeAttribute("aria-invalid");
	}
}

/** Puts each message at its field, the first one of each; those of unknown fields go to the button. */
export function showErrors(form: ParentNode, errors: readonly FieldError[]): void {
	clearErrors(form);
	for (const { field, message } of [...errors].reverse()) {
		const place = form.querySelector(`[data-error="${field}"]`) ?? find("[data-error='form']", form);
		fill(place, message);
		show(place);
		controlOf(form, field)?.setAttribute("aria-invalid", "true");
	}
	focusFirst(form);
}

/** To the first field in the page that has a message. A folded part opens for it. */
function focusFirst(form: ParentNode): void {
	const first = findAll("[data-error]:not([hidden])", form)[0];
	if (!first) {
		return;
	}
	const fold = first.closest("details");
	if (fold) {
		fold.open = true;
	}
	const control = controlOf(form, first.dataset["error"] ?? "") ?? find(BUTTON, form);
	control.focus();
	first.scrollIntoView({ block: "nearest" });
}

function controlOf(form: ParentNode, field: string): HTMLElement | null {
	return form.querySelector<HTMLElement>(CONTROLS[field] ?? BUTTON);
}

/** What became of sending a form that was refused or did not arrive: at its fields, or at its button. */
export function showFailure(form: ParentNode, error: unknown): void {
	if (error instanceof Refused && error.errors.length > 0) {
		showErrors(form, error.errors);
	} else if (error instanceof Refused && (error.status === 401 || error.status === 400)) {
		// Signed out, or a CSRF token of a session that ended.
		showErrors(form, [{ field: "form", message: msg("reports-error-session") }]);
	} else {
		tell(error, (message) => showErrors(form, [{ field: "form", message }]));
	}
}
