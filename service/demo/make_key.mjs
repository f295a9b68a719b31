// SPDX-License-Identifier: AGPL-3.0-or-later
// A personal key as the browser makes it, for people of the demo whose passphrase everybody may know.
// Standard input: {"passphrase": …}; standard output: {"recipient": …, "wrap": base64 age file}.
import { text } from "node:stream/consumers";
import { Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";

const { passphrase } = JSON.parse(await text(process.stdin));
const identity = await generateHybridIdentity();
const encrypter = new Encrypter();
encrypter.setPassphrase(passphrase);
encrypter.setScryptWorkFactor(17);
const wrap = await encrypter.encrypt(identity);
process.stdout.write(
	JSON.stringify({ recipient: await identityToRecipient(identity), wrap: Buffer.from(wrap).toString("base64") }),
);
