// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * On the page of one's own report: what goes back and forth with the desk, who opened the report, adding to it, and
 * taking it along.
 */

import { fill, find, h } from "../dom.ts";
import { ADDING_MESSAGES, startAdding } from "./adding.ts";
import { allowDownload, DOWNLOAD_MESSAGES, type Opened, startDownload } from "./download.ts";
import { wordsIn } from "./message.ts";

export const OWN_THREAD_MESSAGES = [...ADDING_MESSAGES, ...DOWNLOAD_MESSAGES] as const;

/** As GET …/progress has it, in words. */
export interface Story {
	readonly thread: readonly {
		readonly kind: string;
		readonly part: string;
		readonly said: string;
	}[];
	readonly openings: readonly string[];
}

export interface OwnThread {
	/** What the server says about it, key or no key. */
	tell(story: Story): void;
	/** The report was opened. */
	open(opened: Opened): void;
}

/** `added`: called when the reporter added something. */
export function startOwnThread(root: HTMLElement, added: () => Promise<void>): OwnThread {
	let story: Story = { thread: [], openings: [] };
	let opened: Opened | null = null;
	// Opening checked that the recipient belongs to the key in the reporter's box.
	const recipient = () => opened?.sealed.recipient ?? root.dataset["recipient"] ?? "";
	const showThread = () => {
		const list = find("[data-thread]", root);
		const parts = opened?.report.parts;
		fill(list, ...story.thread.map((line) => entry(line, parts?.get(line.part), list)));
	};
	startAdding(root, recipient, added);
	startDownload(root, () => opened);
	return {
		tell(told) {
			story = told;
			showThread();
			if (told.openings.length > 0) {
				fill(find("[data-openings]", root), ...told.openings.map((line) => h("li", {}, line)));
			}
		},
		open(now) {
			opened = now;
			showThread();
			allowDownload(root);
		},
	};
}

function entry(
	{ kind, part, said }: Story["thread"][number],
	body: string | undefined,
	list: HTMLElement,
): HTMLElement {
	const sealed = h("span", { class: "cs-hint" }, list.dataset["sealedSaid"]);
	return h(
		"li",
		{ class: "cs-card", "data-part": part, "data-kind": kind },
		h("p", {}, h("strong", {}, said)),
		h(
			"div",
			{ class: "cs-words", dir: "auto", "data-words": true },
			body === undefined ? sealed : wordsIn(part, body),
		),
	);
}
