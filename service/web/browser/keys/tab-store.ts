// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The IndexedDB half of an unlocked key, one entry a tab, and the Web Lock that shows which tabs
 * live.
 */

/** `aes`: not extractable. `until`, `seen`: milliseconds since 1970. */
export interface Entry {
	readonly tab: string;
	readonly aes: CryptoKey;
	readonly until: number;
	readonly seen: number;
}

const DATABASE = "community-support";
const STORE = "tabs";

/**
 * Milliseconds. Between two pages of one tab nobody holds its lock; an entry that was seen this
 * recently is left alone. Should a tab lose its entry all the same, its person unlocks once more.
 */
const BETWEEN_PAGES = 60_000;

let release: (() => void) | undefined;
let held: string | undefined;

function lockName(tab: string): string {
	return `community-support-tab-${tab}`;
}

/**
 * Takes the tab's lock for as long as this page lives. False: another page still has it after
 * `wait` ms.
 */
export function hold(tab: string, wait: number): Promise<boolean> {
	if (held === tab) {
		return Promise.resolve(true);
	}
	release?.();
	return new Promise((resolve, reject) => {
		const options = { signal: AbortSignal.timeout(wait) };
		const granted = () =>
			new Promise<void>((letGo) => {
				held = tab;
				release = () => {
					held = undefined;
					letGo();
				};
				resolve(true);
			});
		navigator.locks.request(lockName(tab), options, granted).catch((error: unknown) => {
			if (error instanceof DOMException && error.name === "TimeoutError") {
				resolve(false);
			} else {
				reject(error as Error);
			}
		});
	});
}

export async function put(entry: Entry): Promise<void> {
	await change((entries) => entries.put(entry));
}

export async function get(tab: string): Promise<Entry | null> {
	const found = await change<Entry | undefined>((entries) => entries.get(tab), "readonly");
	return found ?? null;
}

export async function touch(tab: string, now: number): Promise<void> {
	const entry = await get(tab);
	if (entry) {
		await put({ ...entry, seen: now });
	}
}

/** Forgets a tab's entry and lets its lock go. */
export async function drop(tab: string): Promise<void> {
	if (held === tab) {
		release?.();
	}
	await change((entries) => entries.delete(tab));
}

/** Forgets the entries of all tabs. */
export async function clear(): Promise<void> {
	await change((entries) => entries.clear());
}

/**
 * Forgets expired entries and those of tabs that are gone; `own` is kept whatever its lock says.
 */
export async function purge(now: number, own: string | null): Promise<void> {
	const entries = await change<Entry[]>((all) => all.getAll(), "readonly");
	if (entries.length === 0) {
		return;
	}
	const { held: locks = [] } = await navigator.locks.query();
	const living = new Set(locks.map((lock) => lock.name));
	for (const { tab, until, seen } of entries) {
		const gone = !living.has(lockName(tab)) && now - seen > BETWEEN_PAGES;
		if (until <= now || (gone && tab !== own)) {
			await change((all) => all.delete(tab));
		}
	}
}

async function change<T>(
	act: (entries: IDBObjectStore) => IDBRequest<T> | IDBRequest,
	mode: IDBTransactionMode = "readwrite",
): Promise<T> {
	const database = await openDatabase();
	try {
		const transaction = database.transaction(STORE, mode);
		const request = act(transaction.objectStore(STORE)) as IDBRequest<T>;
		return await new Promise<T>((resolve, reject) => {
			transaction.oncomplete = () => resolve(request.result);
			transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB"));
		});
	} finally {
		database.close();
	}
}

function openDatabase(): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open(DATABASE, 1);
		opening.onupgradeneeded = () => {
			opening.result.createObjectStore(STORE, { keyPath: "tab" });
		};
		opening.onsuccess = () => resolve(opening.result);
		opening.onerror = () => reject(opening.error ?? new Error("IndexedDB"));
	});
}

// A page that goes lets its lock go at once: the next page of the tab need not wait for it.
addEventListener("pagehide", () => release?.());
