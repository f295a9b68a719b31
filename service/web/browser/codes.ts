// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Recovery codes: 125 random bits and a 15-bit check as 28 symbols of Crockford's base32, in seven
 * groups of four.
 *
 *     7K2M-Q0XF-…            25 symbols of secret, 3 of check
 *
 * Crockford's own check symbol (modulo 37) needs signs such as `*` and `~`, which are hard to read
 * out; ours is the remainder modulo 32,749, the largest prime below 2^15. It finds every single
 * wrong symbol and every swap of two symbols, and lets one in 32,749 of other mistakes through. The
 * check says nothing about the 125 bits that a reader of the code would not know.
 */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_SYMBOLS = 25;
const CHECK_SYMBOLS = 3;
const SYMBOLS = SECRET_SYMBOLS + CHECK_SYMBOLS;
const GROUP = 4;
const PRIME = 32_749;

export type CodeProblem = "wrong-length" | "wrong-symbol" | "wrong-check";

/**
 * Thrown for text that is no recovery code; `problem` says what is wrong with it, the text is not
 * quoted.
 */
export class NotARecoveryCode extends Error {
	override readonly name = "NotARecoveryCode";

	constructor(readonly problem: CodeProblem) {
		super(problem);
	}
}

/** A new code in the form in which it is shown, printed and used as the secret of a wrap. */
export function newRecoveryCode(): string {
	const random = crypto.getRandomValues(new Uint8Array(SECRET_SYMBOLS));
	const secret = [...random].map((byte) => byte % 32); // 256 is a multiple of 32: no bias
	return written([...secret, ...checkOf(secret)]);
}

/**
 * The code as it was shown, from what a person typed: case, spaces and dashes do not matter, O is
 * read as 0, I and L as 1. Throws NotARecoveryCode.
 */
export function readRecoveryCode(typed: string): string {
	const plain = typed
		.toUpperCase()
		.replace(/[\s\p{Pd}]/gu, "")
		.replaceAll("O", "0")
		.replace(/[IL]/g, "1");
	const symbols = [...plain].map((symbol) => ALPHABET.indexOf(symbol));
	if (symbols.includes(-1)) {
		throw new NotARecoveryCode("wrong-symbol");
	}
	if (symbols.length !== SYMBOLS) {
		throw new NotARecoveryCode("wrong-length");
	}
	const check = checkOf(symbols.slice(0, SECRET_SYMBOLS));
	if (check.some((symbol, at) => symbol !== symbols[SECRET_SYMBOLS + at])) {
		throw new NotARecoveryCode("wrong-check");
	}
	return written(symbols);
}

function checkOf(secret: readonly number[]): number[] {
	const remainder = secret.reduce((sum, symbol) => (sum * 32 + symbol) % PRIME, 0);
	return [remainder >> 10, (remainder >> 5) & 31, remainder & 31];
}

function written(symbols: readonly number[]): string {
	const text = symbols.map((symbol) => ALPHABET[symbol]).join("");
	return (text.match(new RegExp(`.{${GROUP}}`, "g")) ?? []).join("-");
}
