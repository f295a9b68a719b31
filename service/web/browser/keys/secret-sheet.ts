// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Showing what a person must keep: passphrase, recovery code; with copy and print, until "I have
 * kept it".
 *
 * Messages: SHEET_MESSAGES. The sheet is what a printer gets of the page (styles/print.css).
 */

import { button, statusLine } from "../controls.ts";
import { add, h } from "../dom.ts";
import { msg } from "../messages.ts";
import type { Secret } from "./personal.ts";

export const SHEET_MESSAGES = [
	"keys-passphrase",
	"keys-recovery-code",
	"keys-passphrase-hint",
	"keys-recovery-hint",
	"keys-copy",
	"keys-copied",
	"keys-print",
	"keys-kept",
	"keys-sheet-of",
] as const;

const NAMES = { passphrase: "keys-passphrase", recovery: "keys-recovery-code" } as const;
const HINTS = { passphrase: "keys-passphrase-hint", recovery: "keys-recovery-hint" } as const;

/**
 * Puts the sheet at the end of `mount`, with focus on it; resolves, and takes it away again, once
 * the person says that it is kept. `owner`: the account's name, for the printed sheet.
 */
export function untilKept(
	mount: HTMLElement,
	secrets: readonly Secret[],
	owner: string,
): Promise<void> {
	return new Promise((resolve) => {
		const heard = statusLine();
		const sheetOf = msg("keys-sheet-of", { name: owner, site: location.host });
		const kept = () => {
			sheet.remove();
			resolve();
		};
		const sheet = h(
			"div",
			{ class: "cs-sheet cs-card", tabindex: -1 },
			h("p", { class: "cs-print-only" }, sheetOf),
			...secrets.map((secret) => secretPart(secret, heard)),
			heard,
			h(
				"div",
				{ class: "cs-actions cs-no-print" },
				button(msg("keys-kept"), kept, "primary"),
				button(msg("keys-print"), () => window.print()),
			),
		);
		add(mount, sheet);
		sheet.focus();
	});
}

function secretPart(secret: Secret, heard: HTMLElement): HTMLElement {
	const copy = () =>
		void navigator.clipboard.writeText(secret.text).then(() => {
			heard.textContent = msg("keys-copied");
		});
	return h(
		"section",
		{ class: "cs-stack" },
		h("h2", {}, msg(NAMES[secret.kind])),
		h("p", { class: "cs-secret", translate: "no", "data-secret": secret.kind }, secret.text),
		h("p", { class: "cs-hint" }, msg(HINTS[secret.kind])),
		button(msg("keys-copy"), copy),
	);
}
