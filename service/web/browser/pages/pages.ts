// SPDX-License-Identifier: AGPL-3.0-or-later
/** Which module starts which page: the names are those of `<main data-page="…">`. */

import type { Unlocked } from "../keys/unlocked.ts";

/** What every page gets. */
export interface Page {
	/** The page's `<main>`. */
	readonly main: HTMLElement;
	/** Opaque value of the signed-in person; null when nobody is. */
	readonly person: string | null;
	/** The key that is unlocked in this tab; asked for when needed. */
	readonly unlocked: () => Promise<Unlocked | null>;
}

export type Start = (page: Page) => void | Promise<void>;

export const PAGES: Readonly<Record<string, Start>> = {};
