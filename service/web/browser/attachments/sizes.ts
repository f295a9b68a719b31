// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * How large files may be, and into how many chunks a sealed one is padded: the numbers of
 * service/attachments/sizes.py, which says why.
 */

/** Bytes of a chunk. */
export const CHUNK = 256 * 1024;
const CLASSES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 41] as const;
export const MOST_FILES = 20;
export const LARGEST_FILE = 10 * 1024 * 1024;
export const LARGEST_TOGETHER = 5 * LARGEST_FILE;

// What age adds (C2SP age): header with one post-quantum stanza, nonce, a tag each 64 KiB.
const HEADER = 1627;
const STREAM_CHUNK = 64 * 1024;
const TAG = 16;

/** Chunks that `length` bytes of plaintext take when sealed; 0 when there are too many. */
export function chunksFor(length: number): number {
	return CLASSES.find((chunks) => length <= room(chunks)) ?? 0;
}

/** Bytes of plaintext whose age file fills this many chunks to the last byte. */
export function room(chunks: number): number {
	const sealed = chunks * CHUNK - HEADER - TAG;
	return sealed - TAG * Math.ceil(sealed / (STREAM_CHUNK + TAG));
}
