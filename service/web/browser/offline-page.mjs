// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Makes the offline reader: one HTML file with its script, styles, messages and licences inside, which may neither
 * load nor send anything. Its messages are English, whatever keys its modules name.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { bundling, root, source } from "./bundling.mjs";

/** Modules that speak with the server, and what stands in for them. */
const INSTEAD = { "explain.ts": "offline/explain.ts" };

const withoutServer = {
	name: "without-server",
	setup(building) {
		building.onResolve({ filter: /\/explain\.ts$/ }, ({ path, resolveDir }) => {
			const instead = INSTEAD[join(resolveDir, path).slice(source.length + 1)];
			return instead && { path: join(source, instead) };
		});
	},
};

/** `styles` and `licences`: texts. The page as text. */
export async function offlinePage(styles, licences, outdir) {
	const entries = { offline: join(source, "offline/offline.ts") };
	const result = await build({ ...bundling(entries, outdir), plugins: [withoutServer] });
	const script = result.outputFiles.find(({ path }) => path.endsWith(".js")).text;
	const messages = await messagesOf(Object.keys(result.metafile.inputs));
	const policy = [
		"default-src 'none'",
		`script-src '${hashOf(script)}'`,
		`style-src '${hashOf(styles)}'`,
		"img-src blob: data:",
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	].join("; ");
	for (const text of [script, styles, licences]) {
		if (/<\/(script|style)|<!--/i.test(text)) {
			throw new Error("a text inside would end where it should not");
		}
	}
	return [
		"<!DOCTYPE html>",
		"<!-- SPDX-License-Identifier: AGPL-3.0-or-later -->",
		'<html lang="en" dir="ltr" data-script="ready">',
		"<head>",
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="referrer" content="no-referrer">',
		"<title>Community Support</title>",
		'<link rel="icon" href="data:,">',
		`<style>${styles}</style>`,
		"</head>",
		"<body>",
		'<main id="content" class="cs-main cs-main--wide" tabindex="-1"></main>',
		`<noscript><p class="cs-main">${messages["keys-script"]}</p></noscript>`,
		`<script type="application/json" id="messages">${JSON.stringify(messages).replaceAll("<", "\\u003c")}</script>`,
		`<script type="text/plain" id="licences">\n${licences}</script>`,
		`<script type="module">${script}</script>`,
		"</body>",
		"</html>",
		"",
	].join("\n");
}

/** The messages whose keys stand in these modules, as texts of their own or as the beginning of several. */
async function messagesOf(inputs) {
	const english = JSON.parse(await readFile(join(root, "service/i18n/en.json"), "utf8"));
	delete english["@metadata"];
	const own = inputs.filter((path) => path.endsWith(".ts") && !path.includes("node_modules"));
	const texts = await Promise.all(own.map((path) => readFile(join(root, path), "utf8")));
	const found = { "keys-script": english["keys-script"] };
	for (const text of texts) {
		for (const [, key] of text.matchAll(/["`]([a-z]+(?:-[a-z0-9]+)+)["`]/g)) {
			if (key in english) found[key] = english[key];
		}
		for (const [, start] of text.matchAll(/`([a-z]+(?:-[a-z0-9]+)*-)\$\{/g)) {
			for (const key of Object.keys(english)) {
				if (key.startsWith(start)) found[key] = english[key];
			}
		}
	}
	return Object.fromEntries(Object.entries(found).sort());
}

function hashOf(text) {
	return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
