// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Everything that is the reporter's, in one file made here: a page to read, and the sealed files with the report's key,
 * which stock age opens.
 */

import { fromBase64Url, fromUtf8, utf8 } from "../bytes.ts";
import { fill, find, h, show } from "../dom.ts";
import { checkedOn, describe } from "../findings.ts";
import { tell } from "../explain.ts";
import { msg } from "../messages.ts";
import { run } from "../sealing/client.ts";
import { unframe } from "../sealing/frame.ts";
import { type Entry, zip } from "../zip.ts";
import { wordsIn } from "./message.ts";
import type { OpenedReport, SealedJson } from "./opened.ts";
import type { Story } from "./own-thread.ts";

export const DOWNLOAD_MESSAGES = [
	"reports-own-accounts",
	"reports-own-links",
	"reports-own-words",
	"thread-download-done",
	"thread-download-how",
	"thread-download-working",
	"thread-openings",
	"thread-title",
] as const;

/** What the page knows once the report is open. */
export interface Opened {
	readonly sealed: SealedJson;
	readonly report: OpenedReport;
	/** The reporter's own key. */
	readonly identity: string;
}

/** Puts the button to work; `current` is null until the report is open. */
export function startDownload(
	root: HTMLElement,
	current: () => (Opened & { readonly story: Story }) | null,
): void {
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

async function save(root: HTMLElement, opened: Opened & { story: Story }): Promise<void> {
	const { sealed, identity } = opened;
	const box = { sealed: fromBase64Url(sealed.box ?? ""), identity };
	const key = unframe({ report: sealed.id, part: "box" }, await run("open", box));
	const entries: Entry[] = [
		{ name: "report.html", bytes: utf8(readable(root, opened)) },
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

/** A page of its own, of text alone, that needs no script and asks nobody for anything. */
function readable(root: HTMLElement, { report, story }: Opened & { story: Story }): string {
	const page = h(
		"html",
		{ lang: document.documentElement.lang, dir: document.documentElement.dir },
		h(
			"head",
			{},
			h("meta", { charset: "utf-8" }),
			h("meta", { "http-equiv": "Content-Security-Policy", content: "default-src 'none'" }),
			h("title", {}, "Report"),
		),
		h(
			"body",
			{},
			h("h1", {}, find("h1").textContent ?? ""),
			...[...root.querySelectorAll("[data-stage]")].map((stage) =>
				h("p", {}, (stage.textContent ?? "").trim().replace(/\s+/g, " ")),
			),
			h("h2", {}, msg("reports-own-words")),
			...paragraphs(report.narrative ?? ""),
			h("h2", {}, msg("reports-own-accounts")),
			h("ul", {}, ...(report.facts?.accounts ?? []).map((name) => h("li", {}, name))),
			h("h2", {}, msg("reports-own-links")),
			h("ol", {}, ...links(report)),
			h("h2", {}, msg("thread-title")),
			...story.thread.flatMap(({ part, said }) => [
				h("h3", {}, said),
				...paragraphs(wordsIn(part, report.parts.get(part) ?? "")),
			]),
			h("h2", {}, msg("thread-openings")),
			h("ul", {}, ...story.openings.map((line) => h("li", {}, line))),
			h("p", {}, msg("thread-download-how")),
		),
	);
	return `<!DOCTYPE html>\n${page.outerHTML}\n`;
}

function links({ facts, findings, named }: OpenedReport): HTMLElement[] {
	return (facts?.links ?? []).map((link) => {
		const finding = findings.get(link.notation);
		return h(
			"li",
			{},
			h("p", {}, link.address ?? link.pasted),
			link.caption !== "" && h("p", {}, h("q", {}, link.caption)),
			finding && h("p", {}, describe(finding, named, "reporter").join(" ")),
			finding && h("p", {}, checkedOn(finding)),
		);
	});
}

function paragraphs(text: string): HTMLElement[] {
	return text.split("\n").map((line) => h("p", { dir: "auto" }, line));
}
