// What Strata and the keeper of its database tell each other.
import type { MetadataErrorCode } from '../errors.ts';

/** From the keeper: `ready` once; or `failed` once; `log` at any time; `ended` when the server ended by itself. */
export type KeeperReport =
  | { readonly type: 'ready'; readonly port: number; readonly postgres: number }
  | { readonly type: 'failed'; readonly code: MetadataErrorCode; readonly message: string }
  | { readonly type: 'log'; readonly message: string }
  | { readonly type: 'ended'; readonly code: number | null; readonly signal: string | null };

/** To the keeper: end the server gracefully, then yourself. */
export type KeeperOrder = { readonly type: 'stop' };
