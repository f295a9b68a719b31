// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Adding to one's own report. The words are sealed here; the links go in the open, as at filing. It is no `<form>`,
 * and its fields have no names: without its script nothing of it can be sent.
 */

import { fill, find, show } from "../dom.ts";
import { getJson, postJson, Unreachable } from "../http.ts";
import { msg } from "../messages.ts";
import { clearErrors, showErrors, showFailure } from "./fields.ts";
import { type FoundLink, type PastedLinks, startLinks } from "./links.ts";
import { sealWords } from "./message.ts";
import { type Narrative, startNarrative } from "./narrative.ts";

export const ADDING_MESSAGES = [
	"reports-counter-left",
	"reports-counter-over",
	"reports-error-narrative-long",
	"reports-error-session",
	"reports-links-found",
	"reports-links-none",
	"reports-links-open",
	"reports-links-unreachable",
	"reports-sending-going",
	"reports-sending-sealing",
	"thread-added",
	"thread-error-empty",
	"thread-error-links-many",
] as const;

const TIMEOUT = 60_000; // milliseconds, for a slow line

interface Adding {
	readonly element: HTMLElement;
	readonly report: string;
	readonly narrative: Narrative;
	readonly links: PastedLinks;
	readonly recipient: () => string;
}

/** `recipient`: the report's, as far as it is known to be that. `added`: called when something was added. */
export function startAdding(
	root: HTMLElement,
	recipient: () => string,
	added: () => Promise<void>,
): void {
	const element = root.querySelector<HTMLElement>("[data-adding]");
	if (!element) {
		return;
	}
	const adding: Adding = {
		element,
		report: root.dataset["report"] ?? "",
		narrative: startNarrative(element, Number(element.dataset["longest"])),
		links: startLinks(element, element.dataset["linksAddress"] ?? ""),
		recipient,
	};
	const button = find<HTMLButtonElement>("[data-send]", element);
	// A body that may have arrived already goes again as it is: its form makes it one addition.
	let pending: FormData | null = null;
	const send = async () => {
		clearErrors(element);
		try {
			pending ??= await bodyOf(adding);
			if (pending) {
				say(adding, msg("reports-sending-going"));
				const asking = { again: 2, timeout: TIMEOUT };
				await postJson(element.dataset["address"] ?? "", pending, asking);
				const links = pending.getAll("links").length;
				pending = null;
				await done(adding, links, added);
			}
		} catch (error) {
			pending = error instanceof Unreachable ? pending : null;
			say(adding, "");
			showFailure(element, error);
		}
	};
	button.addEventListener("click", () => {
		if (!button.disabled) {
			button.disabled = true;
			void send().finally(() => (button.disabled = false));
		}
	});
	element.addEventListener("input", () => (pending = null));
	button.disabled = false;
}

/** Sealed and ready to go; null when a field needs another look. Throws Refused, Unreachable, SealingError. */
async function bodyOf(adding: Adding): Promise<FormData | null> {
	const { element, narrative, links } = adding;
	const words = narrative.text();
	const { found, errors } = await links.settled();
	const wrong = [...errors, ...look(adding, words, found)];
	if (wrong.length > 0) {
		showErrors(element, wrong);
		return null;
	}
	say(adding, msg("reports-sending-sealing"));
	const address = element.dataset["address"] ?? "";
	const fresh = await getJson<{ form_id: string; number: number; csrf: string }>(address);
	find<HTMLMetaElement>("meta[name='csrf-token']").content = fresh.csrf;
	const part = `added-${fresh.number}`;
	const sealed = await sealWords(adding.report, part, words, adding.recipient());
	const body = new FormData();
	body.set("form_id", fresh.form_id);
	body.set("number", String(fresh.number));
	body.set("words", new Blob([sealed]), "words.age");
	body.set("context", links.context());
	for (const link of found) {
		body.append("links", link.pasted);
		body.append("captions", link.caption);
	}
	return body;
}

function look({ element, narrative }: Adding, words: string, found: readonly FoundLink[]) {
	const left = Number(element.dataset["linksLeft"]);
	const kib = Number(element.dataset["longest"]) / 1024;
	const count = found.length;
	return [
		words === "" && count === 0 && { field: "narrative", message: msg("thread-error-empty") },
		!narrative.fits() && {
			field: "narrative",
			message: msg("reports-error-narrative-long", { kib }),
		},
		count > left && { field: "links", message: msg("thread-error-links-many", { left, count }) },
	].filter((one) => one !== false);
}

async function done(adding: Adding, links: number, added: () => Promise<void>): Promise<void> {
	const { element } = adding;
	element.dataset["linksLeft"] = String(Number(element.dataset["linksLeft"]) - links);
	for (const id of ["#narrative", "#links"]) {
		const field = find<HTMLTextAreaElement>(id, element);
		field.value = "";
		field.dispatchEvent(new Event("input"));
	}
	await adding.links.settled();
	await added();
	say(adding, msg("thread-added"));
}

function say({ element }: Adding, text: string): void {
	fill(find("[data-adding-said]", element), text);
	show(find("[data-adding-said]", element), text !== "");
}
