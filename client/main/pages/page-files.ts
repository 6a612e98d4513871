// Which file of the built pages an address names, and what the server is asked for instead.
import path from 'node:path';

/** The pages' own scheme and origin: no page of elsewhere can have it. */
export const PAGE_SCHEME = 'strata-app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://viewer`;

export type Asked =
  | { readonly kind: 'file'; readonly file: string; readonly type: string }
  /** Path and query to ask one of the servers for. */
  | { readonly kind: 'server'; readonly path: string }
  | { readonly kind: 'nothing' };

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const ofServer = /^\/(gateway|admin|dicom-web)\//;

/**
 * What an address of the pages' scheme asks for: a file of `folder`, the one page for every address inside the viewer, or a
 * server. Addresses that lead out of the folder ask for nothing.
 */
export function askedFor(address: string, folder: string): Asked {
  if (!URL.canParse(address)) return { kind: 'nothing' };
  const url = new URL(address);
  if (url.protocol !== `${PAGE_SCHEME}:` || url.host !== 'viewer') return { kind: 'nothing' };
  if (ofServer.test(url.pathname)) return { kind: 'server', path: url.pathname + url.search };
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return { kind: 'nothing' };
  }
  if (name.includes('\0') || name.includes('\\')) return { kind: 'nothing' };
  const type = types[path.posix.extname(name)];
  if (!type) return { kind: 'file', file: path.join(folder, 'index.html'), type: types['.html'] as string };
  const file = path.join(folder, path.posix.normalize(name));
  return file.startsWith(folder + path.sep) ? { kind: 'file', file, type } : { kind: 'nothing' };
}

/** Whether an address is the file inside an object, which has a window of its own. */
export function isDocument(address: string): boolean {
  const { pathname } = URL.parse(address) ?? {};
  const isOfPages = address.startsWith(`${PAGE_ORIGIN}/`);
  return isOfPages && /^\/gateway\/instances\/[^/]+\/document\/file$/.test(pathname ?? '');
}

/** What the pages may load and reach: themselves, and image servers anywhere. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self' ws: wss: blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
