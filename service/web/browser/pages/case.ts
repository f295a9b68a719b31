// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A case: its reports, opened in the browser side by side, and what they cite as one time line.
 *
 * What is sealed comes by POST, in rounds: the server writes down who opened which report first.
 */

import { READING_MESSAGES, showAttachments } from "../attachments/reading.ts";
import { button } from "../controls.ts";
import { ACCOUNT_MESSAGES, accountOf, type SealedOfCase, showAccounts } from "../desk/accounts.ts";
import { showCard, showClosed } from "../desk/card.ts";
import { type Cited, editsOf } from "../desk/evidence.ts";
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
	...READING_MESSAGES,
	"desks-account-typed",
	"desks-case-again",
	"desks-case-opened",
	"desks-case-opening",
	"desks-evidence-cited",
	"desks-evidence-gap",
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
	const ids = [...byId.keys()];
	const opened: Cited[] = [];
	const about = new About(root);
	for (let at = 0; at < ids.length; at += AT_ONCE) {
		const wanted = { reports: ids.slice(at, at + AT_ONCE) };
		const path = root.dataset["sealed"] ?? "";
		// Asking again is harmless: an opening is written down once.
		const { reports } = await postJson<{ reports: SealedOfCase[] }>(path, wanted, { again: 2 });
		for (const sealed of reports) {
			fill(said, msg("desks-case-opening", { done: opened.length + 1, count: ids.length }));
			const card = byId.get(sealed.id);
			const cited = card && (await openInto(card, sealed, identity, about));
			if (cited) {
				opened.push(cited);
			}
		}
		showTimeline(find("[data-evidence]", root), editsOf(opened));
	}
	about.finish(opened.length > 0);
	fill(said, msg("desks-case-opened", { count: opened.length }));
}

/** Null when the report does not open: its card says so, and the others go on. */
async function openInto(
	card: HTMLElement,
	sealed: SealedOfCase,
	identity: string,
	about: About,
): Promise<Cited | null> {
	const place = find("[data-body]", card);
	try {
		const opened = await openReport(sealed, identity);
		showCard(place, opened);
		const address = card.closest<HTMLElement>("[data-attachments]")?.dataset["attachments"] ?? "";
		showAttachments(place, opened, { sealed, address, identity });
		about.learn(accountOf(opened, sealed.mark));
		return { code: card.dataset["code"] ?? "", opened };
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
