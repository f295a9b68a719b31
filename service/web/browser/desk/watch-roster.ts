// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The part of the roster's page that says what is not as this browser remembers it: who reads, with
 * which keys; the record of who did what; and the page on the wiki.
 */

import { button, notice } from "../controls.ts";
import { fill, find, h } from "../dom.ts";
import { tell } from "../explain.ts";
import { getJson } from "../http.ts";
import { day, msg } from "../messages.ts";
import {
	type DayHead,
	faultsOf,
	forgetDesk,
	type HeadFault,
	joined,
	type KnownReader,
	type Memory,
	recall,
	remember,
	type Watched,
} from "./memory.ts";
import { fetchPinned, pinnedOf } from "./pinned.ts";
import { rosterFingerprint, sha256 } from "./roster-lines.ts";

export const WATCH_MESSAGES = [
	"watching-begin",
	"watching-first",
	"watching-fingerprint-wrong",
	"watching-head-changed",
	"watching-head-gone",
	"watching-heads-about",
	"watching-heads-kept",
	"watching-heads-none",
	"watching-key-changed",
	"watching-key-changed-operator",
	"watching-key-gone",
	"watching-key-new",
	"watching-key-new-operator",
	"watching-pinned-differs",
	"watching-pinned-missing",
	"watching-pinned-open",
	"watching-pinned-same",
	"watching-pinned-several",
	"watching-pinned-unreachable",
	"watching-same",
	"watching-save",
	"watching-seen",
	"watching-since",
] as const;

/** A reader in GET …/roster/keys */
interface ServedReader {
	readonly id: string;
	readonly name: string;
	readonly recipient: string;
	/** Who vouched; null for two people from outside. */
	readonly voucher: string | null;
	/** As it is shown. */
	readonly on: string | null;
}

/** On the page of the roster. */
export async function watchRoster(main: HTMLElement): Promise<void> {
	const place = main.querySelector<HTMLElement>("[data-watch]");
	if (!place) {
		return; // not a reader yet
	}
	try {
		await showRoster(place);
	} catch (error) {
		const roster = find("[data-watch-roster]", place);
		tell(error, (text) => fill(roster, h("p", { class: "cs-error" }, text)));
	}
}

async function showRoster(place: HTMLElement): Promise<void> {
	const { readers } = await getJson<{ readers: ServedReader[] }>(
		place.dataset["keysAddress"] ?? "",
	);
	const watched = await getJson<Watched>(place.dataset["watchAddress"] ?? "");
	const fingerprint = await rosterFingerprint(readers);
	const known = await Promise.all(readers.map(knownOf));
	const name = place.dataset["watch"] ?? "";
	const memory = recall(name);
	const faults = faultsOf(memory?.heads ?? [], watched.heads);
	const now: Memory = {
		fingerprint,
		readers: known,
		heads: joined(memory?.heads ?? [], watched.heads),
	};
	// Heads are remembered at once; of the roster what was seen stays until the person says so.
	remember(name, memory === null ? now : { ...memory, heads: now.heads });
	const changes = memory === null ? [] : changesOf(memory.readers, readers, known);
	showChanges(place, memory, changes, fingerprint === watched.fingerprint);
	showHeads(place, now.heads, memory, faults);
	showActs(place, name, now, watched, changes.length > 0, faults.length > 0);
	await showPinned(place, fingerprint);
}

async function knownOf({ id, name, recipient }: ServedReader): Promise<KnownReader> {
	return { id, name, key: await sha256(recipient) };
}

/** Sentences on what is not as it was remembered. */
function changesOf(
	before: readonly KnownReader[],
	served: readonly ServedReader[],
	known: readonly KnownReader[],
): string[] {
	const old = new Map(before.map((reader) => [reader.id, reader]));
	const here = new Set(known.map((reader) => reader.id));
	const changes: string[] = [];
	known.forEach(({ id, key }, position) => {
		const was = old.get(id);
		const reader = served[position];
		if (reader && was?.key !== key) {
			changes.push(sentence(reader, was !== undefined));
		}
	});
	const gone = before.filter((reader) => !here.has(reader.id));
	return [...changes, ...gone.map(({ name }) => msg("watching-key-gone", { name }))];
}

function sentence({ name, voucher, on }: ServedReader, isChange: boolean): string {
	const date = on ?? "";
	if (voucher === null) {
		const values = { name, date };
		return isChange
			? msg("watching-key-changed-operator", values)
			: msg("watching-key-new-operator", values);
	}
	const values = { name, voucher, date };
	return isChange ? msg("watching-key-changed", values) : msg("watching-key-new", values);
}

function showChanges(
	place: HTMLElement,
	memory: Memory | null,
	changes: readonly string[],
	isHonest: boolean,
): void {
	const parts: HTMLElement[] = [];
	if (!isHonest) {
		parts.push(notice("error", h("p", {}, msg("watching-fingerprint-wrong"))));
	}
	if (memory === null) {
		parts.push(h("p", {}, msg("watching-first")));
	} else if (changes.length === 0) {
		parts.push(h("p", {}, msg("watching-same")));
	} else {
		const list = h("ul", {}, ...changes.map((change) => h("li", {}, change)));
		parts.push(notice("warning", h("p", {}, msg("watching-since")), list));
	}
	fill(find("[data-watch-roster]", place), ...parts);
}

function showHeads(
	place: HTMLElement,
	heads: readonly DayHead[],
	memory: Memory | null,
	faults: readonly HeadFault[],
): void {
	const mount = find("[data-watch-heads]", place);
	if (faults.length === 0) {
		const count = memory?.heads.length ?? 0;
		const kept = msg("watching-heads-kept", { count: heads.length });
		fill(mount, h("p", {}, count === 0 ? msg("watching-heads-none") : kept));
		return;
	}
	const lines = faults.map(({ day: on, kind }) => {
		const values = { date: day(on) };
		const text =
			kind === "gone" ? msg("watching-head-gone", values) : msg("watching-head-changed", values);
		return h("li", {}, text);
	});
	fill(mount, notice("error", h("ul", {}, ...lines), h("p", {}, msg("watching-heads-about"))));
}

function showActs(
	place: HTMLElement,
	name: string,
	now: Memory,
	watched: Watched,
	changed: boolean,
	faulty: boolean,
): void {
	const acts = find("[data-watch-acts]", place);
	const seen = button(msg("watching-seen"), () => {
		remember(name, now);
		void watchRoster(place.parentElement ?? place);
	});
	const begin = button(msg("watching-begin"), () => {
		forgetDesk(name);
		remember(name, { ...now, heads: watched.heads });
		void watchRoster(place.parentElement ?? place);
	});
	const save = now.heads.length > 0 && download(place.dataset["desk"] ?? "", now.heads);
	fill(acts, changed && seen, save, faulty && begin);
}

/** A file for `community-support audit verify --heads`. */
function download(desk: string, heads: readonly DayHead[]): HTMLElement {
	const lines = heads.map(({ day: on, digest }) => `${desk}:${on}:${digest}\n`);
	const link = h("a", { class: "cs-target", download: `${desk}-heads.txt` }, msg("watching-save"));
	link.href = URL.createObjectURL(new Blob(lines, { type: "text/plain" }));
	return link;
}

async function showPinned(place: HTMLElement, fingerprint: string): Promise<void> {
	const address = place.dataset["pinnedAddress"];
	if (address === undefined) {
		return;
	}
	const line = find("[data-watch-pinned]", place);
	const page = await fetchPinned(address);
	if (page === null) {
		fill(line, msg("watching-pinned-unreachable"));
		return;
	}
	const [found, ...others] = pinnedOf(page.text, place.dataset["desk"] ?? "");
	if (found === fingerprint && others.length === 0) {
		const open = page.isProtected ? "" : ` ${msg("watching-pinned-open")}`;
		fill(line, msg("watching-pinned-same") + open);
	} else if (found === undefined) {
		fill(line, msg("watching-pinned-missing"));
	} else {
		const differs = msg("watching-pinned-differs", { found });
		fill(line, others.length > 0 ? msg("watching-pinned-several") : differs);
		line.classList.add("cs-error");
	}
}
