// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Sealing a report and sending it. What leaves the page: the sealed narrative, the boxes, and the open fields.
 *
 * Sending again does no harm: the form's id makes it one report, whatever became of the first answer.
 */

import { fill, find, show } from "../dom.ts";
import { ERROR_MESSAGES } from "../explain.ts";
import { type FieldError, getJson, postJson } from "../http.ts";
import { msg } from "../messages.ts";
import { run } from "../sealing/client.ts";
import type { SealedFiling } from "../sealing/tasks.ts";
import type { Attachments } from "../attachments/form.ts";
import type { Accounts } from "./accounts.ts";
import { clearErrors, showErrors, showFailure as showRefusal } from "./fields.ts";
import type { FoundLink, PastedLinks } from "./links.ts";
import type { Narrative } from "./narrative.ts";
import { makeOwnKey, OWN_KEY_MESSAGES } from "./own-key.ts";
import type { Reader, Readers } from "./readers.ts";

export const SEND_MESSAGES = [
	...ERROR_MESSAGES,
	...OWN_KEY_MESSAGES,
	"reports-error-hold-nobody",
	"reports-error-links-many",
	"reports-error-narrative-empty",
	"reports-error-narrative-long",
	"reports-error-readers-changed",
	"reports-error-readers-few",
	"reports-error-session",
	"reports-sending-sealing",
	"reports-sending-sealed",
	"reports-sending-going",
] as const;

const TIMEOUT = 60_000; // milliseconds; a phone on a slow line sends 200 KB

/** The parts of the form, each with its own module. */
export interface Form {
	readonly element: HTMLElement;
	readonly narrative: Narrative;
	readonly accounts: Accounts;
	readonly links: PastedLinks;
	readonly attachments: Attachments;
	readonly readers: Readers;
}

/** GET /report/<desk>/readers */
interface Fresh {
	readonly readers: readonly (Reader & { readonly recipient: string })[];
	readonly own: string | null;
	readonly csrf: string;
}

/** Something that the person can put right; nothing was sent. */
export class NeedsAnotherLook extends Error {
	constructor(readonly errors: readonly FieldError[]) {
		super("a field needs another look");
	}
}

/** Seals and sends; on success another page takes this one's place, otherwise the form is as it was, with messages. */
export async function send(form: Form, panel: HTMLElement): Promise<void> {
	clearErrors(form.element);
	form.accounts.takeIn();
	const errors = look(form);
	if (errors.length > 0) {
		showErrors(form.element, errors);
		return;
	}
	swap(form.element, panel, true);
	try {
		const location = await sealAndPost(form, panel);
		window.location.replace(location);
	} catch (error) {
		swap(form.element, panel, false);
		showFailure(form.element, error);
	}
}

/** What can be seen without asking anybody. */
function look({ element, narrative, accounts, readers }: Form): FieldError[] {
	const errors: FieldError[] = [];
	if (narrative.text() === "") {
		errors.push({ field: "narrative", message: msg("reports-error-narrative-empty") });
	} else if (!narrative.fits()) {
		const kib = Number(element.dataset["longest"]) / 1024;
		errors.push({ field: "narrative", message: msg("reports-error-narrative-long", { kib }) });
	}
	if (!readers.enough()) {
		const fewest = Number(element.dataset["fewestReaders"]);
		errors.push({ field: "left_out", message: msg("reports-error-readers-few", { fewest }) });
	}
	const hold = element.querySelector<HTMLInputElement>("[name='hold']:checked")?.value ?? "";
	if (hold !== "" && accounts.names().length === 0) {
		errors.push({ field: "hold", message: msg("reports-error-hold-nobody") });
	}
	return errors;
}

async function sealAndPost(form: Form, panel: HTMLElement): Promise<string> {
	const { element } = form;
	const say = (text: string) => fill(find("[data-sending-said]", panel), text);
	say(msg("reports-sending-sealing"));
	const fresh = await getJson<Fresh>(element.dataset["readersAddress"] ?? "");
	find<HTMLMetaElement>("meta[name='csrf-token']").content = fresh.csrf; // after signing in again elsewhere
	if (!form.readers.agreesWith(fresh.readers)) {
		throw new NeedsAnotherLook([
			{ field: "form", message: msg("reports-error-readers-changed") },
		]);
	}
	const links = await linksOf(form);
	const own = fresh.own ?? (await ownKey(element, panel, say));
	if (own !== null) {
		element.querySelector("[data-own-key]")?.remove(); // settled, for later attempts too
	}
	const asked = new Set(form.readers.asked());
	const recipients = Object.fromEntries(
		fresh.readers.filter(({ id }) => asked.has(id)).map(({ id, recipient }) => [id, recipient]),
	);
	if (own !== null) {
		recipients[element.dataset["ownId"] ?? ""] = own;
	}
	say(msg("reports-sending-sealing"));
	const report = element.dataset["report"] ?? "";
	const key = await form.attachments.key();
	const filing = { report, narrative: form.narrative.text(), readers: recipients, key };
	const count = Object.keys(recipients).length;
	const sealed = await run("sealFiling", filing, (done) =>
		say(msg("reports-sending-sealed", { done, count })),
	);
	const attach = await form.attachments.deliver(say);
	say(msg("reports-sending-going"));
	const body = bodyOf(form, links, sealed);
	attach(body);
	const asking = { again: 2, timeout: TIMEOUT };
	return (await postJson<{ location: string }>(element.dataset["address"] ?? "", body, asking)).location;
}

async function linksOf({ element, links }: Form): Promise<readonly FoundLink[]> {
	const { found, errors } = await links.settled();
	const most = Number(element.dataset["mostLinks"]);
	if (found.length > most) {
		const message = msg("reports-error-links-many", { most, count: found.length });
		throw new NeedsAnotherLook([{ field: "links", message }, ...errors]);
	}
	if (errors.length > 0) {
		throw new NeedsAnotherLook(errors);
	}
	return found;
}

/** Null for a person who goes without. */
async function ownKey(
	form: HTMLElement,
	panel: HTMLElement,
	say: (text: string) => void,
): Promise<string | null> {
	const wanted = form.querySelector<HTMLInputElement>("[name='key']:checked")?.value === "make";
	return wanted ? makeOwnKey(find("[data-sheet]", panel), form.dataset["owner"] ?? "", say) : null;
}

function bodyOf(form: Form, links: readonly FoundLink[], sealed: SealedFiling): FormData {
	const { element } = form;
	const chosen = (name: string) =>
		element.querySelector<HTMLInputElement>(`[name='${name}']:checked`)?.value ?? "";
	const body = new FormData();
	body.set("form_id", element.dataset["formId"] ?? "");
	body.set("recipient", sealed.recipient);
	body.set("narrative", new Blob([sealed.narrative]), "narrative.age");
	body.set("boxes", JSON.stringify(sealed.boxes));
	for (const name of form.accounts.names()) {
		body.append("accounts", name);
	}
	for (const link of links) {
		body.append("links", link.pasted);
		body.append("captions", link.caption);
	}
	for (const id of form.readers.leftOut()) {
		body.append("left_out", id);
	}
	body.set("context", form.links.context());
	body.set("wishes", chosen("wishes"));
	body.set("contact", chosen("contact"));
	body.set("hold", chosen("hold"));
	body.set("reminders", element.querySelector<HTMLSelectElement>("#reminders")?.value ?? "");
	return body;
}

function swap(form: HTMLElement, panel: HTMLElement, sending: boolean): void {
	show(form, !sending);
	show(panel, sending);
	fill(find("[data-sheet]", panel));
	if (sending) {
		panel.focus();
	}
}

function showFailure(form: HTMLElement, error: unknown): void {
	if (error instanceof NeedsAnotherLook) {
		showErrors(form, error.errors);
	} else {
		showRefusal(form, error);
	}
}
