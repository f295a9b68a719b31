// SPDX-License-Identifier: AGPL-3.0-or-later
// node build_probe.mjs FOLDER: builds probe.mjs there as the bundle is built; prints its name.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundling } from "../../../../service/web/browser/bundling.mjs";

const folder = process.argv[2];
const probe = join(dirname(fileURLToPath(import.meta.url)), "probe.mjs");
const { outputFiles } = await build(bundling({ probe }, folder));
await mkdir(folder, { recursive: true });
for (const file of outputFiles) {
	await writeFile(file.path, file.contents);
}
console.log(outputFiles.map((file) => basename(file.path)).find((name) => name.endsWith(".js")));
