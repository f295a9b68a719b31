// SPDX-License-Identifier: AGPL-3.0-or-later
/** What the offline reader asks for: the saved case, the key, and what unlocks the key. */

import { button, checkbox, statusLine } from "../controls.ts";
import { fill, h, show } from "../dom.ts";
import { msg } from "../messages.ts";

export type Field = "archive" | "keys" | "secret";

export interface Values {
	readonly archive: File | null;
	readonly keys: readonly File[];
	readonly secret: string;
}

export interface Form {
	readonly element: HTMLElement;
	/** Where the opened case is shown. */
	place: HTMLElement;
	/** What is going on; empty for nothing. */
	say(text: string): void;
	/** An error at a field; what was chosen is kept. */
	refuse(field: Field, text: string): void;
}

/** `open` is called with what was chosen; one time after the other. */
export function formOf(open: (values: Values) => Promise<void>): Form {
	const archive = h("input", { ...file("archive"), accept: ".zip,application/zip" });
	const keys = h("input", { ...file("keys"), multiple: true });
	const secret = h("input", {
		id: "secret",
		type: "password",
		class: "cdx-text-input__input cs-secret-input",
		autocomplete: "off",
		autocapitalize: "none",
		spellcheck: "false",
		"aria-describedby": "secret-hint secret-error",
	});
	const reveal = checkbox("secret-show", msg("keys-unlock-show"));
	reveal.input.addEventListener("change", () => {
		secret.type = reveal.input.checked ? "text" : "password";
	});
	const fields = { archive, keys, secret };
	const errors = { archive: error("archive"), keys: error("keys"), secret: error("secret") };
	const said = statusLine();
	const go = button(msg("offline-open"), null, "primary");
	const element = h(
		"form",
		{ class: "cs-stack", novalidate: true },
		h("div", {}, label("archive", "offline-archive"), hint("archive", "offline-archive-hint"), archive, errors.archive),
		h("div", {}, label("keys", "offline-keys"), hint("keys", "offline-keys-hint"), keys, errors.keys),
		h(
			"div",
			{},
			label("secret", "offline-secret"),
			hint("secret", "offline-secret-hint"),
			h("div", { class: "cdx-text-input" }, secret),
			errors.secret,
			reveal.box,
		),
		h("div", { class: "cs-actions" }, go),
		said,
	);
	element.addEventListener("submit", (event) => {
		event.preventDefault();
		if (go.disabled) {
			return;
		}
		go.disabled = true;
		for (const name of ["archive", "keys", "secret"] as const) {
			show(errors[name], false);
			fields[name].removeAttribute("aria-invalid");
		}
		const values = { archive: archive.files?.[0] ?? null, keys: [...(keys.files ?? [])], secret: secret.value };
		void open(values).finally(() => (go.disabled = false));
	});
	return {
		element,
		place: h("div"),
		say: (text) => fill(said, text),
		refuse(field, text) {
			fill(errors[field], text);
			show(errors[field]);
			fields[field].setAttribute("aria-invalid", "true");
			fields[field].focus();
		},
	};
}

function file(id: Field) {
	return { id, type: "file", class: "cs-chosen", "aria-describedby": `${id}-hint ${id}-error` };
}

function label(id: Field, key: string): HTMLElement {
	return h("label", { class: "cdx-label__label", for: id }, msg(key));
}

function hint(id: Field, key: string): HTMLElement {
	return h("p", { class: "cs-hint", id: `${id}-hint` }, msg(key));
}

function error(id: Field): HTMLElement {
	return h("p", { class: "cs-error", id: `${id}-error`, role: "alert", hidden: true });
}
