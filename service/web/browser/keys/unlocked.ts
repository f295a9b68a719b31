// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A functionary's unlocked key, for one tab and a few hours.
 *
 * The identity lies encrypted in sessionStorage, which belongs to the tab; the AES-GCM key that
 * opens it lies in IndexedDB and cannot be exported. Neither alone is of use, and a copy of the
 * profile's files yields a key only while both are there. A Web Lock named after the tab shows that
 * the tab lives: a tab that was duplicated, and took a copy of sessionStorage along, does not get
 * the lock and forgets what it copied. A reporter's key never comes here.
 */

import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../bytes.ts";
import * as store from "./tab-store.ts";

/** Milliseconds for which a key stays unlocked. */
export const UNLOCKED_FOR = 4 * 60 * 60 * 1000;
/** Milliseconds without input in the tab after which it is locked. */
export const IDLE_FOR = 30 * 60 * 1000;

export interface Unlocked {
	readonly identity: string;
	readonly recipient: string;
	readonly until: Date;
}

/** What sessionStorage holds. */
interface Kept {
	readonly tab: string;
	readonly person: string;
	readonly recipient: string;
	/** Milliseconds since 1970. */
	readonly until: number;
	readonly iv: string;
	readonly sealed: string;
}

const ITEM = "community-support-unlocked";
/** When there was input in this tab, for the next page of it: milliseconds since 1970. */
const INPUT_ITEM = "community-support-input";
const OLD_LOCK_WAIT = 5_000; // the page before this one, in the same tab, may still be letting go

let expiry: ReturnType<typeof setTimeout> | undefined;
/** When it locks in any case, and when there was input last: milliseconds since 1970. */
let until = Infinity;
let input = Infinity;

/**
 * Keeps an identity for this tab. `person`: the opaque value of the signed-in person that the page
 * carries.
 */
export async function keepUnlocked(
	key: { readonly identity: string; readonly recipient: string },
	person: string,
	now = Date.now(),
): Promise<Unlocked> {
	await forget();
	const tab = crypto.randomUUID();
	const aes = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
		"encrypt",
		"decrypt",
	]);
	const until = now + UNLOCKED_FOR;
	const about = { tab, person, recipient: key.recipient, until };
	const iv = crypto.getRandomValues(new Uint8Array(12));
	const sealed = await crypto.subtle.encrypt(algorithm(about, iv), aes, utf8(key.identity));
	await store.hold(tab, OLD_LOCK_WAIT);
	await store.put({ tab, aes, until, seen: now });
	const halves = { iv: toBase64Url(iv), sealed: toBase64Url(new Uint8Array(sealed)) };
	sessionStorage.setItem(ITEM, JSON.stringify({ ...about, ...halves } satisfies Kept));
	lockAt(until, now);
	return { identity: key.identity, recipient: key.recipient, until: new Date(until) };
}

/**
 * The key that is unlocked in this tab for this person, or null. Call once at load: stale keys of
 * all tabs are purged on the way. `person` null: nobody is signed in, so nothing stays unlocked.
 */
export async function unlocked(person: string | null, now = Date.now()): Promise<Unlocked | null> {
	const kept = readKept();
	if (person === null) {
		await store.clear(); // of all tabs: the session that they were unlocked in is over
	}
	await store.purge(now, kept?.tab ?? null);
	if (kept === null) {
		return null;
	}
	const idle = now - Number(sessionStorage.getItem(INPUT_ITEM)) >= IDLE_FOR;
	if (kept.person !== person || kept.until <= now || idle) {
		await forget();
		return null;
	}
	if (!(await store.hold(kept.tab, OLD_LOCK_WAIT))) {
		forgetItems(); // copies of another tab's: that one goes on
		return null;
	}
	const identity = await reveal(kept);
	if (identity === null) {
		await forget();
		return null;
	}
	await store.touch(kept.tab, now);
	lockAt(kept.until, now);
	return { identity, recipient: kept.recipient, until: new Date(kept.until) };
}

/**
 * Forgets the key of this tab, both halves. What sessionStorage holds is gone before the first
 * await.
 */
export async function forget(): Promise<void> {
	const kept = readKept();
	forgetItems();
	clearTimeout(expiry);
	until = input = Infinity;
	if (kept !== null) {
		await store.drop(kept.tab);
	}
}

function forgetItems(): void {
	sessionStorage.removeItem(ITEM);
	sessionStorage.removeItem(INPUT_ITEM);
}

/** Forgets the key and whatever the page opened with it: the page is loaded anew, and asks. */
export async function lockNow(): Promise<void> {
	await forget();
	location.reload();
}

async function reveal(kept: Kept): Promise<string | null> {
	const entry = await store.get(kept.tab);
	if (entry === null) {
		return null;
	}
	try {
		const plain = await crypto.subtle.decrypt(
			algorithm(kept, fromBase64Url(kept.iv)),
			entry.aes,
			fromBase64Url(kept.sealed),
		);
		return fromUtf8(new Uint8Array(plain));
	} catch {
		return null; // altered: nothing that this tab wrote
	}
}

/**
 * Person, recipient and end are bound to the ciphertext: altering them in sessionStorage loses the
 * key.
 */
function algorithm(about: Pick<Kept, "tab" | "person" | "recipient" | "until">, iv: BufferSource) {
	const { tab, person, recipient, until } = about;
	const additionalData = utf8(JSON.stringify([tab, person, recipient, until]));
	return { name: "AES-GCM", iv, additionalData };
}

function readKept(): Kept | null {
	const item = sessionStorage.getItem(ITEM);
	return item === null ? null : (JSON.parse(item) as Kept);
}

/**
 * Locks at `end` (milliseconds since 1970), or before, when there was no input for a while. For a
 * page that holds an opened key in its memory only, `end` is left out.
 */
export function lockAt(end = Infinity, now = Date.now()): void {
	until = end;
	for (const event of ["pointerdown", "keydown", "wheel", "touchmove"]) {
		addEventListener(event, noteInput, { capture: true, passive: true });
	}
	// A timer stands still while the computer sleeps: the clock is looked at again with the page.
	document.addEventListener("visibilitychange", lockWhenOver);
	keepInput(now);
	wait(now);
}

function noteInput(): void {
	const now = Date.now();
	if (!lockWhenOver() && now - input >= 1_000) {
		keepInput(now);
	}
}

function keepInput(now: number): void {
	input = now;
	if (readKept() !== null) {
		sessionStorage.setItem(INPUT_ITEM, String(now));
	}
}

/** The timer is not moved by each input: when it ends, it looks how long ago the last was. */
function wait(now: number): void {
	clearTimeout(expiry);
	expiry = setTimeout(() => lockWhenOver() || wait(Date.now()), over() - now);
}

function over(): number {
	return Math.min(until, input + IDLE_FOR);
}

function lockWhenOver(): boolean {
	const locks = over() <= Date.now();
	if (locks) {
		void lockNow();
	}
	return locks;
}
