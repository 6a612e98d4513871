// Asks one source after the other until one answers: the next when one fails, or is not there after a while.

export interface HedgeOptions<Source> {
  /** Without an answer for so long, the next is asked too. */
  readonly afterMs: number;
  readonly signal?: AbortSignal | undefined;
  /** A source that was asked earlier than the one that answered. */
  readonly onOvertaken?: (source: Source) => void;
}

/** No source answered; `errors` are theirs, in the order in which they came. */
export class AllFailed extends Error {
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    super('no source answered');
    this.errors = errors;
  }
}

/**
 * The first answer; what was asked besides is called off by its signal.
 * @throws AllFailed, or the reason of `signal`
 */
export function hedged<Source, Result>(
  sources: readonly Source[],
  ask: (source: Source, signal: AbortSignal) => Promise<Result>,
  { afterMs, signal, onOvertaken }: HedgeOptions<Source>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = new AbortController();
    const left = [...sources];
    const running = new Set<Source>();
    const errors: unknown[] = [];
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      done.abort(new Error('another source was faster'));
    };
    const onAbort = () => {
      end();
      reject(signal?.reason);
    };
    const next = () => {
      clearTimeout(timer);
      const source = left.shift();
      if (source === undefined) {
        if (running.size > 0) return;
        end();
        reject(new AllFailed(errors));
        return;
      }
      running.add(source);
      if (left.length > 0) timer = setTimeout(next, afterMs);
      ask(source, done.signal).then(
        (result) => {
          if (done.signal.aborted) return;
          const earlier = [...running].slice(0, [...running].indexOf(source));
          end();
          for (const each of earlier) onOvertaken?.(each);
          resolve(result);
        },
        (error) => {
          if (done.signal.aborted) return;
          running.delete(source);
          errors.push(error);
          next();
        },
      );
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    next();
  });
}
