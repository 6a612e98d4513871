// Address lists as they are written, and as they are mistyped.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MetadataError } from '../errors.ts';
import { addressesText, parseAddressList } from './address-list.ts';

it('reads one host and several, names, addresses, sockets and ports', () => {
  const list = parseAddressList(
    'postgres://strata:p%40ss:w@10.0.0.1,db-2.example.org:5433,[fd00::3]:5434/images',
  );
  expect(list).toMatchObject({ user: 'strata', password: 'p@ss:w', database: 'images', tls: undefined });
  expect(addressesText(list)).toBe('10.0.0.1:5432, db-2.example.org:5433, [fd00::3]:5434');
  expect(parseAddressList('postgresql://localhost/').addresses).toEqual([{ host: 'localhost', port: 5432 }]);
  expect(parseAddressList('postgres://%2Fvar%2Frun%2Fpostgresql/x').addresses[0]?.host).toBe(
    '/var/run/postgresql',
  );
  expect(parseAddressList('postgres:///x?host=/run/pg').addresses[0]?.host).toBe('/run/pg');
});

it('reads how TLS is to be used, never as less than what was asked for', () => {
  const modeOf = (mode: string) => parseAddressList(`postgres://a,b/x?sslmode=${mode}`).tls;
  expect(['disable', 'no-verify', 'require', 'verify-ca', 'verify-full'].map(modeOf)).toEqual([
    ...['off', 'encrypt', 'verify', 'verify', 'verify'],
  ]);
  const files = parseAddressList(
    'postgres://a/x?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.crt&target_session_attrs=read-write',
  );
  expect(files).toMatchObject({ tls: 'verify', rootCertificate: '/etc/ca.crt' });
});

it.each([
  ['http://127.0.0.1/', 'must begin with postgres://'],
  ['postgres://a:99999/x', 'port of "a:99999"'],
  ['postgres://a:0/x', 'port of "a:0"'],
  ['postgres://a,,b/x', 'not the name or address of a host'],
  ['postgres://a,b,a/x', 'names a:5432 twice'],
  ['postgres://a:5432:1/x', 'not a host, nor host:port'],
  ['postgres://[fd00::zz]/x', 'not the name or address of a host'],
  ['postgres://a b/x', 'not the name or address of a host'],
  ['postgres://a/x?sslmode=maybe', 'sslmode is one of'],
  ['postgres://a/x?sslmode=disable&sslmode=require', 'sslmode twice'],
  ['postgres://a/x?statement_timeout=0', 'parameter "statement_timeout"'],
  ['postgres://a/%zz', 'the name of the database'],
  ['postgres://a/x#y', 'written as %23'],
  [`postgres://${Array.from({ length: 17 }, (_, n) => `h${n}`).join(',')}/x`, 'at most 16'],
  [`postgres://${'a'.repeat(5000)}/x`, 'more than 4096'],
])('says what is wrong with %s', (url, why) => {
  expect(() => parseAddressList(url)).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.stringContaining(why) }),
  );
});

it('never tells a password', () => {
  for (const url of [
    'postgres://u:secret@a,,b/x',
    'postgres://u:secret@a/x?y=1',
    'postgres://u:secret@a/%zz',
  ]) {
    expect(() => parseAddressList(url)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  }
});

it('makes a list or a refusal of anything', () => {
  const piece = fc.constantFrom(
    'postgres://',
    '@',
    ':',
    ',',
    '/',
    '?',
    '=',
    '&',
    '%',
    '[',
    ']',
    'host',
    '5432',
    'a',
    '\0',
    'é',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((parts) => `postgres://${parts.join('')}`),
  );
  fc.assert(
    fc.property(text, (url) => {
      try {
        for (const { host, port } of parseAddressList(url).addresses) {
          expect(host.length).toBeGreaterThan(0);
          expect(port > 0 && port < 65_536).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof MetadataError)) throw error;
      }
    }),
    { seed: 6, numRuns: 3000 },
  );
});
