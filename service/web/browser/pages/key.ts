// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The page of the own key: make it, unlock it, lock it.
 *
 * An element with `data-page="key"` holds `<div data-key-flow data-has-key
 * data-role="functionary|reporter" data-owner="name" data-next="/…">`; without a script the page
 * says that keys need one. A functionary's key gets a passphrase and a recovery code and stays
 * unlocked in the tab; a reporter's gets a recovery code and is kept nowhere.
 */

import { newRecoveryCode } from "../codes.ts";
import { button, linkButton, statusLine } from "../controls.ts";
import { fill, find, findAll, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { fetchWraps, makeKey, register, type Secret, wrapKey } from "../keys/personal.ts";
import { SHEET_MESSAGES, untilKept } from "../keys/secret-sheet.ts";
import { askForKey } from "../keys/unlock-form.ts";
import { REQUIRE_MESSAGES } from "../keys/require.ts";
import { keepUnlocked, lockNow, type Unlocked } from "../keys/unlocked.ts";
import { clockTime, msg } from "../messages.ts";
import { showLock } from "../session.ts";
import { loadWords, newPassphrase } from "../words.ts";
import type { KeyPair } from "../sealing/age.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [
	...REQUIRE_MESSAGES,
	...SHEET_MESSAGES,
	"keys-make",
	"keys-making",
	"keys-keep-passphrase",
	"keys-keep-code",
	"keys-registering",
	"keys-made",
	"keys-made-functionary",
	"keys-made-reporter",
	"keys-fingerprint",
	"keys-open-works",
	"keys-lock",
	"keys-go-on",
] as const;

export async function startKey(page: Page): Promise<void> {
	const flow = find("[data-key-flow]", page.main);
	if (!("hasKey" in flow.dataset)) {
		offerToMake(page, flow);
		return;
	}
	const already = await page.unlocked();
	if (already) {
		showUnlocked(flow, already);
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
		makeAndRegister(page, flow, status).catch((cause: unknown) => {
			show(make);
			fill(status);
			tell(cause, (text) => fill(error, h("p", { class: "cs-error" }, text)));
		});
	};
	const make = button(msg("keys-make"), start, "primary");
	fill(flow, make, status, error);
}

async function makeAndRegister(page: Page, flow: HTMLElement, status: HTMLElement): Promise<void> {
	const functionary = isFunctionary(flow);
	fill(status, msg("keys-making"));
	const secrets: Secret[] = [{ kind: "recovery", text: newRecoveryCode() }];
	if (functionary) {
		secrets.unshift({ kind: "passphrase", text: newPassphrase(await loadWords()) });
	}
	const key = await makeKey();
	fill(status, msg(functionary ? "keys-keep-passphrase" : "keys-keep-code"));
	await untilKept(flow, secrets, flow.dataset["owner"] ?? "");
	fill(status, msg("keys-registering"));
	const wraps = [];
	for (const secret of secrets) {
		wraps.push(await wrapKey(key, secret));
	}
	const { fingerprint } = await register(key, wraps);
	const kept = functionary && page.person !== null ? await keepUnlocked(key, page.person) : null;
	for (const outdated of findAll("[data-standing]", page.main)) {
		outdated.remove(); // it says that there is no key
	}
	showMade(flow, fingerprint, kept);
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
		showUnlocked(flow, await keepUnlocked(key, page.person));
		return;
	}
	const works = h("p", { tabindex: -1 }, msg("keys-open-works"));
	fill(flow, works, goOn(flow));
	works.focus();
}

function showUnlocked(flow: HTMLElement, kept: Unlocked): void {
	fill(flow, unlockedPart(kept), goOn(flow));
	showLock(kept.until);
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
