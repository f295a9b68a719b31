// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Who will see the report: the desk's readers, less those named and those left out. Made from the roster that is in
 * the page; nothing is fetched while one ticks.
 */

import { checkbox } from "../controls.ts";
import { fill, find, findAll, h, show } from "../dom.ts";
import { msg } from "../messages.ts";
import { mentions } from "../names.ts";

export interface Reader {
	/** The central id. */
	readonly id: string;
	readonly name: string;
	/** Other accounts that the reader declared in public. */
	readonly also: readonly string[];
}

export interface Readers {
	/** Ids of those who get a box. */
	asked(): readonly string[];
	/** Ids that the reporter ticked: those who are named are left out anyway. */
	leftOut(): readonly string[];
	/** Enough readers are left. */
	enough(): boolean;
	name(accounts: readonly string[]): void;
	/** Whether `roster` is who the page shows; if not, the page shows `roster` from now on. */
	agreesWith(roster: readonly Reader[]): boolean;
}

export function startReaders(form: HTMLElement, first: readonly Reader[], fewest: number): Readers {
	let roster = first;
	let named: readonly string[] = [];
	const ticked = new Set<string>();
	let ticks: readonly Tick[] = [];

	const isNamed = ({ name, also }: Reader) =>
		named.some((account) => [name, ...also].some((one) => mentions(account, one)));
	const asked = () =>
		roster.filter((one) => !isNamed(one) && !ticked.has(one.id)).map((one) => one.id);
	const update = () => {
		for (const { reader, input, why } of ticks) {
			const locked = isNamed(reader);
			input.checked = locked || ticked.has(reader.id);
			input.disabled = locked;
			show(why, locked);
		}
		const count = asked().length;
		const few = count < fewest;
		const text = msg(few ? "reports-readers-few" : "reports-readers-count", { count, fewest });
		for (const line of findAll("[data-readers-count]")) {
			if (line.textContent !== text) {
				fill(line, text); // unchanged words are not spoken again
			}
		}
		const readers = roster.map((one) => entry(one, isNamed(one), ticked.has(one.id)));
		fill(find("[data-readers]", form), ...readers);
	};
	const build = () => {
		ticks = roster.map((reader) =>
			tickFor(reader, (on) => {
				ticked[on ? "add" : "delete"](reader.id);
				update();
			}),
		);
		fill(find("[data-ticks]", form), ...ticks.map(({ box }) => box));
		update();
	};
	build();
	return {
		asked,
		leftOut: () => [...ticked],
		enough: () => asked().length >= fewest,
		name: (accounts) => {
			named = accounts;
			update();
		},
		agreesWith: (fresh) => {
			const key = (one: Reader) => JSON.stringify([one.id, one.name, ...one.also]);
			const same = fresh.map(key).sort().join("\n") === roster.map(key).sort().join("\n");
			if (!same) {
				roster = fresh;
				build();
			}
			return same;
		},
	};
}

/** A check box of somebody who may be left out, and the line that says why it is locked. */
interface Tick {
	readonly reader: Reader;
	readonly box: HTMLElement;
	readonly input: HTMLInputElement;
	readonly why: HTMLElement;
}

function tickFor(reader: Reader, onChange: (on: boolean) => void): Tick {
	const id = `left-out-${reader.id}`;
	const { box, input } = checkbox(id, textOf(reader));
	const why = h("p", { id: `${id}-why`, class: "cs-hint" }, msg("reports-left-out-named"));
	input.setAttribute("aria-describedby", `${id}-why`);
	input.addEventListener("change", () => onChange(input.checked));
	return { reader, box: h("div", {}, box, why), input, why };
}

function entry(reader: Reader, isNamed: boolean, isTicked: boolean): HTMLElement {
	const why = isNamed ? "reports-readers-named" : "reports-readers-left-out";
	const out = isNamed || isTicked;
	return h(
		"li",
		{ "data-reader": reader.id },
		out
			? h("s", { class: "cs-readers__out" }, h("bdi", {}, textOf(reader)))
			: h("bdi", {}, textOf(reader)),
		out && h("span", { class: "cs-note" }, ` (${msg(why)})`),
	);
}

function textOf({ name, also }: Reader): string {
	return also.length === 0 ? name : `${name} (${msg("reports-reader-also")} ${also.join(", ")})`;
}
