// Works on a few items at once and gives the results in the order of the items.

/** A result that holds something, memory mostly, until it is released. */
export interface Held<Result> {
  readonly result: Result;
  release(): void;
}

/**
 * Results in order, at most `atOnce` of them made ahead. When the consumer ends early, what is under way is released as
 * soon as it is there; an error ends it in the same way.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Held<Result>>,
): AsyncGenerator<Result> {
  const ahead: Promise<Held<Result>>[] = [];
  try {
    for await (const item of items) {
      const started = work(item);
      // Looked at in its turn; until then a failure is nobody's unhandled rejection.
      started.catch(() => undefined);
      ahead.push(started);
      if (ahead.length >= atOnce) yield* first(ahead);
    }
    while (ahead.length > 0) yield* first(ahead);
  } finally {
    for (const started of ahead) {
      started.then(
        (held) => held.release(),
        () => undefined,
      );
    }
  }
}

async function* first<Result>(ahead: Promise<Held<Result>>[]): AsyncGenerator<Result> {
  const started = ahead[0] as Promise<Held<Result>>;
  const held = await started;
  ahead.shift();
  try {
    yield held.result;
  } finally {
    held.release();
  }
}
