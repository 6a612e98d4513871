// What counts as this machine only: hosts to listen on, Host headers and origins to accept.
import { StartError } from './start-error.ts';

const names = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

/**
 * The address to listen on for a host that the user gave.
 * @throws StartError 'not-loopback' for anything that other machines could reach
 */
export function loopbackAddress(host: string): string {
  if (!names.has(host)) {
    throw new StartError(
      'not-loopback',
      `Strata does not listen on ${host}: it has no sign-in yet, so anyone who reaches it could read every image. ` +
        'It answers on this machine only (--host 127.0.0.1) until sign-in exists.',
    );
  }
  return host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, '');
}

/** `http://127.0.0.1:4280` or `http://[::1]:4280`. */
export function httpUrl(address: string, port: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** The origin of the pages inside the desktop program: a scheme that only that program serves. */
const DESKTOP_ORIGIN = 'strata-app://viewer';

/**
 * Whether a request's Host header names this machine. A page elsewhere can point a name of its own at 127.0.0.1
 * (DNS rebinding); the name it must use to do so gives it away.
 */
export function hostAllowed(host: string | undefined): boolean {
  return host !== undefined && names.has(host.replace(/:\d{1,5}$/, '').toLowerCase());
}

/**
 * Whether a page of this origin may talk to the server on one of these ports. No origin at all is a program, not a page.
 * Another port of this machine is another program's page and is refused. The desktop program's pages may.
 */
export function originAllowed(origin: string | undefined, ...ports: readonly number[]): boolean {
  if (origin === undefined || origin === DESKTOP_ORIGIN) return true;
  const match = /^http:\/\/([^/]+?)(?::(\d{1,5}))?$/.exec(origin.toLowerCase());
  return match !== null && names.has(match[1] ?? '') && ports.includes(Number(match[2] ?? 80));
}

/** The port of an address of this machine, to which its pages are reached; null for an address elsewhere. */
export function loopbackPort(url: string): number | null {
  const { hostname, port, protocol } = new URL(url);
  if (!names.has(hostname)) return null;
  return port === '' ? (protocol === 'wss:' || protocol === 'https:' ? 443 : 80) : Number(port);
}
