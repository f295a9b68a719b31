// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The page of one's own report: how far it is, live; and, with the key, what is in it and what the wikis answered.
 * The key stays in this page's memory and goes with it.
 */

import { checkedOn, earlier, stretchesOf } from "../answers.ts";
import { fetched } from "../attachments/fetching.ts";
import { READING_MESSAGES, showAttachments } from "../attachments/reading.ts";
import { add, fill, find, findAll, h, show } from "../dom.ts";
import { ERROR_MESSAGES, tell } from "../explain.ts";
import { FINDING_PAGE_MESSAGES } from "../findings.ts";
import { getJson, Refused } from "../http.ts";
import { fetchWraps } from "../keys/personal.ts";
import { askForKey, UNLOCK_MESSAGES } from "../keys/unlock-form.ts";
import { lockAt } from "../keys/unlocked.ts";
import { follow } from "../live.ts";
import { msg } from "../messages.ts";
import { type Facts, type OpenedReport, openReport, type SealedJson } from "../report/opened.ts";
import { OWN_THREAD_MESSAGES, type OwnThread, startOwnThread, type Story } from "../report/own-thread.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [
	...ERROR_MESSAGES,
	...UNLOCK_MESSAGES,
	...FINDING_PAGE_MESSAGES,
	...OWN_THREAD_MESSAGES,
	...READING_MESSAGES,
	"reports-link-state-waiting",
	"reports-link-state-checked",
	"reports-link-state-later",
	"reports-link-state-not-evidence",
	"reports-link-state-given-up",
	"reports-own-accounts-none",
	"reports-own-cannot-open",
	"reports-own-not-understood",
	"reports-own-opened",
	"reports-own-opening",
	"reports-own-updated",
] as const;

/** GET …/progress */
interface Progress extends Story {
	readonly steps: readonly {
		readonly stage: string;
		readonly place: "past" | "now" | "ahead";
		/** As it is shown. */
		readonly day: string | null;
	}[];
	/** The state of each link, in the order in which they were given. */
	readonly links: readonly string[];
	readonly findings: number;
}

export async function startMyReport(page: Page): Promise<void> {
	const root = find("[data-own-report]", page.main);
	let identity: string | null = null;
	let last: string | null = null;
	const thread = startOwnThread(root, async () => {
		onProgress(await getJson<Progress>(root.dataset["progressAddress"] ?? ""));
	});
	const open = async () => {
		if (identity !== null) {
			await showOpened(root, identity, thread);
		}
	};
	const onProgress = (progress: Progress) => {
		const text = JSON.stringify(progress);
		const news = last !== null && last !== text;
		last = text;
		showProgress(root, progress);
		thread.tell(progress);
		if (news) {
			fill(find("[data-said]", root), msg("reports-own-updated"));
			void open();
		}
		return undefined;
	};
	followProgress(root, onProgress);
	if (root.querySelector("[data-unlock]")) {
		identity = await identityOf(page, root);
		await open();
	}
}

/** While the page is open. A refusal means that the session is over: loaded anew, the page says so. */
function followProgress(root: HTMLElement, onProgress: (progress: Progress) => undefined): void {
	const path = root.dataset["progressAddress"] ?? "";
	follow<Progress>(path, onProgress, new AbortController().signal).catch((error: unknown) => {
		if (!(error instanceof Refused)) {
			throw error;
		}
		location.reload();
	});
}

/** The key of this tab, for a functionary who reports; else the one that the recovery code opens. */
async function identityOf(page: Page, root: HTMLElement): Promise<string | null> {
	const already = await page.unlocked();
	if (already !== null) {
		return already.identity;
	}
	const mount = find("[data-unlock]", root);
	try {
		const wrapped = await fetchWraps();
		if (wrapped === null) {
			return null;
		}
		const { identity } = await askForKey(mount, wrapped);
		lockAt(); // it is in this page's memory only, and not for ever
		return identity;
	} catch (error) {
		tell(error, (text) => fill(mount, h("p", { class: "cs-error", role: "alert" }, text)));
		return null;
	}
}

async function showOpened(root: HTMLElement, identity: string, thread: OwnThread): Promise<void> {
	const mount = find("[data-unlock]", root);
	if (find("[data-opened]", root).hidden) {
		fill(mount, h("p", { role: "status", class: "cs-hint" }, msg("reports-own-opening")));
	}
	try {
		const answer = await getJson<{ reports: SealedJson[] }>(root.dataset["sealedAddress"] ?? "");
		const [sealed] = answer.reports;
		if (sealed) {
			const opened = await openReport(sealed, identity);
			fill(mount, opened.damaged && h("p", { class: "cs-error" }, msg("reports-own-cannot-open")));
			showWords(root, opened);
			showLinks(root, opened);
			thread.open({ sealed, report: opened, identity });
			const files = find("[data-attachments]", root);
			if (files.childElementCount === 0) {
				const address = files.dataset["attachments"] ?? "";
				showAttachments(files, opened, fetched(sealed, address, identity));
			}
		}
	} catch (error) {
		tell(error, (text) => fill(mount, h("p", { class: "cs-error", role: "alert" }, text)));
	}
}

function showProgress(root: HTMLElement, { steps, links }: Progress): void {
	for (const step of steps) {
		const item = find(`[data-stage="${step.stage}"]`, root);
		item.classList.toggle("cs-stages__past", step.place === "past");
		if (step.place === "now") {
			item.setAttribute("aria-current", "step");
		} else {
			item.removeAttribute("aria-current");
		}
		fill(find("[data-day]", item), step.day ?? "");
	}
	const items = findAll("[data-checks] > li", root);
	links.forEach((state, position) => {
		showState(items[position] ?? addItem(root), state);
	});
}

/** For a link that came after the page. */
function addItem(root: HTMLElement): HTMLElement {
	const list = find("[data-checks]", root);
	const said = h("div", { "data-link": true }, h("span", { "data-state-said": true }));
	const item = h("li", {}, said, h("div", { "data-finding": true }));
	add(list, item);
	show(list);
	show(find("[data-checks-about]", root));
	root.querySelector("[data-checks-none]")?.remove();
	return item;
}

function showState(item: HTMLElement, state: string): void {
	if (item.dataset["state"] !== state) {
		item.dataset["state"] = state;
		fill(find("[data-state-said]", item), msg(`reports-link-state-${state}`));
	}
}

function showWords(root: HTMLElement, { narrative, facts }: OpenedReport): void {
	fill(find("[data-narrative]", root), narrative ?? "");
	const names = facts?.accounts ?? [];
	const chips = names.map((name) => h("li", { class: "cs-chip cs-chip--plain" }, h("bdi", {}, name)));
	const none = h("li", {}, msg("reports-own-accounts-none"));
	fill(find("[data-accounts]", root), ...(chips.length > 0 ? chips : [none]));
	show(find("[data-locked]", root), false);
	const opened = find("[data-opened]", root);
	if (opened.hidden) {
		show(opened);
		fill(find("[data-said]", root), msg("reports-own-opened"));
	}
}

function showLinks(root: HTMLElement, opened: OpenedReport): void {
	const items = findAll("[data-checks] > li", root);
	opened.facts?.links.forEach((link, position) => {
		const item = items[position];
		if (item) {
			showLink(find("[data-finding]", item), link, opened);
			if (opened.findings.has(link.notation)) {
				showState(item, "checked"); // the answer came after the page was asked how far it is
			}
		}
	});
}

function showLink(place: HTMLElement, link: Facts["links"][number], opened: OpenedReport): void {
	const answers = stretchesOf(opened.findings.get(link.notation) ?? [], opened.named, "reporter");
	const last = answers.at(-1);
	fill(
		place,
		h(
			"p",
			{ class: "cs-found__pasted" },
			link.address === null
				? h("bdi", { dir: "ltr" }, link.pasted)
				: h("a", { href: link.address, target: "_blank", dir: "ltr" }, link.address),
		),
		link.rejected !== null && h("p", { class: "cs-hint" }, msg("reports-own-not-understood")),
		link.caption !== "" && h("p", {}, h("q", {}, h("bdi", {}, link.caption))),
	);
	if (last) {
		const kind = { "data-finding-kind": last.finding.kind };
		add(place, h("p", { class: "cs-finding", ...kind }, last.text));
		add(place, h("p", { class: "cs-note" }, checkedOn(last)), earlier(answers));
	}
}
