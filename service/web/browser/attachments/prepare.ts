// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Before a file is sealed, and again before it is shown: a picture becomes its pixels and nothing
 * else. Place, camera, thumbnails, comments and whatever was hung on the end are gone, because
 * they are never copied. A PDF and a mail stay as they are. Runs in the Worker.
 */

import { type Kind, kindOf, LOOKED_AT, pixelsOf } from "./kinds.ts";
import { LARGEST_FILE, LARGEST_TOGETHER } from "./sizes.ts";

/** Why a file is not taken, in the words of its message. */
export type Refusal = "broken" | "canvas" | "kind" | "pixels" | "large";

export type Prepared =
	| { readonly kind: "picture" | "pdf" | "mail"; readonly ending: string; readonly file: Blob }
	| { readonly refused: Refusal };

const MOST_PIXELS = 64e6; // 256 MB once decoded
const KEPT_PIXELS = 16e6; // larger pictures are made smaller
const LONGEST_SIDE = 16_384;
const QUALITY = 0.92;

/** `file` may be anything that somebody dropped. Never throws for what is in it. */
export async function prepare(file: Blob): Promise<Prepared> {
	if (file.size > LARGEST_TOGETHER) {
		return { refused: "large" };
	}
	const start = await file
		.slice(0, LOOKED_AT)
		.arrayBuffer()
		.catch(() => null); // a folder, or a file that is gone
	if (start === null) {
		return { refused: "broken" };
	}
	const kind = kindOf(new Uint8Array(start));
	if (kind === null) {
		return { refused: "kind" };
	}
	if (kind !== "pdf" && kind !== "mail") {
		return repaint(file, kind, new Uint8Array(start));
	}
	if (file.size > LARGEST_FILE) {
		return { refused: "large" };
	}
	return { kind, ending: kind === "pdf" ? "pdf" : "eml", file };
}

async function repaint(file: Blob, kind: Kind, start: Uint8Array): Promise<Prepared> {
	const pixels = pixelsOf(kind, start);
	if (!(pixels <= MOST_PIXELS)) {
		return { refused: pixels > MOST_PIXELS ? "pixels" : "broken" };
	}
	if (!isFaithful()) {
		return { refused: "canvas" };
	}
	const typed = new Blob([file], { type: `image/${kind}` });
	const picture = await createImageBitmap(typed, { imageOrientation: "from-image" }).catch(() => null);
	if (picture === null) {
		return { refused: "broken" };
	}
	const { width, height } = picture;
	const scale = Math.min(
		1,
		Math.sqrt(KEPT_PIXELS / (width * height)),
		LONGEST_SIDE / Math.max(width, height),
	);
	const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
	const context = contextOf(canvas);
	context.drawImage(picture, 0, 0, canvas.width, canvas.height);
	picture.close();
	if (kind !== "jpeg") {
		const png = await canvas.convertToBlob({ type: "image/png" });
		if (png.size <= LARGEST_FILE) {
			return { kind: "picture", ending: "png", file: png };
		}
	}
	context.globalCompositeOperation = "destination-over";
	context.fillStyle = "#fff"; // JPEG knows no transparency
	context.fillRect(0, 0, canvas.width, canvas.height);
	const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
	return jpeg.size > LARGEST_FILE
		? { refused: "large" }
		: { kind: "picture", ending: "jpg", file: jpeg };
}

/**
 * Whether what is painted comes out again: some browsers answer with noise, so that pages cannot
 * tell machines apart, and a picture would be lost without a word.
 */
function isFaithful(): boolean {
	const context = contextOf(new OffscreenCanvas(4, 4));
	context.fillStyle = "#3a7bd5";
	context.fillRect(0, 0, 4, 4);
	const expected = [0x3a, 0x7b, 0xd5, 0xff];
	return context
		.getImageData(0, 0, 4, 4)
		.data.every((value, at) => Math.abs(value - (expected[at % 4] ?? 0)) < 9);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
	const context = canvas.getContext("2d");
	if (context === null) {
		throw new Error("no canvas");
	}
	return context;
}
