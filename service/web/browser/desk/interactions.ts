// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * On the page of a case: asking a wiki where two accounts edited close in time, and the answers to one's own questions,
 * sealed to one's own key.
 */

import { fromBase64Url, fromUtf8 } from "../bytes.ts";
import { button } from "../controls.ts";
import { add, type Child, fill, find, findAll, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { type FieldError, getJson, postJson, Refused } from "../http.ts";
import { follow } from "../live.ts";
import { msg } from "../messages.ts";
import { run } from "../sealing/client.ts";
import { unframe } from "../sealing/frame.ts";
import type { Cited } from "./evidence.ts";
import { type Answer, page, type Question, summary } from "./meetings.ts";

export const INTERACTION_MESSAGES = [
	"interactions-about",
	"interactions-answered",
	"interactions-apart-days",
	"interactions-apart-hours",
	"interactions-apart-minutes",
	"interactions-apart-seconds",
	"interactions-asked",
	"interactions-counts",
	"interactions-edit",
	"interactions-more",
	"interactions-not-further",
	"interactions-not-there",
	"interactions-remove",
	"interactions-removed",
	"interactions-since",
	"interactions-state-answered",
	"interactions-state-dropped",
	"interactions-state-given-up",
	"interactions-state-later",
	"interactions-state-waiting",
] as const;

/** GET …/interactions */
interface Asked {
	readonly request: string;
	readonly state: string;
}

/** Shows the section, once; `reports` are the opened ones, whose accounts are offered. */
export function startInteractions(
	root: HTMLElement,
	identity: string,
	reports: readonly Cited[],
): void {
	const place = find("[data-meeting]", root);
	const names = [...namesIn(reports)].sort();
	fill(find("#meeting-accounts", place), ...names.map((value) => h("option", { value })));
	if (place.hidden) {
		const about = find("[data-account-here]", root).querySelector("bdi");
		find<HTMLInputElement>("#meeting-first", place).value = about?.textContent ?? "";
		show(place);
		new Interactions(place, identity).start();
	}
}

/** Accounts that the reports name, and authors of what they cite. */
function namesIn(reports: readonly Cited[]): Set<string> {
	const found = new Set<string>();
	for (const { opened } of reports) {
		opened.named.forEach(({ name }) => found.add(name));
		for (const finding of [...opened.findings.values()].flat()) {
			const { author, authors } = finding as { author?: string; authors?: { name: string }[] };
			[author, ...(authors ?? []).map(({ name }) => name)].forEach((name) => name && found.add(name));
		}
	}
	return found;
}

class Interactions {
	private readonly address: string;
	private readonly items = new Map<string, { readonly item: HTMLElement; state: string }>();
	private following = new AbortController();
	private asking = false;

	constructor(
		private readonly place: HTMLElement,
		private readonly identity: string,
	) {
		this.address = place.dataset["meeting"] ?? "";
	}

	start(): void {
		find("form", this.place).addEventListener("submit", (event) => {
			event.preventDefault();
			void this.ask();
		});
		void this.follow();
	}

	private say(text: string): void {
		fill(find("[data-meeting-said]", this.place), text);
	}

	private async ask(): Promise<void> {
		if (this.asking) {
			return;
		}
		const fields = findAll<HTMLInputElement>("[data-field]", this.place);
		const typed = fields.map((one) => [one.dataset["field"], one.value]);
		this.asking = true;
		this.refuse([]);
		try {
			await postJson(this.address, Object.fromEntries(typed) as object);
			this.say(msg("interactions-asked"));
			void this.follow();
		} catch (error) {
			const errors = error instanceof Refused ? error.errors : [];
			if (errors.length > 0) {
				this.refuse(errors);
			} else {
				tell(error, (message) => this.refuse([{ field: "form", message }]));
			}
		} finally {
			this.asking = false;
		}
	}

	/**
	 * Each message at its field, the first of which gets the focus; that of an unknown field at the
	 * button. An empty list takes them away.
	 */
	private refuse(errors: readonly FieldError[]): void {
		const places = findAll("[data-error]", this.place);
		const known = new Set(places.map((one) => one.dataset["error"] ?? ""));
		for (const place of places) {
			const field = place.dataset["error"] ?? "";
			const error = errors.find((one) => (known.has(one.field) ? one.field : "form") === field);
			fill(place, error?.message);
			show(place, error !== undefined);
			const control = this.place.querySelector(`[data-field="${field}"]`);
			control?.setAttribute("aria-invalid", String(error !== undefined));
		}
		this.place.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
	}

	/** While something is under way; a refusal ends it, the page says the rest when it is loaded again. */
	private async follow(): Promise<void> {
		this.following.abort();
		this.following = new AbortController();
		const { signal } = this.following;
		try {
			await follow<{ asked: Asked[] }>(this.address, ({ asked }) => this.shown(asked), signal);
		} catch (error) {
			if (!signal.aborted) {
				tell(error, (text) => this.say(text));
			}
		}
	}

	private shown(asked: readonly Asked[]): "enough" | undefined {
		const list = find("[data-meeting-list]", this.place);
		for (const { request, state } of asked) {
			const known = this.items.get(request);
			if (known?.state !== state) {
				const item = known?.item ?? h("li", { class: "cs-meeting__item" });
				this.items.set(request, { item, state });
				void this.fill(item, request, state);
				if (known) {
					this.say(msg("interactions-answered"));
				}
			}
		}
		const items = asked.map(({ request }) => this.items.get(request)?.item);
		if (items.some((item, at) => list.children[at] !== item) || list.children.length !== items.length) {
			fill(list, ...items);
		}
		show(list, items.length > 0);
		return asked.some(({ state }) => state === "waiting" || state === "later") ? undefined : "enough";
	}

	private async fill(item: HTMLElement, request: string, state: string): Promise<void> {
		try {
			const sealed = await getJson<Record<"question" | "answer", string | null>>(
				`${this.address}/${request}`,
			);
			const open = async <T>(part: "question" | "answer"): Promise<T | null> => {
				const file = sealed[part];
				if (file === null) {
					return null;
				}
				const framed = await run("open", { sealed: fromBase64Url(file), identity: this.identity });
				return JSON.parse(fromUtf8(unframe({ report: request, part }, framed))) as T;
			};
			const question = await open<Question>("question");
			const answer = await open<Answer>("answer");
			if (this.items.get(request)?.state !== state) {
				return; // there is younger news by now
			}
			fill(item, ...(question ? this.described(request, question, state, answer) : []));
		} catch (error) {
			tell(error, (text) => fill(item, h("p", { class: "cs-error" }, text)));
		}
		const away = button(msg("interactions-remove"), () => void this.remove(request), "quiet");
		away.setAttribute("aria-describedby", `meeting-${request}`);
		add(item, away);
	}

	private described(
		request: string,
		question: Question,
		state: string,
		answer: Answer | null,
	): Child[] {
		const chosen = [question.closeness, question.window].map(
			(value) => this.place.querySelector(`option[value="${value}"]`)?.textContent,
		);
		const { first, second, wiki } = question;
		return [
			h("h3", { id: `meeting-${request}` }, h("bdi", {}, msg("interactions-about", { first, second, wiki }))),
			h("p", { class: "cs-hint" }, chosen.join(" · ")),
			h("p", {}, answer ? summary(question, answer) : msg(`interactions-state-${state}`)),
			answer &&
				answer.pages.length > 0 &&
				h("ol", { class: "cs-list" }, ...answer.pages.map((met) => page(question, met))),
		];
	}

	private async remove(request: string): Promise<void> {
		try {
			await postJson(`${this.address}/${request}/remove`, {});
			this.say(msg("interactions-removed"));
			find("summary", this.place).focus(); // the button is gone
			await this.follow();
		} catch (error) {
			tell(error, (text) => this.say(text));
		}
	}
}
