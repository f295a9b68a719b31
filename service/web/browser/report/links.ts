// SPDX-License-Identifier: AGPL-3.0-or-later
/** The field that takes any pasted text, and the list of links that the server found in it. It stores nothing. */

import { fill, find, h, show } from "../dom.ts";
import { type FieldError, postJson } from "../http.ts";
import { msg } from "../messages.ts";
import { tell } from "../explain.ts";

const STILL = 400; // milliseconds without a key pressed

/** One link of the text, as POST /links answers. */
export interface FoundLink {
	readonly pasted: string;
	readonly understood: boolean;
	readonly wiki: string | null;
	/** What it is; or why it was not understood and what to paste. */
	readonly what: string;
	readonly caption: string;
	readonly address: string | null;
}

interface Answer {
	readonly found: readonly FoundLink[];
	readonly errors: readonly FieldError[];
}

export interface PastedLinks {
	/** What the text as it stands now holds. Throws Refused, Unreachable. */
	settled(): Promise<Answer>;
	/** The wiki that was named for bare wikitext. */
	context(): string;
}

export function startLinks(form: HTMLElement, address: string): PastedLinks {
	const field = find<HTMLTextAreaElement>("#links", form);
	const context = find<HTMLInputElement>("#context", form);
	const said = find("[data-links-said]", form);
	const list = find("[data-found]", form);
	let timer: ReturnType<typeof setTimeout> | undefined;
	let asked = 0;

	const ask = async (): Promise<Answer> => {
		clearTimeout(timer);
		const mine = ++asked;
		const text = field.value;
		const empty = text.trim() === "";
		const answer = empty
			? { found: [], errors: [] }
			: await postJson<Answer>(address, { text, context: context.value }, { again: 2 });
		if (mine === asked) {
			showFound(answer, empty);
		}
		return answer;
	};
	const showFound = ({ found, errors }: Answer, empty: boolean) => {
		fill(list, ...found.map(row));
		show(list, found.length > 0);
		const none = empty ? "" : msg("reports-links-none");
		fill(said, found.length > 0 ? msg("reports-links-found", { count: found.length }) : none);
		const place = find("[data-error='context']", form);
		fill(place, errors[0]?.message ?? "");
		show(place, errors.length > 0);
	};
	const later = () => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			ask().catch((error: unknown) => {
				// Told in the form's own words; only a fault of ours goes on to the console.
				tell(error, () => fill(said, msg("reports-links-unreachable")));
			});
		}, STILL);
	};
	field.addEventListener("input", later);
	context.addEventListener("input", later);
	return { settled: ask, context: () => context.value };
}

function row(link: FoundLink): HTMLElement {
	const open =
		link.address === null
			? null
			: h("a", { href: link.address, target: "_blank" }, msg("reports-links-open"));
	return h(
		"li",
		{ class: link.understood ? "" : "cs-found__not", "data-understood": link.understood },
		h(
			"p",
			{},
			link.wiki !== null && h("span", { class: "cs-found__wiki" }, h("bdi", {}, link.wiki), " · "),
			link.what,
			link.caption !== "" && " · ",
			link.caption !== "" && h("q", { class: "cs-found__caption" }, h("bdi", {}, link.caption)),
		),
		link.understood
			? h("p", { class: "cs-found__pasted" }, open)
			: h("p", { class: "cs-found__pasted" }, h("bdi", { dir: "ltr" }, link.pasted)),
	);
}
