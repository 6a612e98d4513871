// Reads the address of a metadata service: one URL with one or several hosts.
import { isIPv6 } from 'node:net';
import { MetadataError } from '../errors.ts';

const MAX_URL = 4096;
const MAX_HOSTS = 16;
const MAX_HOST = 255;
const DEFAULT_PORT = 5432;

/** One server; `host` is a name, an IP address, or the absolute path of the folder with its socket. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `verify`: encrypted, the certificate and its name are checked; `encrypt`: nobody is proven to be at the other end. */
export type TlsMode = 'off' | 'encrypt' | 'verify';

export interface AddressList {
  readonly addresses: readonly Address[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  /** Undefined: as the environment says (PGSSLMODE). */
  readonly tls: TlsMode | undefined;
  /** Paths of PEM files. */
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

const MODES: Readonly<Record<string, TlsMode>> = {
  disable: 'off',
  'no-verify': 'encrypt',
  require: 'verify',
  'verify-ca': 'verify',
  'verify-full': 'verify',
};
const PARAMETERS = new Set(['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'target_session_attrs']);
/** What libpq knows; which server is asked for what is decided here, for each call. */
const SESSION_ATTRIBUTES = new Set([
  ...['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'],
]);

/**
 * Reads `postgres://user:password@host1:port1,host2:port2/database?parameters`, 1 to 16 hosts. IPv6 addresses stand in
 * brackets; a host that begins with `/` (written `%2F`) is the folder of a socket; `host` as a parameter, as libpq has it,
 * stands for all of them where the URL names none. `sslmode` is disable, no-verify or verify-full (as which require and
 * verify-ca are read too).
 * @throws MetadataError `invalid` that says which part is wrong, without the password
 */
export function parseAddressList(url: string): AddressList {
  if (!/^postgres(ql)?:\/\//.test(url)) throw invalid('it must begin with postgres://');
  if (url.length > MAX_URL) throw invalid(`it has ${url.length} characters, more than ${MAX_URL}`);
  const [, authority = '', path = '', search = ''] =
    /^[a-z]+:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(url) ?? [];
  if (url.includes('#')) throw invalid('it has a # that is not written as %23');
  const parameters = readParameters(search);
  const at = authority.lastIndexOf('@');
  const [user, ...password] = at < 0 ? [''] : authority.slice(0, at).split(':');
  const hosts = authority.slice(at + 1) || parameters.get('host') || 'localhost';
  return {
    addresses: readHosts(hosts),
    user: decoded(user ?? '', 'the user') || undefined,
    password: decoded(password.join(':'), 'the password') || undefined,
    database: decoded(path, 'the name of the database') || undefined,
    tls: readMode(parameters.get('sslmode')),
    rootCertificate: parameters.get('sslrootcert'),
    certificate: parameters.get('sslcert'),
    key: parameters.get('sslkey'),
  };
}

/** `host:port`, as in an address list. */
export function addressText({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** All addresses, for people. */
export function addressesText({ addresses }: Pick<AddressList, 'addresses'>): string {
  return addresses.map(addressText).join(', ');
}

function readHosts(text: string): Address[] {
  const parts = text.split(',');
  if (parts.length > MAX_HOSTS)
    throw invalid(`it names ${parts.length} hosts, at most ${MAX_HOSTS} are possible`);
  const addresses = parts.map(readHost);
  const texts = addresses.map(addressText);
  const twice = texts.find((each, index) => texts.indexOf(each) !== index);
  if (twice) throw invalid(`it names ${twice} twice`);
  return addresses;
}

function readHost(text: string): Address {
  const shown = JSON.stringify(text.slice(0, MAX_HOST));
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text);
  if (!match) throw invalid(`${shown} is not a host, nor host:port`);
  const [, bracketed, plain = '', digits] = match;
  const host = bracketed ?? decoded(plain, `the host ${shown}`);
  const isHost =
    bracketed === undefined
      ? host.length <= MAX_HOST && (/^[\w](?:[\w.-]*[\w])?\.?$/.test(host) || /^\/[^\0]*$/.test(host))
      : isIPv6(bracketed);
  if (!isHost) throw invalid(`${shown} is not the name or address of a host`);
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (port < 1 || port > 65_535) throw invalid(`the port of ${shown} is not one of 1 to 65535`);
  return { host, port };
}

function readParameters(search: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of search.split('&')) {
    if (part === '') continue;
    const [name = '', ...value] = part.split('=');
    if (!PARAMETERS.has(name)) {
      throw invalid(
        `it has the parameter ${JSON.stringify(name.slice(0, 64))}; there are ${[...PARAMETERS].join(', ')}`,
      );
    }
    if (parameters.has(name)) throw invalid(`it has the parameter ${name} twice`);
    parameters.set(name, decoded(value.join('='), `the parameter ${name}`));
  }
  const attributes = parameters.get('target_session_attrs');
  if (attributes !== undefined && !SESSION_ATTRIBUTES.has(attributes))
    throw invalid(`target_session_attrs is one of ${[...SESSION_ATTRIBUTES].join(', ')}`);
  return parameters;
}

function readMode(text: string | undefined): TlsMode | undefined {
  if (text === undefined) return undefined;
  const mode = Object.hasOwn(MODES, text) ? MODES[text] : undefined;
  if (!mode) throw invalid(`sslmode is one of ${Object.keys(MODES).join(', ')}`);
  return mode;
}

function decoded(text: string, what: string): string {
  try {
    const plain = decodeURIComponent(text);
    if (!plain.includes('\0')) return plain;
  } catch {
    // told below
  }
  throw invalid(`${what} has a % that does not begin the two hexadecimal digits of a character`);
}

function invalid(why: string): MetadataError {
  return new MetadataError(
    'invalid',
    `The metadata URL is not one: ${why}. It looks like postgres://user:password@host1:5432,host2:5432/database.`,
  );
}
