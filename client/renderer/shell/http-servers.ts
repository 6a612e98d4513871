// The addresses of the pool's servers for HTTP: the one that the page came from first.
import { strataClient } from './connection.ts';

/** Addresses without a path; '' is the server that the page came from. */
export function httpServers(): readonly string[] {
  // The desktop program passes requests on to whichever of its servers answers.
  if (!/^https?:$/.test(location.protocol)) return [''];
  const others = strataClient()
    .pool()
    .servers.flatMap(({ url }) => httpAddress(url) ?? [])
    .filter((address) => address !== location.origin);
  return ['', ...new Set(others)];
}

/** `http://host:port` of `ws://host:port/stream`; null for what a page of this one may not ask. */
function httpAddress(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  if (protocol === 'wss:') return `https://${host}`;
  return protocol === 'ws:' && location.protocol === 'http:' ? `http://${host}` : null;
}
