// SPDX-License-Identifier: AGPL-3.0-or-later
// node as_script.mjs MODULE…: TypeScript modules of ours as one script that puts what they export into `lib`.
import { build } from "esbuild";
import { bundling, root } from "../../../service/web/browser/bundling.mjs";

const contents = process.argv
	.slice(2)
	.map((path, at) => `export * as m${at} from "./service/web/browser/${path}";`)
	.join("\n");
const { entryPoints, ...options } = bundling({}, root);
const { outputFiles } = await build({
	...options,
	stdin: { contents, resolveDir: root },
	format: "iife",
	globalName: "lib",
	minify: false,
	define: { "import.meta.url": '"https://tool.example/app.js"' },
});
process.stdout.write(outputFiles.find(({ path }) => !path.endsWith(".txt")).text);
