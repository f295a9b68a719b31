// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Generated passphrases: six words drawn evenly from a list of at least 2,048 (66 bits and more).
 */

import listName from "./words/english.txt";
import { BUNDLE } from "./trusted.ts";

export const WORDS = 6;
const FEWEST = 2048;

/** Thrown when the word list cannot be had or is not what was built. */
export class NoWordList extends Error {
	override readonly name = "NoWordList";
}

/** Fetches the list, a file of its own: most visitors never need it. Throws NoWordList. */
export async function loadWords(): Promise<string[]> {
	let response: Response;
	try {
		response = await fetch(new URL(listName, BUNDLE), { signal: AbortSignal.timeout(10_000) });
	} catch (cause) {
		throw new NoWordList("not reached", { cause });
	}
	const words = response.ok ? (await response.text()).split("\n").filter(Boolean) : [];
	if (new Set(words).size !== words.length || words.length < FEWEST) {
		throw new NoWordList("not whole");
	}
	return words;
}

/** Six words with single spaces between them. */
export function newPassphrase(words: readonly string[]): string {
	if (words.length < FEWEST) {
		throw new NoWordList("too short for 66 bits");
	}
	return Array.from({ length: WORDS }, () => words[below(words.length)]).join(" ");
}

/** What was typed, as it was shown: lower case, single spaces. */
export function readPassphrase(typed: string): string {
	return typed.normalize("NFKC").toLowerCase().trim().split(/[\s\p{Pd},.]+/u).join(" ");
}

/**
 * A random integer in [0, limit), each as likely: values past the last whole multiple are drawn
 * again.
 */
function below(limit: number): number {
	const whole = 2 ** 32 - (2 ** 32 % limit);
	const drawn = new Uint32Array(1);
	do {
		crypto.getRandomValues(drawn);
	} while ((drawn[0] as number) >= whole);
	return (drawn[0] as number) % limit;
}
