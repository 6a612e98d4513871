// Certificates for TLS between peers, made by openssl for one test run.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

export interface Certificate {
  /** PEM files. */
  readonly key: string;
  readonly certificate: string;
}

/** A self-signed certificate for 127.0.0.1 in a folder, which is also its own authority. */
export function makeCertificate(folder: string, name: string): Certificate {
  const [key, certificate] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.crt`)];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  return { key, certificate };
}
