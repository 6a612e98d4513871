// The TLS options of an address list, for node-postgres.
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { MetadataError } from '../errors.ts';
import type { AddressList } from './address-list.ts';

/**
 * What `ssl` of a client is: false without TLS, undefined where the environment says. With `verify`, the certificate must be
 * of the root certificate given (else of an authority that the system trusts) and carry the name that the host has in the
 * list. Files are read when this is called. Throws MetadataError `invalid` naming a file that cannot be read.
 */
export function tlsOptions({ tls, rootCertificate, certificate, key }: AddressList) {
  const given = rootCertificate !== undefined || certificate !== undefined || key !== undefined;
  if (tls === 'off') return false;
  if (tls === undefined && !given) return undefined;
  const options: ConnectionOptions = {
    rejectUnauthorized: tls !== 'encrypt',
    ...(rootCertificate !== undefined && { ca: read(rootCertificate, 'sslrootcert') }),
    ...(certificate !== undefined && { cert: read(certificate, 'sslcert') }),
    ...(key !== undefined && { key: read(key, 'sslkey') }),
  };
  return options;
}

function read(file: string, parameter: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MetadataError(
      'invalid',
      `The file of ${parameter} in the metadata URL cannot be read: ${why}.`,
      { cause },
    );
  }
}
