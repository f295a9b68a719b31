// SPDX-License-Identifier: AGPL-3.0-or-later
/** esbuild's file loader gives the built name, relative to the bundle. */
declare module "*.txt" {
	const name: string;
	export default name;
}
