// What the desktop program is told on its computer: its servers, its site, its cache, where updates come from.
import { readFile } from 'node:fs/promises';

export interface DesktopSettings {
  /** Image servers as ws:// or wss:// addresses that end in /stream. */
  readonly servers: readonly string[];
  readonly site: string | null;
  /** Most bytes of the disk cache; 0 keeps none. */
  readonly cacheBytes: number;
  /** Folder of new versions (https://...); null: the program is kept up to date by others. */
  readonly updates: string | null;
}

/** The settings cannot be used; the message names the file, the place and what to write there. */
class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'bad-settings';
}

const MAX_FILE = 65_536;
const MAX_SERVERS = 64;
const MAX_CACHE = 2 ** 40;
const GIB = 2 ** 30;
const known = new Set(['servers', 'site', 'cacheGiB', 'updates']);

/** A server on this computer, for a desk where nothing was configured yet. */
export const defaults: DesktopSettings = {
  servers: ['ws://127.0.0.1:4280/stream'],
  site: null,
  cacheBytes: 4 * GIB,
  updates: null,
};

/** The settings of a file; the defaults when there is none. Throws SettingsError. */
export async function readDesktopSettings(file: string): Promise<DesktopSettings> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return defaults;
    throw new SettingsError(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  return parseDesktopSettings(text, file);
}

/** @param file its name, for messages. Throws SettingsError. */
export function parseDesktopSettings(text: string, file: string): DesktopSettings {
  const refuse = (why: string): never => {
    throw new SettingsError(`${file}: ${why}`);
  };
  if (text.length > MAX_FILE) refuse(`longer than ${MAX_FILE} characters.`);
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    refuse(`no JSON (${(error as Error).message}).`);
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    refuse('write an object: { "servers": [...] }.');
  const settings = read as Record<string, unknown>;
  const stray = Object.keys(settings).find((name) => !known.has(name));
  if (stray !== undefined)
    refuse(`"${stray.slice(0, 40)}" is no setting; there are ${[...known].join(', ')}.`);
  const { servers = [], site = null, cacheGiB = 4, updates = null } = settings;
  if (!Array.isArray(servers) || servers.length > MAX_SERVERS) {
    return refuse(`servers is a list of at most ${MAX_SERVERS} addresses.`);
  }
  if (site !== null && (typeof site !== 'string' || site.length > 64))
    refuse('site is a name of at most 64 characters.');
  if (typeof cacheGiB !== 'number' || !(cacheGiB >= 0 && cacheGiB * GIB <= MAX_CACHE)) {
    return refuse('cacheGiB is a number from 0 to 1024.');
  }
  if (updates !== null && !isHttps(updates)) refuse('updates is an https:// address, or null.');
  return {
    servers:
      servers.length === 0
        ? defaults.servers
        : servers.map((one) => streamAddress(one) ?? refuse(badServer(one))),
    site: site as string | null,
    cacheBytes: Math.floor(cacheGiB * GIB),
    updates: updates as string | null,
  };
}

/** The streaming address of a server given as http(s):// or ws(s)://; null when it is none. */
function streamAddress(server: unknown): string | null {
  if (typeof server !== 'string' || server.length > 1024 || !URL.canParse(server)) return null;
  const url = new URL(server);
  const scheme = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }[url.protocol];
  if (!scheme || url.username || url.password) return null;
  return `${scheme}//${url.host}/stream`;
}

function badServer(server: unknown): string {
  return `servers: ${JSON.stringify(server)?.slice(0, 80)} is no address of a server; write "https://images.example.org".`;
}

function isHttps(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && new URL(text).protocol === 'https:';
}
