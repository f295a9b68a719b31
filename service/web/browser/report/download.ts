// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Everything that is the reporter's, in one file made here: a page to read, and the sealed files with the report's key,
 * which stock age opens.
 */

import { fromBase64Url, fromUtf8, utf8 } from "../bytes.ts";
import { fill, find, findAll, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { msg } from "../messages.ts";
import { run } from "../sealing/client.ts";
import { unframe } from "../sealing/frame.ts";
import { type Entry, zip } from "../zip.ts";
import type { OpenedReport, SealedJson } from "./opened.ts";

export const DOWNLOAD_MESSAGES = [
	"thread-download-done",
	"thread-download-how",
	"thread-download-working",
] as const;

const LEFT_OUT =
	"[data-not-taken], [hidden], button, form, input, .cs-without-script, .cs-visually-hidden";

/** What the page knows once the report is open. */
export interface Opened {
	readonly sealed: SealedJson;
	readonly report: OpenedReport;
	/** The reporter's own key. */
	readonly identity: string;
}

/** Puts the button to work; `current` is null until the report is open. */
export function startDownload(root: HTMLElement, current: () => Opened | null): void {
	const button = root.querySelector<HTMLButtonElement>("[data-download]");
	button?.addEventListener("click", () => {
		const opened = current();
		if (opened) {
			const said = find("[data-download-said]", root);
			fill(said, msg("thread-download-working"));
			save(root, opened)
				.then(() => fill(said, msg("thread-download-done")))
				.catch((error: unknown) => tell(error, (text) => fill(said, text)));
		}
	});
}

/** Called when the report is open. */
export function allowDownload(root: HTMLElement): void {
	const button = root.querySelector<HTMLButtonElement>("[data-download]");
	if (button) {
		button.disabled = false;
		show(find("[data-download-locked]", root), false);
	}
}

async function save(root: HTMLElement, { sealed, identity }: Opened): Promise<void> {
	const box = { sealed: fromBase64Url(sealed.box ?? ""), identity };
	const key = unframe({ report: sealed.id, part: "box" }, await run("open", box));
	const entries: Entry[] = [
		{ name: "report.html", bytes: utf8(readable(root)) },
		{ name: "sealed/key.txt", bytes: utf8(`${fromUtf8(key)}\n`) },
		...sealed.parts.map((part) => ({
			name: `sealed/${part.name}.age`,
			bytes: fromBase64Url(part.sealed),
		})),
	];
	const address = URL.createObjectURL(new Blob([zip(entries)], { type: "application/zip" }));
	const link = document.createElement("a");
	link.href = address;
	link.download = "report.zip";
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * What the page shows, as a page of its own that needs no script and asks nobody for anything. Every word in it came
 * into this page as text.
 */
function readable(root: HTMLElement): string {
	const shown = root.cloneNode(true) as HTMLElement;
	for (const element of findAll(LEFT_OUT, shown)) {
		element.remove();
	}
	for (const link of findAll("a[href^='/']", shown)) {
		link.removeAttribute("href");
	}
	const { lang, dir } = document.documentElement;
	const policy = "default-src 'none'; style-src 'unsafe-inline'";
	const page = h(
		"html",
		{ lang, dir },
		h(
			"head",
			{},
			h("meta", { charset: "utf-8" }),
			h("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
			h("title", {}, "Report"),
			h("style", {}, ".cs-words { white-space: pre-wrap }"),
		),
		h(
			"body",
			{},
			h("h1", {}, find("h1").textContent),
			shown,
			h("p", {}, msg("thread-download-how")),
		),
	);
	return `<!DOCTYPE html>\n${page.outerHTML}\n`;
}
