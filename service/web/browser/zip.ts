// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A zip archive of files that are stored as they are (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16). Sealed files
 * do not get smaller.
 */

import { type Bytes, utf8 } from "./bytes.ts";

export interface Entry {
	/** With "/" between folders. */
	readonly name: string;
	readonly bytes: Uint8Array;
}

const UTF8_NAMES = 0x0800;
const VERSION = 20;
const ON_1980_01_01 = 0x21; // a day that says nothing

/** The archive, smaller than 4 GB. */
export function zip(entries: readonly Entry[]): Bytes {
	const local: Uint8Array[] = [];
	const central: Uint8Array[] = [];
	let offset = 0;
	for (const { name, bytes } of entries) {
		const path = utf8(name);
		// Version, flags, method, time, date; checksum, sizes; length of the name.
		const about = [
			...numbers(2, VERSION, UTF8_NAMES, 0, 0, ON_1980_01_01),
			...numbers(4, crc32(bytes), bytes.length, bytes.length),
			...numbers(2, path.length, 0),
		];
		local.push(new Uint8Array([...numbers(4, 0x04034b50), ...about]), path, bytes);
		central.push(
			new Uint8Array([
				...numbers(4, 0x02014b50),
				...numbers(2, VERSION),
				...about,
				...numbers(2, 0, 0, 0),
				...numbers(4, 0, offset),
			]),
			path,
		);
		offset += 30 + path.length + bytes.length;
	}
	const count = entries.length;
	const end = [
		...numbers(4, 0x06054b50),
		...numbers(2, 0, 0, count, count),
		...numbers(4, lengthOf(central), offset),
		...numbers(2, 0),
	];
	return joined([...local, ...central, new Uint8Array(end)]);
}

/** Little-endian, each in `size` bytes. */
function numbers(size: number, ...values: readonly number[]): number[] {
	return values.flatMap((value) =>
		Array.from({ length: size }, (_, byte) => (value >>> (8 * byte)) & 0xff),
	);
}

function crc32(bytes: Uint8Array): number {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) {
			crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
		}
	}
	return ~crc >>> 0;
}

function lengthOf(pieces: readonly Uint8Array[]): number {
	return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function joined(pieces: readonly Uint8Array[]): Bytes {
	const whole = new Uint8Array(lengthOf(pieces));
	let at = 0;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}
