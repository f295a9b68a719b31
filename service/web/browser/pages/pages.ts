// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Which module starts which page: the names are those of an element with `data-page="…"` in the
 * main part.
 */

import type { Unlocked } from "../keys/unlocked.ts";
import { startCase } from "./case.ts";
import { startKey } from "./key.ts";
import { startMyReport } from "./my-report.ts";
import { startQueue } from "./queue.ts";
import { startReportForm } from "./report-form.ts";
import { startRoster } from "./roster.ts";
import { startStepUp } from "./step-up.ts";

/** What every page gets. */
export interface Page {
	/** The element with `data-page`. */
	readonly main: HTMLElement;
	/** Opaque value of the signed-in person; null when nobody is. */
	readonly person: string | null;
	/** The key that is unlocked in this tab; asked for when needed. */
	readonly unlocked: () => Promise<Unlocked | null>;
}

export type Start = (page: Page) => void | Promise<void>;

export const PAGES: Readonly<Record<string, Start>> = {
	case: startCase,
	key: startKey,
	"my-report": startMyReport,
	queue: startQueue,
	"report-form": startReportForm,
	roster: startRoster,
	"step-up": startStepUp,
};
