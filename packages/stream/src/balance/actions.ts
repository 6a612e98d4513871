// What the balancer wants done. Whoever holds the sockets does it and reports what came of it.

/** Why a request is given up, as the codes of StreamError that it becomes. */
export interface Reason {
  readonly code: 'failed' | 'stalled' | 'unreachable' | 'closed';
  readonly message: string;
  /** The server's own code when `code` is 'failed'. */
  readonly reason?: string | undefined;
  readonly cause?: unknown;
}

/** What a request that is asked again brings along from its earlier tries. */
export interface History {
  /** Servers that were asked and are not to be asked again while another is left. */
  readonly tried: ReadonlySet<string>;
  /** Those of them that cannot answer it, by their own word. */
  readonly refusedBy: ReadonlySet<string>;
  /** How often in a row asking came to nothing, and how often all servers had been tried. */
  readonly failures: number;
  readonly rounds: number;
  /** Not to be asked again before. */
  readonly notBefore: number;
}

/** Nothing has been tried but these servers, which are not to be asked while another is left. */
export function historyOf(tried: Iterable<string>, refusedBy: Iterable<string> = []): History {
  const notBefore = Number.NEGATIVE_INFINITY;
  return { tried: new Set(tried), refusedBy: new Set(refusedBy), failures: 0, rounds: 0, notBefore };
}

export type Action =
  /** Connect to the address; report `welcomed` or `dialFailed` with the number. */
  | { readonly do: 'dial'; readonly dial: number; readonly url: string }
  /** Do not connect after all; nothing is to be reported. */
  | { readonly do: 'call off'; readonly dial: number }
  /** Ask for what is missing of a request on a line, under the number of the attempt. */
  | { readonly do: 'ask'; readonly request: number; readonly attempt: number; readonly line: number }
  /** Tell the server that the attempt is not wanted any more. */
  | { readonly do: 'cancel'; readonly attempt: number }
  /** The request has no attempt any more: submit what is still missing of it, with this history. */
  | { readonly do: 'retry'; readonly request: number; readonly history: History }
  | { readonly do: 'fail'; readonly request: number; readonly reason: Reason }
  /** Call off the last frames of the attempt; once the server has surely stopped, submit them with this history. */
  | { readonly do: 'steal'; readonly attempt: number; readonly frames: number; readonly history: History }
  /** The line hangs: what waits for a word from it waits no longer. */
  | { readonly do: 'stop waiting'; readonly line: number }
  | { readonly do: 'ping'; readonly line: number }
  | { readonly do: 'close'; readonly line: number; readonly why: string };
