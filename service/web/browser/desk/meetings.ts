// SPDX-License-Identifier: AGPL-3.0-or-later
/** Where two accounts met, as service/interactions/sealed.py writes it: shown as sentences and a list of pages. */

import { h } from "../dom.ts";
import { moment, msg } from "../messages.ts";

export interface Question {
	readonly first: string;
	readonly second: string;
	readonly wiki: string;
	/** Days, and seconds: values of the form's choices. */
	readonly window: number;
	readonly closeness: number;
}

interface Side {
	readonly there: boolean;
	readonly edits: number;
	readonly back_to: string | null;
}

interface Edit {
	readonly timestamp: string;
	readonly address: string | null;
}

export interface Meeting {
	readonly title: string;
	/** Seconds. */
	readonly distance: number;
	readonly first: Edit;
	readonly second: Edit;
	readonly first_edits: number;
	readonly second_edits: number;
}

export interface Answer {
	readonly asked_at: string;
	readonly since: string;
	readonly first: Side;
	readonly second: Side;
	readonly pages: readonly Meeting[];
	readonly close: number;
	readonly shared: number;
}

/** What was found as sentences, and how far it can be relied on. */
export function summary(question: Question, answer: Answer): string {
	const sides = (["first", "second"] as const).map((side) => ({
		account: question[side],
		...answer[side],
	}));
	const left = answer.close - answer.pages.length;
	return [
		msg("interactions-state-answered", { pages: answer.close, shared: answer.shared }),
		left > 0 && msg("interactions-more", { count: left }),
		...sides.map(
			({ there, account, back_to }) =>
				(!there && msg("interactions-not-there", { account })) ||
				(back_to !== null && msg("interactions-not-further", { account, time: moment(back_to) })),
		),
		msg("interactions-since", { since: moment(answer.since), asked: moment(answer.asked_at) }),
	]
		.filter(Boolean)
		.join(" ");
}

/** The earlier of the two edits comes first. */
export function page({ first, second }: Question, met: Meeting): HTMLElement {
	const edits = [
		{ account: first, ...met.first },
		{ account: second, ...met.second },
	].sort((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp));
	const counts = { first, second, first_count: met.first_edits, second_count: met.second_edits };
	return h(
		"li",
		{ class: "cs-meeting__page" },
		h("p", {}, h("strong", {}, h("bdi", {}, met.title)), " · ", apart(met.distance)),
		...edits.map((one) => h("p", {}, edit(one))),
		h("p", { class: "cs-hint" }, msg("interactions-counts", counts)),
	);
}

function apart(seconds: number): string {
	const units = { days: 172_800, hours: 3600, minutes: 60 };
	const size = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };
	const unit = (Object.keys(units) as (keyof typeof units)[]).find((one) => seconds >= units[one]);
	const name = unit ?? "seconds";
	return msg(`interactions-apart-${name}`, { count: Math.floor(seconds / size[name]) });
}

function edit({ account, timestamp, address }: Edit & { readonly account: string }): HTMLElement {
	const text = msg("interactions-edit", { account, time: moment(timestamp) });
	return address === null ? h("bdi", {}, text) : h("a", { href: address, target: "_blank" }, text);
}
