// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The page of the own key: make it, unlock it, lock it, change it, start over.
 *
 * An element with `data-page="key"` holds `<div data-key-flow data-has-key
 * data-role="functionary|reporter" data-owner="name" data-next="/…">`; without a script the page
 * says that keys need one. A functionary's key gets a passphrase and a recovery code and stays
 * unlocked in the tab; a reporter's gets a recovery code and is kept nowhere. What an open key
 * allows stands in `[data-manage]` (keys/manage.ts); `[data-lost]` is for who cannot open it.
 */

import { button, linkButton, statusLine } from "../controls.ts";
import { add, fill, find, findAll, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { MANAGE_MESSAGES, Managing } from "../keys/manage.ts";
import { makeAndSend, type Making, NEW_KEY_MESSAGES } from "../keys/new-key.ts";
import {
	changeKey,
	fetchWraps,
	register,
	type Registered,
	startOver,
	type Wrap,
} from "../keys/personal.ts";
import { askForKey } from "../keys/unlock-form.ts";
import { REQUIRE_MESSAGES } from "../keys/require.ts";
import { keepUnlocked, lockAt, lockNow, type Unlocked } from "../keys/unlocked.ts";
import { clockTime, msg } from "../messages.ts";
import { showLock } from "../session.ts";
import type { KeyPair } from "../sealing/age.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [
	...REQUIRE_MESSAGES,
	...NEW_KEY_MESSAGES,
	...MANAGE_MESSAGES,
	"keys-make",
	"keys-made",
	"keys-made-functionary",
	"keys-made-reporter",
	"keys-fingerprint",
	"keys-open-works",
	"keys-rebox-next",
	"keys-lock",
	"keys-go-on",
] as const;

/** How a new key gets to the server. `earlier`: identities that its keyring holds. */
interface Sending {
	readonly send: (key: KeyPair, wraps: readonly Wrap[]) => Promise<Registered>;
	readonly earlier: string | null;
}

export async function startKey(page: Page): Promise<void> {
	const flow = find("[data-key-flow]", page.main);
	if (!("hasKey" in flow.dataset)) {
		offerToMake(page, flow);
		return;
	}
	const lost = find("[data-start-over]", page.main);
	lost.addEventListener("click", () => {
		const sending = { send: startOver, earlier: null };
		void makeInstead(page, flow, sending, () => unlock(page, flow));
	});
	const already = await page.unlocked();
	if (already) {
		showUnlocked(page, flow, already);
	} else {
		await unlock(page, flow);
	}
}

function offerToMake(page: Page, flow: HTMLElement): void {
	const status = statusLine();
	const error = h("div", { role: "alert" });
	const start = () => {
		show(make, false);
		fill(error);
		makeIt(page, flow, status, { send: register, earlier: null }).catch((cause: unknown) => {
			show(make);
			fill(status);
			tell(cause, (text) => fill(error, h("p", { class: "cs-error" }, text)));
		});
	};
	const make = button(msg("keys-make"), start, "primary");
	fill(flow, make, status, error);
}

/** Another key, in place of what the flow shows; `back` shows that again when it came to nothing. */
async function makeInstead(
	page: Page,
	flow: HTMLElement,
	sending: Sending,
	back: () => unknown,
): Promise<void> {
	const status = statusLine();
	const error = h("div", { role: "alert" });
	fill(flow, status);
	flow.before(error);
	flow.scrollIntoView();
	try {
		await makeIt(page, flow, status, sending);
	} catch (cause) {
		back();
		tell(cause, (text) => fill(error, h("p", { class: "cs-error" }, text)));
	}
}

async function makeIt(
	page: Page,
	flow: HTMLElement,
	status: HTMLElement,
	{ send, earlier }: Sending,
): Promise<void> {
	const functionary = isFunctionary(flow);
	const owner = flow.dataset["owner"] ?? "";
	const making: Making = { mount: flow, status, owner, functionary };
	const { key, fingerprint } = await makeAndSend(making, send);
	const identity = [key.identity, earlier].filter(Boolean).join("\n");
	const whole = { recipient: key.recipient, identity };
	const kept = functionary && page.person !== null ? await keepUnlocked(whole, page.person) : null;
	for (const outdated of findAll("[data-before]", page.main)) {
		outdated.remove(); // it is about there being no key, or about the one before
	}
	showMade(flow, fingerprint, kept);
	if (earlier !== null) {
		const next = h("a", { href: "/key" }, msg("keys-rebox-next"));
		add(flow, h("div", { class: "cs-actions" }, next));
	}
}

function showMade(flow: HTMLElement, fingerprint: string, kept: Unlocked | null): void {
	const heading = h("h2", { tabindex: -1 }, msg("keys-made"));
	const groups = fingerprint.split(" ").map((group) => h("span", {}, group));
	fill(
		flow,
		heading,
		h("p", {}, msg(kept ? "keys-made-functionary" : "keys-made-reporter")),
		h("p", {}, msg("keys-fingerprint")),
		h("p", { class: "cs-fingerprint", "data-fingerprint": true }, ...groups),
		kept && unlockedPart(kept),
		goOn(flow),
	);
	heading.focus();
}

async function unlock(page: Page, flow: HTMLElement): Promise<void> {
	const wrapped = await fetchWraps();
	if (wrapped === null) {
		offerToMake(page, flow);
		return;
	}
	fill(flow);
	const key: KeyPair = await askForKey(flow, wrapped);
	if (isFunctionary(flow) && page.person !== null) {
		showUnlocked(page, flow, await keepUnlocked(key, page.person));
		return;
	}
	lockAt();
	manage(page, flow, key);
	const works = h("p", { tabindex: -1 }, msg("keys-open-works"));
	fill(flow, works, goOn(flow));
	works.focus();
}

function showUnlocked(page: Page, flow: HTMLElement, kept: Unlocked): void {
	fill(flow, unlockedPart(kept), goOn(flow));
	showLock(kept.until);
	manage(page, flow, kept);
}

function manage(page: Page, flow: HTMLElement, key: KeyPair): void {
	const root = find("[data-manage]", page.main);
	const managing = new Managing(root, flow.dataset["owner"] ?? "", key);
	void managing.start();
	show(find("[data-lost]", page.main), false);
	find("[data-change]", root).addEventListener("click", () => {
		show(root, false);
		const send: Sending["send"] = (made, wraps) =>
			managing.ask(() => changeKey(key, made, wraps));
		void makeInstead(page, flow, { send, earlier: key.identity }, () => {
			show(root);
			fill(flow, goOn(flow));
		});
	});
}

function unlockedPart(kept: Unlocked): HTMLElement {
	const until = msg("keys-unlocked-until", { time: clockTime(kept.until) });
	return h(
		"div",
		{ "data-unlocked": true },
		h("p", { role: "status" }, until),
		button(msg("keys-lock"), () => void lockNow()),
	);
}

function goOn(flow: HTMLElement): HTMLElement | null {
	const next = flow.dataset["next"];
	return next ? h("div", { class: "cs-actions" }, linkButton(msg("keys-go-on"), next)) : null;
}

function isFunctionary(flow: HTMLElement): boolean {
	return flow.dataset["role"] === "functionary";
}
