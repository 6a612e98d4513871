// Turns whatever went wrong with a file into a code and a sentence for the one who sent it.
import { systemCode } from '../config/start-error.ts';

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** Never throws; an error nobody foresaw is refused as 'internal' with its own words. */
export function refusalOf(error: unknown): Refusal {
  const reason = sentence(error instanceof Error ? error.message : String(error));
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'no-space', reason };
  if (isMetadataAway(error)) {
    return {
      code: 'metadata-unavailable',
      reason: 'The metadata database does not answer: try again in a moment.',
    };
  }
  if (error instanceof Error && error.name === 'MetadataError' && code === 'no-space')
    return { code, reason };
  return { code: code === '' ? 'internal' : code, reason };
}

/** Whether the metadata database is away and may come back. */
export function isMetadataAway(error: unknown): boolean {
  return error instanceof Error && error.name === 'MetadataError' && systemCode(error) === 'unavailable';
}

/** As the end of a report: without the word that stands before it anyway, beginning and ending like a sentence. */
function sentence(message: string): string {
  const text = message.replace(/^refused: /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
