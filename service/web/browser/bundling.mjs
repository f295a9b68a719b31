// SPDX-License-Identifier: AGPL-3.0-or-later
/** How our TypeScript becomes files; shared by the build and by the tests' own bundle. */

import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** This folder, and the repository's. */
export const source = dirname(fileURLToPath(import.meta.url));
export const root = join(source, "../../..");

/** Options of esbuild. `entries`: path by the name that the built file gets; `outdir`: absolute. */
export function bundling(entries, outdir) {
	return {
		absWorkingDir: root,
		entryPoints: Object.fromEntries(
			Object.entries(entries).map(([name, path]) => [name, relative(root, path)]),
		),
		bundle: true,
		minify: true,
		format: "esm",
		charset: "utf8",
		// AbortSignal.any is the youngest thing that we use.
		target: ["chrome116", "firefox124", "safari17.4"],
		legalComments: "none", // the licences stand whole in licences.txt
		loader: { ".txt": "file" },
		alias: { "@noble/curves/nist.js": join(source, "nist-curves.mjs") },
		entryNames: "[name]-[hash]",
		assetNames: "[name]-[hash]",
		outdir,
		write: false,
		metafile: true,
		logLevel: "warning",
	};
}
