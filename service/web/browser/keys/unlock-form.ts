// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Asking for the passphrase or the recovery code: one field takes either. The field has no name:
 * should the script fail half-way, nothing could send it.
 */

import { NotARecoveryCode, readRecoveryCode } from "../codes.ts";
import { button, checkbox, statusLine } from "../controls.ts";
import { add, fill, h, show } from "../dom.ts";
import { ERROR_MESSAGES, tell } from "../explain.ts";
import { msg } from "../messages.ts";
import type { KeyPair } from "../sealing/age.ts";
import { NoSuchWrap, type Secret, unwrapKey, type WrappedKey } from "./personal.ts";

export const UNLOCK_MESSAGES = [
	...ERROR_MESSAGES,
	"keys-unlock-label",
	"keys-unlock-hint",
	"keys-unlock-show",
	"keys-unlock",
	"keys-unlocking",
	"keys-unlock-empty",
	"keys-unlock-no-such",
] as const;

const SIX_WORDS = /^\s*([a-z]+\s+){5}[a-z]+\s*$/i;

let forms = 0;

interface Parts {
	readonly form: HTMLFormElement;
	readonly field: HTMLInputElement;
	readonly button: HTMLButtonElement;
	readonly error: HTMLElement;
	readonly progress: HTMLElement;
}

/** Puts the form into `mount`; resolves with the opened key, and takes the form away again. */
export function askForKey(mount: HTMLElement, wrapped: WrappedKey): Promise<KeyPair> {
	return new Promise((resolve) => {
		const parts = build();
		parts.form.addEventListener("submit", (event) => {
			event.preventDefault();
			void attempt(parts, wrapped).then((key) => {
				if (key) {
					parts.form.remove();
					resolve(key);
				}
			});
		});
		add(mount, parts.form);
	});
}

async function attempt(parts: Parts, wrapped: WrappedKey): Promise<KeyPair | null> {
	const { field } = parts;
	if (field.value.trim() === "") {
		refuse(parts, msg("keys-unlock-empty"));
		return null;
	}
	busy(parts, true);
	try {
		const key = await unwrapKey(wrapped, secretIn(field.value));
		field.value = "";
		return key;
	} catch (error) {
		busy(parts, false);
		if (error instanceof NoSuchWrap) {
			refuse(parts, msg("keys-unlock-no-such"));
		} else {
			tell(error, (text) => refuse(parts, text));
		}
		return null;
	}
}

/**
 * What was typed: six words are a passphrase, even those few whose letters would pass for a code;
 * then whatever reads as a code is one; then a digit, which no word has, makes it a mistyped code.
 */
export function secretIn(typed: string): Secret {
	if (SIX_WORDS.test(typed)) {
		return { kind: "passphrase", text: typed };
	}
	try {
		return { kind: "recovery", text: readRecoveryCode(typed) };
	} catch (error) {
		if (!(error instanceof NotARecoveryCode)) {
			throw error;
		}
		return { kind: /\d/.test(typed) ? "recovery" : "passphrase", text: typed };
	}
}

function busy({ error, field, progress, ...parts }: Parts, on: boolean): void {
	parts.button.disabled = on;
	field.readOnly = on;
	progress.textContent = on ? msg("keys-unlocking") : "";
	show(error, false);
	field.removeAttribute("aria-invalid");
}

function refuse({ error, field }: Parts, text: string): void {
	fill(error, text);
	show(error);
	field.setAttribute("aria-invalid", "true");
	field.focus();
}

function build(): Parts {
	const id = `unlock-${++forms}`;
	const field = h("input", {
		id,
		type: "password",
		class: "cdx-text-input__input cs-secret-input",
		autocomplete: "current-password",
		autocapitalize: "none",
		spellcheck: "false",
		"aria-describedby": `${id}-hint ${id}-error`,
	});
	const error = h("p", { id: `${id}-error`, class: "cs-error", role: "alert", hidden: true });
	const progress = statusLine();
	const reveal = checkbox(`${id}-show`, msg("keys-unlock-show"));
	reveal.input.addEventListener("change", () => {
		field.type = reveal.input.checked ? "text" : "password";
	});
	const unlock = button(msg("keys-unlock"), null, "primary");
	const form = h(
		"form",
		{ class: "cs-field", novalidate: true },
		h("label", { class: "cdx-label__label", for: id }, msg("keys-unlock-label")),
		h("p", { id: `${id}-hint`, class: "cs-hint" }, msg("keys-unlock-hint")),
		h("div", { class: "cdx-text-input" }, field),
		error,
		reveal.box,
		h("div", { class: "cs-actions" }, unlock),
		progress,
	);
	return { form, field, button: unlock, error, progress };
}
