// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A case: its reports, opened in the browser side by side, and what they cite as one time line.
 *
 * What is sealed comes by POST, in rounds: the server writes down who opened which report first.
 */

import { fetched } from "../attachments/fetching.ts";
import { READING_MESSAGES, showAttachments } from "../attachments/reading.ts";
import { button } from "../controls.ts";
import { ACCOUNT_MESSAGES, accountOf, type SealedOfCase, showAccounts } from "../desk/accounts.ts";
import { ACTS_MESSAGES, showActs } from "../desk/acts.ts";
import { showCard, showClosed } from "../desk/card.ts";
import { ASKING_MESSAGES, startAsking } from "../desk/asking.ts";
import { type Cited, editsOf } from "../desk/evidence.ts";
import { EXPORT_MESSAGES, startExporting } from "../desk/exporting.ts";
import { INTERACTION_MESSAGES, startInteractions } from "../desk/interactions.ts";
import { showTimeline } from "../desk/timeline.ts";
import { unlockHere } from "../desk/unlocking.ts";
import { fill, find, findAll, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { FINDING_PAGE_MESSAGES } from "../findings.ts";
import { postJson } from "../http.ts";
import { REQUIRE_MESSAGES } from "../keys/require.ts";
import { msg } from "../messages.ts";
import { openReport } from "../report/opened.ts";
import { SealingError } from "../sealing/failure.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [
	...REQUIRE_MESSAGES,
	...ACCOUNT_MESSAGES,
	...FINDING_PAGE_MESSAGES,
	...ACTS_MESSAGES,
	...ASKING_MESSAGES,
	...INTERACTION_MESSAGES,
	...EXPORT_MESSAGES,
	...READING_MESSAGES,
	"desks-account-typed",
	"desks-case-again",
	"desks-case-opened",
	"desks-case-opening",
	"desks-evidence-cited",
	"desks-evidence-gap",
	"desks-evidence-gap-hours",
	"desks-evidence-none",
	"desks-evidence-not-understood",
	"desks-evidence-open",
	"desks-evidence-report",
	"desks-evidence-undated",
	"desks-evidence-waiting",
	"desks-report-accounts",
	"desks-report-cannot-open",
	"desks-report-wishes",
	"desks-wish-act",
	"desks-wish-advice",
	"desks-wish-combine",
	"desks-wish-record",
] as const;

const AT_ONCE = 10; // reports in a round; the server gives at most 20

export async function startCase(page: Page): Promise<void> {
	const root = find("[data-case-page]", page.main);
	const { identity } = await unlockHere(page);
	startExporting(root, identity);
	await openAll(root, identity);
}

async function openAll(root: HTMLElement, identity: string): Promise<void> {
	const place = find("[data-error]", root);
	fill(place);
	try {
		await openReports(root, identity);
		const related = findAll("[data-account]", root);
		await showAccounts(related, root.dataset["previews"] ?? "", identity);
	} catch (error) {
		const again = button(msg("desks-case-again"), () => void openAll(root, identity));
		tell(error, (text) => fill(place, h("p", { class: "cs-error" }, text), again));
	}
}

async function openReports(root: HTMLElement, identity: string): Promise<void> {
	const said = find("[data-said]", root);
	const cards = findAll("[data-report][data-box]", root);
	const byId = new Map(cards.map((card) => [card.dataset["report"] ?? "", card]));
	const opened = new Map<string, Cited>();
	const about = new About(root);
	const show = () => showTimeline(find("[data-evidence]", root), editsOf([...opened.values()]));
	await inRounds(root, [...byId.keys()], async (sealed) => {
		fill(said, msg("desks-case-opening", { done: opened.size + 1, count: byId.size }));
		const card = byId.get(sealed.id);
		const cited = card && (await openInto(root, card, sealed, identity, about));
		if (cited) {
			opened.set(sealed.id, cited);
		}
	}, show);
	about.finish(opened.size > 0);
	startInteractions(root, identity, [...opened.values()]);
	fill(said, msg("desks-case-opened", { count: opened.size }));
	startAsking(find("[data-asking]", root), root, opened, async (ids) => {
		await inRounds(root, ids, async (sealed) => {
			const before = opened.get(sealed.id);
			if (before) {
				opened.set(sealed.id, { ...before, opened: await openReport(sealed, identity) });
			}
		}, show);
	});
}

/**
 * Fetches these reports and calls `each` with one after the other; `after` each round. While a round
 * is opened, the next one is on its way.
 */
async function inRounds(
	root: HTMLElement,
	ids: readonly string[],
	each: (sealed: SealedOfCase) => Promise<void>,
	after: () => void,
): Promise<void> {
	const path = root.dataset["sealed"] ?? "";
	const round = (at: number) => {
		const wanted = { reports: ids.slice(at, at + AT_ONCE) };
		// Asking again is harmless: an opening is written down once.
		const answer = postJson<{ reports: SealedOfCase[] }>(path, wanted, { again: 2 });
		answer.catch(() => undefined); // thrown where it is waited for
		return answer;
	};
	if (ids.length === 0) {
		return;
	}
	let next = round(0);
	for (let at = 0; at < ids.length; at += AT_ONCE) {
		const { reports } = await next;
		if (at + AT_ONCE < ids.length) {
			next = round(at + AT_ONCE);
		}
		for (const sealed of reports) {
			await each(sealed);
		}
		after();
	}
}

/** Null when the report does not open: its card says so, and the others go on. */
async function openInto(
	root: HTMLElement,
	card: HTMLElement,
	sealed: SealedOfCase,
	identity: string,
	about: About,
): Promise<Cited | null> {
	const place = find("[data-body]", card);
	try {
		const opened = await openReport(sealed, identity);
		showCard(place, opened);
		showActs(root, place, sealed, opened, identity);
		const address = root.dataset["attachments"] ?? "";
		showAttachments(place, opened, fetched(sealed, address, identity));
		about.learn(accountOf(opened, sealed.mark));
		return { id: sealed.id, code: card.dataset["code"] ?? "", opened };
	} catch (error) {
		if (error instanceof SealingError) {
			showClosed(place);
			return null;
		}
		throw error;
	}
}

/** Whom the case is about: the youngest report's name for the account, and how others wrote it. */
class About {
	private name: string | null = null;
	private readonly typed = new Set<string>();

	constructor(private readonly root: HTMLElement) {}

	learn(account: ReturnType<typeof accountOf>): void {
		if (account) {
			this.name = account.name;
			this.typed.add(account.typed);
			fill(find("[data-account-here]", this.root), h("bdi", {}, account.name));
		}
	}

	/** `any`: whether a report was opened at all. */
	finish(any: boolean): void {
		if (this.name === null) {
			const text = msg(any ? "desks-account-nobody" : "desks-account-closed");
			fill(find("[data-account-here]", this.root), text);
			return;
		}
		const others = [...this.typed].filter((one) => one !== this.name);
		if (others.length > 0) {
			const place = find("[data-typed]", this.root);
			fill(place, msg("desks-account-typed", { names: others.join(", ") }));
			show(place);
		}
	}
}
