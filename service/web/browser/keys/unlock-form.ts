// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Asking for what opens the key: a passkey first, where there is one, then the passphrase or the
 * recovery code. One field takes either; it has no name: should the script fail half-way, nothing
 * could send it.
 */

import { NotARecoveryCode, readRecoveryCode } from "../codes.ts";
import { button, checkbox, statusLine } from "../controls.ts";
import { add, fill, findAll, h, show } from "../dom.ts";
import { ERROR_MESSAGES, tell } from "../explain.ts";
import { day, msg } from "../messages.ts";
import type { KeyPair } from "../sealing/age.ts";
import { passkeysWork } from "./passkey.ts";
import {
	NoSuchWrap,
	type Secret,
	unwrapByPasskey,
	unwrapKey,
	type WrappedKey,
} from "./personal.ts";

export const UNLOCK_MESSAGES = [
	...ERROR_MESSAGES,
	"keys-unlock-label",
	"keys-unlock-hint",
	"keys-unlock-show",
	"keys-unlock",
	"keys-unlocking",
	"keys-unlock-empty",
	"keys-unlock-no-such",
	"keys-unlock-or",
	"keys-unlock-passkey",
	"keys-unlock-passkey-asks",
] as const;

const SIX_WORDS = /^\s*([a-z]+\s+){5}[a-z]+\s*$/i;

let forms = 0;

interface Parts {
	readonly form: HTMLFormElement;
	readonly field: HTMLInputElement;
	readonly button: HTMLButtonElement;
	readonly passkeys: HTMLElement;
	readonly error: HTMLElement;
	readonly progress: HTMLElement;
}

/** Puts the form into `mount`; resolves with the opened key, and takes the form away again. */
export function askForKey(mount: HTMLElement, wrapped: WrappedKey): Promise<KeyPair> {
	return new Promise((resolve) => {
		const parts = build();
		const go = (open: () => Promise<KeyPair>, said: string) =>
			void attempt(parts, open, said).then((key) => {
				if (key) {
					parts.form.remove();
					resolve(key);
				}
			});
		parts.form.addEventListener("submit", (event) => {
			event.preventDefault();
			if (parts.field.value.trim() === "") {
				refuse(parts, msg("keys-unlock-empty"));
			} else {
				const open = () => unwrapKey(wrapped, secretIn(parts.field.value));
				go(open, msg("keys-unlocking"));
			}
		});
		add(mount, parts.form);
		void offerPasskeys(parts, wrapped, go);
	});
}

/** A button a passkey, above the field: the device then asks for just that one. */
async function offerPasskeys(
	{ passkeys, ...parts }: Parts,
	wrapped: WrappedKey,
	go: (open: () => Promise<KeyPair>, said: string) => void,
): Promise<void> {
	const wraps = wrapped.wraps.filter((wrap) => wrap.kind === "passkey");
	if (wraps.length === 0) {
		return;
	}
	if (!(await passkeysWork())) {
		fill(passkeys, h("p", { class: "cs-hint" }, msg("keys-passkey-unsupported")));
		return;
	}
	const buttons = wraps.map((wrap) => {
		const text = msg("keys-unlock-passkey", { date: day(wrap.made) });
		const open = () => unwrapByPasskey(wrapped, wrap);
		return button(text, () => go(open, msg("keys-unlock-passkey-asks")), "primary");
	});
	parts.button.className = "cdx-button"; // the passkey is the way, this the other one
	const or = h("p", { class: "cs-hint" }, msg("keys-unlock-or"));
	fill(passkeys, h("div", { class: "cs-actions" }, ...buttons), or);
}

async function attempt(
	parts: Parts,
	open: () => Promise<KeyPair>,
	said: string,
): Promise<KeyPair | null> {
	busy(parts, said);
	try {
		const key = await open();
		parts.field.value = "";
		return key;
	} catch (error) {
		busy(parts, null);
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

/** `said`: what is going on; null once it is over. */
function busy({ error, field, form, progress }: Parts, said: string | null): void {
	for (const one of findAll<HTMLButtonElement>("button", form)) {
		one.disabled = said !== null;
	}
	field.readOnly = said !== null;
	progress.textContent = said ?? "";
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
	const passkeys = h("div");
	const form = h(
		"form",
		{ class: "cs-field", novalidate: true },
		passkeys,
		h("label", { class: "cdx-label__label", for: id }, msg("keys-unlock-label")),
		h("p", { id: `${id}-hint`, class: "cs-hint" }, msg("keys-unlock-hint")),
		h("div", { class: "cdx-text-input" }, field),
		error,
		reveal.box,
		h("div", { class: "cs-actions" }, unlock),
		progress,
	);
	return { form, field, button: unlock, passkeys, error, progress };
}
