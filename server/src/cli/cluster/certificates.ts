// The cluster's own authority and a certificate for each node, made by openssl: Node can read certificates but not make them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../failure.ts';

/** PEM texts. */
export interface NodeCertificate {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const AUTHORITY_DAYS = 3650;
const NODE_DAYS = 1825;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes `ca.crt` and `ca.key` in a folder unless they are there. Throws CommandError when openssl is missing. */
export function ensureAuthority(folder: string): void {
  if (existsSync(path.join(folder, 'ca.key')) && existsSync(path.join(folder, 'ca.crt'))) return;
  mkdirSync(folder, { recursive: true });
  openssl(folder, [
    ...['req', '-x509', ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.crt'],
    ...['-days', String(AUTHORITY_DAYS), '-subj', '/CN=Strata metadata cluster'],
  ]);
}

/**
 * A certificate of the authority in the folder, for a node as server and as client of the others: etcd and Patroni are both.
 * It is good for its address, its name, and connections from the machine itself.
 */
export function makeCertificate(folder: string, name: string, address: string): NodeCertificate {
  const work = mkdtempSync(path.join(folder, 'node-'));
  try {
    const addresses = [...new Set([address, '127.0.0.1', '::1'])].map((each) => `IP:${each}`);
    const names = [...addresses, `DNS:${name}`, 'DNS:localhost'].join(',');
    writeFileSync(
      path.join(work, 'extensions'),
      `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n`,
    );
    openssl(work, ['req', ...NEW_KEY, '-keyout', 'node.key', '-out', 'node.csr', '-subj', `/CN=${name}`]);
    openssl(work, [
      ...['x509', '-req', '-in', 'node.csr', '-out', 'node.crt', '-days', String(NODE_DAYS)],
      ...['-CA', '../ca.crt', '-CAkey', '../ca.key', '-extfile', 'extensions'],
      ...['-set_serial', `0x${crypto.randomUUID().replaceAll('-', '').slice(1)}`],
    ]);
    const read = (file: string) => readFileSync(path.join(work, file), 'utf8');
    return { authority: read('../ca.crt'), certificate: read('node.crt'), key: read('node.key') };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function openssl(folder: string, args: string[]): void {
  try {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (cause) {
    const { code, stderr } = cause as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT') {
      const message = 'openssl is missing: install it (apt-get install openssl) and run this again.';
      throw new CommandError(message, { cause });
    }
    throw new CommandError(`openssl ${args[0]} failed: ${stderr?.toString().trim()}`, { cause });
  }
}
