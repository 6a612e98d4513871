// Which original files a study, a series or an instance has, asked of whichever server answers.
import { withShare } from '../shell/server-fetch.ts';
import { DownloadError } from './download-error.ts';

/** An original file to fetch. */
export interface OriginalFile {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly number: number | null;
  /** Bytes of the file that was sent here. */
  readonly length: number;
  /** Where it goes: `series-02/00017.dcm`. */
  readonly name: string;
}

export type Level = 'study' | 'series' | 'instance';

const addresses = { study: 'studies', series: 'series', instance: 'instances' } as const;
const TIMEOUT_MS = 60_000;
const MAX_FILES = 1_000_000;

/** @throws DownloadError when no server gives the list */
export async function filesOf(
  level: Level,
  uid: string,
  servers: readonly string[],
  signal: AbortSignal,
): Promise<readonly OriginalFile[]> {
  let last: unknown;
  for (const server of servers) {
    try {
      const response = await fetch(`${server}/gateway/${addresses[level]}/${encodeURIComponent(uid)}`, {
        headers: withShare(),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (response.ok) return readFiles(await response.json());
      last = response.status;
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  }
  throw new DownloadError('no-list', last);
}

/** Reads the server's list; each file gets a name of its own. Throws DownloadError for what is none. */
export function readFiles(told: unknown): readonly OriginalFile[] {
  if (!Array.isArray(told) || told.length > MAX_FILES) throw new DownloadError('no-list');
  const series = new Map<string, number>();
  const names = new Set<string>();
  return told.map((one: unknown) => {
    const { sopInstanceUid, seriesInstanceUid, number, file } = (one ?? {}) as Record<string, unknown>;
    const { length } = (file ?? {}) as Record<string, unknown>;
    if (
      typeof sopInstanceUid !== 'string' ||
      typeof seriesInstanceUid !== 'string' ||
      typeof length !== 'number'
    )
      throw new DownloadError('no-list');
    if (!series.has(seriesInstanceUid)) series.set(seriesInstanceUid, series.size + 1);
    const folder = `series-${String(series.get(seriesInstanceUid)).padStart(2, '0')}`;
    const known = typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
    const name = ownName(`${folder}/${String(known ?? names.size + 1).padStart(5, '0')}`, names);
    return { sopInstanceUid, seriesInstanceUid, number: known, length, name };
  });
}

function ownName(wanted: string, names: Set<string>): string {
  let name = `${wanted}.dcm`;
  for (let again = 2; names.has(name); again++) name = `${wanted}-${again}.dcm`;
  names.add(name);
  return name;
}
