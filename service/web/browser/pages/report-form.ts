// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The report form that seals in the browser. It is no `<form>`, and its button does nothing until this module has
 * started: what is typed leaves the page sealed, or not at all.
 */

import { ATTACHING_MESSAGES, startAttachments } from "../attachments/form.ts";
import { find, findAll, show } from "../dom.ts";
import { startAccounts } from "../report/accounts.ts";
import { startLinks } from "../report/links.ts";
import { startNarrative } from "../report/narrative.ts";
import { type Reader, startReaders } from "../report/readers.ts";
import { type Form, send, SEND_MESSAGES } from "../report/send.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [
	...SEND_MESSAGES,
	...ATTACHING_MESSAGES,
	"reports-account-remove",
	"reports-account-added",
	"reports-account-removed",
	"reports-counter-left",
	"reports-counter-over",
	"reports-error-accounts-many",
	"reports-links-found",
	"reports-links-none",
	"reports-links-open",
	"reports-links-unreachable",
	"reports-left-out-named",
	"reports-reader-also",
	"reports-readers-count",
	"reports-readers-few",
	"reports-readers-left-out",
	"reports-readers-named",
] as const;

export function startReportForm(page: Page): void {
	const element = find("[data-report-form]", page.main);
	const panel = find("[data-sending]", page.main);
	const roster = JSON.parse(find("#desk").textContent ?? "[]") as Reader[];
	const readers = startReaders(element, roster, Number(element.dataset["fewestReaders"]));
	const form: Form = {
		element,
		narrative: startNarrative(element, Number(element.dataset["longest"])),
		accounts: startAccounts(element, Number(element.dataset["mostAccounts"]), readers.name),
		links: startLinks(element, element.dataset["linksAddress"] ?? ""),
		readers,
		attachments: startAttachments(element),
	};
	startKeyChoice(element);
	const button = find<HTMLButtonElement>("[data-send]", element);
	let sending = false;
	button.addEventListener("click", () => {
		if (!sending) {
			sending = true;
			void send(form, panel).finally(() => (sending = false));
		}
	});
	button.disabled = false;
}

/** The line "and you yourself" stands in the list only for those who have a key or make one. */
function startKeyChoice(form: HTMLElement): void {
	const line = find("[data-readers-own]", form);
	const choices = findAll<HTMLInputElement>("[name='key']", form);
	const update = () => {
		const chosen = choices.find((choice) => choice.checked);
		show(line, "hasKey" in form.dataset || chosen?.value === "make");
	};
	for (const choice of choices) {
		choice.addEventListener("change", update);
	}
	update();
}
