// SPDX-License-Identifier: AGPL-3.0-or-later
// typage and the CCTV vectors behind a pipe: one JSON request a line, one JSON answer a line.
import { createInterface } from "node:readline";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import * as vectors from "cctv-age";

const encode = (bytes) => Buffer.from(bytes).toString("base64");
const decode = (text) => new Uint8Array(Buffer.from(text, "base64"));

const acts = {
  async open({ file, identity }) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return encode(await decrypter.decrypt(decode(file)));
  },
  async seal({ plaintext, recipients, passphrase, logN }) {
    const encrypter = new Encrypter();
    for (const recipient of recipients ?? []) encrypter.addRecipient(recipient);
    if (passphrase !== undefined) {
      encrypter.setPassphrase(passphrase);
      encrypter.setScryptWorkFactor(logN);
    }
    return encode(await encrypter.encrypt(decode(plaintext)));
  },
  async identity() {
    const identity = await generateHybridIdentity();
    return [identity, await identityToRecipient(identity)];
  },
  async recipient({ identity }) {
    return identityToRecipient(identity);
  },
  async vectors() {
    return Object.fromEntries(Object.entries(vectors).map(([name, file]) => [name, encode(file)]));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...request } = JSON.parse(line);
  try {
    process.stdout.write(JSON.stringify({ answer: await acts[act](request) }) + "\n");
  } catch (error) {
    process.stdout.write(JSON.stringify({ refused: String(error.message ?? error) }) + "\n");
  }
}
