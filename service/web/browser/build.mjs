// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Builds the browser's files into service/web/static/dist (or the folder that is named): one
 * script (also the Worker), one style sheet, the word list, the licences of what was bundled, and
 * the offline reader; each under a name with its hash, each also as .br and .gz, and manifest.json that maps plain
 * names to built ones.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import { bundling, root, source } from "./bundling.mjs";
import { offlinePage } from "./offline-page.mjs";

/** What a built name looks like; other files in the folder are not ours to remove. */
const BUILT = /-[A-Z0-9]{8}\.[a-z.]+$/;

const target = resolve(process.argv[2] ?? join(source, "../static/dist"));

/** The licence texts of every package that is in the bundle, in one text. */
async function licences(inputs) {
	const packages = new Set();
	for (const input of Object.keys(inputs)) {
		const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
		if (found) packages.add(found[1]);
	}
	const texts = [];
	for (const name of [...packages].sort()) {
		const folder = join(root, "node_modules", name);
		const about = await readFile(join(folder, "package.json"), "utf8");
		const { version, license } = JSON.parse(about);
		const file = ["LICENSE", "LICENSE.md", "LICENCE", "COPYING"]
			.map((candidate) => join(folder, candidate))
			.find((candidate) => existsSync(candidate));
		const text = file ? await readFile(file, "utf8") : `${license}\n`;
		texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
	}
	return texts.join(`\n${"-".repeat(72)}\n\n`);
}

function hashed(name, contents) {
	const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8).toUpperCase();
	return name.replace(/(\.[^.]+)$/, `-${hash}$1`);
}

async function compressed(path, contents) {
	const [br, gz] = await Promise.all([
		promisify(brotliCompress)(contents, {
			params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length },
		}),
		promisify(gzip)(contents, { level: 9 }),
	]);
	return [
		[path, contents],
		[`${path}.br`, br],
		[`${path}.gz`, gz],
	];
}

const entries = { app: join(source, "app.ts"), "styles/app": join(source, "styles/app.css") };
const result = await build(bundling(entries, target));
const files = new Map(result.outputFiles.map((file) => [basename(file.path), file.contents]));
const manifest = {};
for (const name of files.keys()) {
	manifest[name.replace(/-[A-Z0-9]{8}(?=\.)/, "")] = name;
}
const notices = Buffer.from(await licences(result.metafile.inputs));
manifest["licences.txt"] = hashed("licences.txt", notices);
files.set(manifest["licences.txt"], notices);
const styles = Buffer.from(files.get(manifest["app.css"])).toString("utf8");
const offline = Buffer.from(await offlinePage(styles, notices.toString("utf8"), target));
manifest["offline.html"] = hashed("offline.html", offline);
files.set(manifest["offline.html"], offline);

await mkdir(target, { recursive: true });
const written = (
	await Promise.all([...files].map(([name, contents]) => compressed(name, contents)))
).flat();
await Promise.all(written.map(([name, contents]) => writeFile(join(target, name), contents)));

// The manifest last and at once: a running server never reads half of it, or names what is not there.
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(target, "manifest.json.new"), `${JSON.stringify(sorted, null, "\t")}\n`);
await rename(join(target, "manifest.json.new"), join(target, "manifest.json"));
const current = new Set(written.map(([name]) => name));
for (const name of await readdir(target)) {
	if (BUILT.test(name) && !current.has(name)) await rm(join(target, name));
}
for (const [name, contents] of written) {
	if (name.endsWith(".br")) {
		console.log(`${name.slice(0, -3)}: ${(contents.length / 1024).toFixed(1)} KB (brotli)`);
	}
}
