// SPDX-License-Identifier: AGPL-3.0-or-later
/** The list in an export (`manifest.json`, service/export/layout.py): what should be there. */

import { fromUtf8 } from "../bytes.ts";

export const LIST = "manifest.json";
const FORMAT = "community-support-case/1";
const LARGEST = 64 * 1024 * 1024;
const PATH = /^reports\/([0-9A-Z-]+)\/([a-z0-9-]+)\.age$/;

export interface ListedReport {
	readonly code: string;
	/** The person's, within this case; null where no list says it. */
	readonly reporter: string | null;
	readonly day: string | null;
	/** Which of its accounts the case is about. */
	readonly mark: string | null;
}

export interface ListedFile {
	readonly path: string;
	readonly report: string;
	readonly part: string;
	/** Null, as the hash, where no list says it. */
	readonly size: number | null;
	/** Hexadecimal. */
	readonly sha256: string | null;
}

export interface Listing {
	readonly desk: string | null;
	readonly case: string | null;
	/** The day of the export. */
	readonly made: string | null;
	readonly reports: readonly ListedReport[];
	readonly files: readonly ListedFile[];
}

/** Null when it is no such list. */
export async function readListing(file: Blob): Promise<Listing | null> {
	if (file.size > LARGEST) {
		return null;
	}
	try {
		const value: unknown = JSON.parse(fromUtf8(new Uint8Array(await file.arrayBuffer())));
		return isListing(value) ? value : null;
	} catch {
		return null;
	}
}

/** What the paths alone tell. */
export function listingOf(paths: Iterable<string>): Listing {
	const files: ListedFile[] = [];
	for (const path of paths) {
		const [, report, part] = PATH.exec(path) ?? [];
		if (report !== undefined && part !== undefined) {
			files.push({ path, report, part, size: null, sha256: null });
		}
	}
	const codes = [...new Set(files.map((file) => file.report))];
	const reports = codes.map((code) => ({ code, reporter: null, day: null, mark: null }));
	return { desk: null, case: null, made: null, reports, files };
}

function isListing(value: unknown): value is Listing {
	const list = value as Record<string, unknown> | null;
	return (
		list?.["format"] === FORMAT &&
		areTexts(list, "desk", "case") &&
		isDay(list["made"]) &&
		isEach(list["reports"], (one) => areTexts(one, "code", "reporter", "mark") && isDay(one["day"])) &&
		isEach(list["files"], isFile)
	);
}

function isFile(one: Record<string, unknown>): boolean {
	return (
		areTexts(one, "path", "report", "part", "sha256") &&
		Number.isSafeInteger(one["size"]) &&
		/^[0-9a-f]{64}$/.test(one["sha256"] as string)
	);
}

function isEach(value: unknown, check: (one: Record<string, unknown>) => boolean): boolean {
	return (
		Array.isArray(value) &&
		value.every((one: unknown) => typeof one === "object" && one !== null && check(one as never))
	);
}

function areTexts(value: Record<string, unknown>, ...names: readonly string[]): boolean {
	return names.every((name) => typeof value[name] === "string");
}

function isDay(value: unknown): boolean {
	return typeof value === "string" && !Number.isNaN(Date.parse(value)) && /^\d{4}-\d\d-\d\d$/.test(value);
}
