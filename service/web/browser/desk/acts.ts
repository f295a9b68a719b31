// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a reader does with one opened report: answer its reporter, close it, see who reported. The forms are copied from
 * the page's template into the card; what is written is sealed here to the report's recipient.
 */

import { add, fill, find, findAll, h, show } from "../dom.ts";
import { utf8 } from "../bytes.ts";
import { getJson, postJson, Unreachable } from "../http.ts";
import { msg } from "../messages.ts";
import { clearErrors, showErrors, showFailure } from "../report/fields.ts";
import { sealMessage, wordsIn } from "../report/message.ts";
import type { OpenedReport } from "../report/opened.ts";
import type { SealedOfCase } from "./accounts.ts";
import { openIdentity } from "./identity.ts";
import { entry, THREAD_MESSAGES } from "./thread.ts";

export const ACTS_MESSAGES = [
	...THREAD_MESSAGES,
	"desks-answer-empty",
	"desks-answer-long",
	"desks-answer-sealing",
	"desks-answer-sent",
	"desks-closing-done",
	"desks-closing-empty",
	"desks-closing-long",
	"desks-identity-shown",
	"desks-identity-unnamed",
	"reports-error-session",
] as const;

/** A report's card with everything that its acts need. */
export interface Card {
	readonly acts: HTMLElement;
	readonly sealed: SealedOfCase;
	readonly identity: string;
	/** Address of the report's acts. */
	readonly address: string;
}

type Writing = "answer" | "closing";

/** Shows the thread below what was opened in `place`, and the buttons. */
export function showActs(
	root: HTMLElement,
	place: HTMLElement,
	sealed: SealedOfCase,
	opened: OpenedReport,
	identity: string,
): void {
	const thread = h("ol", { class: "cs-thread", "data-thread": true });
	for (const line of sealed.thread) {
		const body = opened.parts.get(line.part);
		add(thread, entry(line.kind, line.day, body === undefined ? "" : wordsIn(line.part, body)));
	}
	const template = find<HTMLTemplateElement>("[data-report-acts]");
	const copy = document.importNode(template.content, true);
	const acts = find("[data-acts]", copy);
	const holder = place.closest<HTMLElement>("[data-report]") ?? place;
	makeUnique(acts, holder.dataset["code"] ?? "");
	add(place, thread, acts);
	const address = `${root.dataset["reports"] ?? ""}/${sealed.id}`;
	const card: Card = { acts, sealed, identity, address };
	const reach = acts.querySelector(`p[data-reach="${holder.dataset["reach"] ?? ""}"]`);
	if (reach) {
		show(reach);
		show(find("[data-open='answer']", acts), false);
	}
	show(find("[data-open='closing']", acts), !("closed" in holder.dataset));
	startButtons(acts);
	const limits = { answer: root.dataset["longestMessage"], closing: root.dataset["longestLine"] };
	for (const writing of ["answer", "closing"] as const) {
		const form = find<HTMLFormElement>(`[data-form="${writing}"]`, acts);
		onSubmit(form, () => write(card, thread, form, writing, Number(limits[writing])));
	}
	const gate = find<HTMLFormElement>("[data-form='identity']", acts);
	onSubmit(gate, () => openIdentity(card, gate));
}

/** Ids of the copy, and what refers to them, get the card's code. */
function makeUnique(acts: HTMLElement, code: string): void {
	for (const name of ["id", "for", "aria-labelledby", "aria-describedby"]) {
		for (const element of findAll(`[${name}]`, acts)) {
			const ids = (element.getAttribute(name) ?? "").split(" ");
			element.setAttribute(name, ids.map((id) => `${id}-${code}`).join(" "));
		}
	}
	for (const choice of findAll<HTMLInputElement>("[data-why]", acts)) {
		choice.name = `why-${code}`;
	}
}

/** Each button folds its form out and in; another one's form folds in, with what was typed. */
function startButtons(acts: HTMLElement): void {
	const buttons = findAll<HTMLButtonElement>("[data-open]", acts);
	for (const button of buttons) {
		button.addEventListener("click", () => {
			const opens = button.getAttribute("aria-expanded") !== "true";
			say(acts, "");
			for (const other of buttons) {
				const open = other === button && opens;
				other.setAttribute("aria-expanded", String(open));
				show(formOf(acts, other), open);
			}
			if (opens) {
				formOf(acts, button).querySelector<HTMLElement>("input, textarea")?.focus();
			}
		});
	}
}

function formOf(acts: HTMLElement, button: HTMLElement): HTMLElement {
	return find(`[data-form="${button.dataset["open"] ?? ""}"]`, acts);
}

/** Folds every form in: what it was for is done. */
export function foldIn(acts: HTMLElement): void {
	for (const button of findAll("[data-open]", acts)) {
		button.setAttribute("aria-expanded", "false");
		show(formOf(acts, button), false);
	}
}

function onSubmit(form: HTMLFormElement, act: () => Promise<void>): void {
	const button = find<HTMLButtonElement>("button", form);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		if (!button.disabled) {
			button.disabled = true;
			void act().finally(() => (button.disabled = false));
		}
	});
}

export function say(acts: HTMLElement, text: string): void {
	fill(find("[data-acts-said]", acts), text);
}

async function write(
	card: Card,
	thread: HTMLElement,
	form: HTMLFormElement,
	writing: Writing,
	longest: number,
): Promise<void> {
	const { acts } = card;
	const field = find<HTMLTextAreaElement | HTMLInputElement>("[data-text]", form);
	const text = field.value.trim();
	const size = writing === "answer" ? utf8(text).length : [...text].length;
	clearErrors(form);
	if (text === "" || size > longest) {
		const most = writing === "answer" ? longest / 1024 : longest;
		const key = text === "" ? "empty" : "long";
		showErrors(form, [{ field: "text", message: msg(`desks-${writing}-${key}`, { most }) }]);
		return;
	}
	try {
		say(acts, msg("desks-answer-sealing"));
		const when = await post(card, form, writing, text);
		field.value = "";
		add(thread, entry(writing === "answer" ? "answered" : "closed", when, text));
		foldIn(acts);
		show(find("[data-open='closing']", acts), writing === "answer");
		say(acts, msg(writing === "answer" ? "desks-answer-sent" : "desks-closing-done"));
		(acts.querySelector<HTMLElement>("[data-open]:not([hidden])") ?? acts).focus();
	} catch (error) {
		say(acts, "");
		showFailure(form, error);
	}
}

/** A body that may have arrived already, by its form: it goes again as it is. */
const pending = new WeakMap<HTMLFormElement, { text: string; body: FormData; day: string }>();

/** The day under which it is kept. Throws Refused, Unreachable, SealingError. */
async function post(
	{ sealed, address }: Card,
	form: HTMLFormElement,
	writing: Writing,
	text: string,
): Promise<string> {
	let waiting = pending.get(form);
	if (waiting?.text !== text) {
		const fresh = await getJson<{ form_id: string; number: number; day: string }>(
			`${address}/message`,
		);
		const part = `message-${fresh.number}`;
		const about = { kind: writing, day: fresh.day };
		const file = await sealMessage(sealed.id, part, about, text, sealed.recipient);
		const body = new FormData();
		body.set("form_id", fresh.form_id);
		body.set("writing", writing);
		body.set("number", String(fresh.number));
		body.set("message", new Blob([file]), "message.age");
		waiting = { text, body, day: fresh.day };
	}
	pending.delete(form);
	try {
		await postJson(`${address}/message`, waiting.body, { again: 2 });
	} catch (error) {
		if (error instanceof Unreachable) {
			pending.set(form, waiting);
		}
		throw error;
	}
	return waiting.day;
}
