// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Reading the zip archive of an export (APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3), piece by piece: it may be larger
 * than the memory. Files in it are stored as they are. One that is cut off has no list at its end; then its files are
 * found one after the other, as far as they are whole.
 */

import { type Bytes, fromUtf8 } from "../bytes.ts";

export interface Archive {
	/** By path; null for a file that was packed in another way than ours are. */
	readonly files: ReadonlyMap<string, Place | null>;
	/** False when the archive ends before its own list. */
	readonly whole: boolean;
}

/** Where a file's bytes are. */
export interface Place {
	/** Of its header, which says how long it is itself. */
	readonly offset: number;
	/** Bytes of the file. */
	readonly size: number;
}

/** Thrown for a file in which nothing looks like an archive. */
export class NotAnArchive extends Error {
	override readonly name = "NotAnArchive";
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DESCRIPTOR = 0x08074b50;

const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;
const END_64_SIZE = 56;
const LOCATOR_64_SIZE = 20;
const DESCRIPTOR_SIZE = 16;
const LONGEST_COMMENT = 0xffff;
const LARGEST_LIST = 64 * 1024 * 1024; // of some hundred thousand files
const IN_64 = 0xffffffff;
const EXTRA_64 = 1;
const SIZE_FOLLOWS = 8; // flag
const WINDOW = 1024 * 1024;

/** Throws NotAnArchive. */
export async function readArchive(file: Blob): Promise<Archive> {
	const list = await listAt(file);
	if (list === null) {
		const files = await scanned(file);
		if (files.size === 0) {
			throw new NotAnArchive("no file in it");
		}
		return { files, whole: false };
	}
	return { files: listed(list), whole: true };
}

/** The bytes of a file in the archive; null where its header is not as it must be. */
export async function contentOf(archive: Blob, { offset, size }: Place): Promise<Blob | null> {
	const header = await viewOf(archive, offset, LOCAL_SIZE);
	if (header === null || header.getUint32(0, true) !== LOCAL) {
		return null;
	}
	const start = offset + LOCAL_SIZE + header.getUint16(26, true) + header.getUint16(28, true);
	return start + size > archive.size ? null : archive.slice(start, start + size);
}

/** The central directory; null when there is none. */
async function listAt(file: Blob): Promise<DataView | null> {
	const start = Math.max(0, file.size - END_SIZE - LONGEST_COMMENT);
	const tail = await viewOf(file, start, file.size - start);
	if (tail === null) {
		return null;
	}
	for (let at = tail.byteLength - END_SIZE; at >= 0; at--) {
		const ends = at + END_SIZE + tail.getUint16(at + 20, true) === tail.byteLength;
		if (tail.getUint32(at, true) === END && ends) {
			const size = tail.getUint32(at + 12, true);
			const offset = tail.getUint32(at + 16, true);
			const entries = tail.getUint16(at + 10, true);
			const is64 = offset === IN_64 || size === IN_64 || entries === 0xffff;
			return is64 ? list64(file, start + at) : viewOf(file, offset, size);
		}
	}
	return null;
}

async function list64(file: Blob, end: number): Promise<DataView | null> {
	const locator = await viewOf(file, end - LOCATOR_64_SIZE, LOCATOR_64_SIZE);
	if (locator?.getUint32(0, true) !== LOCATOR_64) {
		return null;
	}
	const record = await viewOf(file, number64(locator, 8), END_64_SIZE);
	if (record?.getUint32(0, true) !== END_64) {
		return null;
	}
	return viewOf(file, number64(record, 48), number64(record, 40));
}

function listed(list: DataView): Map<string, Place | null> {
	const files = new Map<string, Place | null>();
	for (let at = 0; at + CENTRAL_SIZE <= list.byteLength; ) {
		if (list.getUint32(at, true) !== CENTRAL) {
			break;
		}
		const name = list.getUint16(at + 28, true);
		const extra = list.getUint16(at + 30, true);
		const end = at + CENTRAL_SIZE + name + extra;
		if (end > list.byteLength) {
			break;
		}
		const path = text(list, at + CENTRAL_SIZE, name);
		// A second file of one name could be shown by one program and hidden by another.
		const place = files.has(path) ? null : placeIn(list, at, at + CENTRAL_SIZE + name, extra);
		files.set(path, place);
		at = end + list.getUint16(at + 32, true);
	}
	return files;
}

function placeIn(list: DataView, at: number, extraAt: number, extra: number): Place | null {
	const stored = list.getUint16(at + 10, true) === 0;
	const encrypted = (list.getUint16(at + 8, true) & 1) === 1;
	if (!stored || encrypted) {
		return null;
	}
	let size = list.getUint32(at + 24, true);
	const packed = list.getUint32(at + 20, true);
	let offset = list.getUint32(at + 42, true);
	for (let field = extraAt; field + 4 <= extraAt + extra; ) {
		const length = list.getUint16(field + 2, true);
		if (list.getUint16(field, true) === EXTRA_64) {
			// Only what does not fit above stands here, in this order.
			let next = field + 4;
			const end = Math.min(next + length, list.byteLength);
			const take = (value: number) => {
				if (value !== IN_64 || next + 8 > end) {
					return value;
				}
				next += 8;
				return number64(list, next - 8);
			};
			size = take(size);
			take(packed);
			offset = take(offset);
		}
		field += 4 + length;
	}
	return { offset, size };
}

/** Files by their own headers, from the start, as long as one whole file follows the other. */
async function scanned(file: Blob): Promise<Map<string, Place>> {
	const files = new Map<string, Place>();
	for (let offset = 0; ; ) {
		const header = await viewOf(file, offset, LOCAL_SIZE);
		if (header === null || header.getUint32(0, true) !== LOCAL || header.getUint16(8, true) !== 0) {
			return files;
		}
		const name = header.getUint16(26, true);
		const start = offset + LOCAL_SIZE + name + header.getUint16(28, true);
		const follows = (header.getUint16(6, true) & SIZE_FOLLOWS) !== 0;
		const size = follows ? await sizeOf(file, start) : header.getUint32(18, true);
		const path = await viewOf(file, offset + LOCAL_SIZE, name);
		if (size === null || path === null || start + size > file.size) {
			return files;
		}
		files.set(text(path, 0, name), { offset, size });
		offset = start + size + (follows ? DESCRIPTOR_SIZE : 0);
	}
}

/** How long a file is whose size stands behind it: what stands there must say the same. */
async function sizeOf(file: Blob, start: number): Promise<number | null> {
	for (let at = start; at < file.size; at += WINDOW) {
		const length = Math.min(WINDOW + DESCRIPTOR_SIZE - 1, file.size - at);
		const view = await viewOf(file, at, length);
		for (let place = 0; view !== null && place + DESCRIPTOR_SIZE <= length; place++) {
			if (view.getUint8(place) !== 0x50 || view.getUint32(place, true) !== DESCRIPTOR) {
				continue;
			}
			const size = at + place - start;
			if (view.getUint32(place + 8, true) === size && view.getUint32(place + 12, true) === size) {
				return size;
			}
		}
	}
	return null;
}

async function viewOf(file: Blob, start: number, length: number): Promise<DataView | null> {
	if (start < 0 || length > LARGEST_LIST || start + length > file.size) {
		return null;
	}
	const bytes: Bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer());
	return new DataView(bytes.buffer);
}

function number64(view: DataView, at: number): number {
	const value = Number(view.getBigUint64(at, true));
	return Number.isSafeInteger(value) ? value : -1;
}

function text(view: DataView, at: number, length: number): string {
	try {
		return fromUtf8(new Uint8Array(view.buffer, view.byteOffset + at, length));
	} catch {
		return ""; // no name of ours
	}
}
