import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { UsageError } from "./usage-error.js";

/** PEM files for TLS. */
export interface TlsOptions {
  /** The certificate, and behind it those that vouch for it. */
  readonly certFile: string;
  /** The certificate's private key, without a passphrase. */
  readonly keyFile: string;
}

/**
 * Reads both files and checks that they belong together, before a transport does so in its own words.
 * @throws UsageError that names the setting and the file
 */
export function checkedTls({ certFile, keyFile }: TlsOptions): void {
  const cert = read("tls.certFile", certFile, (pem) => new X509Certificate(pem));
  const key = read("tls.keyFile", keyFile, (pem) => createPrivateKey(pem));
  if (!cert.value.checkPrivateKey(key.value)) {
    throw new UsageError(`tls.keyFile: the key in ${keyFile} is not that of ${certFile}`);
  }
  try {
    createSecureContext({ cert: cert.pem, key: key.pem });
  } catch (cause) {
    throw new UsageError(`tls.certFile: ${certFile} is not accepted by TLS`, { cause });
  }
}

function read<T>(
  setting: string,
  file: unknown,
  parse: (pem: Buffer) => T,
): { readonly pem: Buffer; readonly value: T } {
  if (typeof file !== "string") throw new UsageError(`${setting} is not the name of a file`);
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (cause) {
    throw new UsageError(`${setting} cannot be read from ${file}`, { cause });
  }
  try {
    return { pem, value: parse(pem) };
  } catch (cause) {
    const what = setting === "tls.certFile" ? "certificate" : "private key without a passphrase";
    throw new UsageError(`${setting}: ${file} holds no PEM of a ${what}`, { cause });
  }
}
