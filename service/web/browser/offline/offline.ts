// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The offline reader: one page in one file, opened from a disk, that reads an exported case. It asks nobody for
 * anything, and keeps nothing: closing it forgets the key.
 */

import { add, fill, h } from "../dom.ts";
import { msg } from "../messages.ts";
import { NotAnArchive, readArchive, contentOf } from "./archive.ts";
import { type Form, formOf } from "./form.ts";
import { NoKey, readKeys } from "./key-files.ts";
import { LIST, type Listing, listingOf, readListing } from "./listing.ts";
import { type Export, openListed, type Read } from "./opening.ts";
import { showCase } from "./showing.ts";

function start(): void {
	const main = document.querySelector("main");
	if (main) {
		const form = formOf((values) => readCase(form, values.archive, values.keys, values.secret));
		const place = h("div", { "data-case": true });
		form.place = place;
		add(main, h("h1", {}, msg("offline-title")), h("p", { class: "cs-lead" }, msg("offline-lead")));
		add(main, h("p", {}, msg("offline-forgets")), form.element, place, licences());
	}
}

async function readCase(
	form: Form,
	file: Blob | null,
	keys: readonly Blob[],
	secret: string,
): Promise<void> {
	fill(form.place);
	if (file === null) {
		form.refuse("archive", msg("offline-error-no-archive"));
		return;
	}
	try {
		form.say(msg("offline-opening-key"));
		await painted();
		const identities = await readKeys(keys, secret);
		form.say(msg("offline-reading"));
		const { chosen, listed } = await exportIn(file);
		const reports: Read[] = [];
		for (const one of chosen.listing.reports) {
			form.say(msg("desks-case-opening", { done: reports.length + 1, count: chosen.listing.reports.length }));
			await painted();
			reports.push(await openListed(chosen, one, identities));
		}
		form.say(msg("desks-case-opened", { count: reports.filter(({ opened }) => opened !== null).length }));
		await showCase(form.place, chosen, listed, reports, (text) => form.say(text));
	} catch (error) {
		form.say("");
		if (error instanceof NoKey) {
			const field = error.problem === "secret" || error.problem === "wrong" ? "secret" : "keys";
			form.refuse(field, msg(`offline-error-key-${error.problem}`));
		} else if (error instanceof NotAnArchive) {
			form.refuse("archive", msg("offline-error-not-archive"));
		} else {
			form.refuse("archive", msg("offline-error-other"));
			throw error;
		}
	}
}

/** `listed`: whether its own list could be read; without it the paths tell what is there. */
async function exportIn(file: Blob): Promise<{ readonly chosen: Export; readonly listed: boolean }> {
	const archive = await readArchive(file);
	const place = archive.files.get(LIST);
	const content = place ? await contentOf(file, place) : null;
	const own: Listing | null = content && (await readListing(content));
	const listing = own ?? listingOf(archive.files.keys());
	if (listing.reports.length === 0) {
		throw new NotAnArchive("no report in it");
	}
	return { chosen: { file, archive, listing }, listed: own !== null };
}

/** Lets the browser show what was said. */
function painted(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve));
}

function licences(): HTMLElement {
	const text = document.getElementById("licences")?.textContent ?? "";
	return h(
		"details",
		{ class: "cs-fold" },
		h("summary", {}, msg("offline-licences")),
		h("pre", { class: "cs-mail", tabindex: 0 }, text.trim()),
	);
}

start();
