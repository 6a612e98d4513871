// Warnings that come by the thousand, as a few lines: the first of a kind at once, and then how many more there were.
const PAUSE_MS = 10_000;

/** The part of a log that it needs. */
export interface WarnLog {
  warn(fields: object, message: string): void;
}

interface Kind {
  count: number;
  fields: object;
}

export class CountedLog {
  readonly #log: WarnLog;
  readonly #pauseMs: number;
  readonly #kinds = new Map<string, Kind>();

  /** @param pauseMs between two lines of a kind */
  constructor(log: WarnLog, pauseMs = PAUSE_MS) {
    this.#log = log;
    this.#pauseMs = pauseMs;
  }

  /** Says it, or counts it when the same message was said just before; the last one's fields stand for all. */
  warn(fields: object, message: string): void {
    const known = this.#kinds.get(message);
    if (known) {
      known.count += 1;
      known.fields = fields;
      return;
    }
    this.#log.warn(fields, message);
    this.#kinds.set(message, { count: 0, fields });
    this.#later(message);
  }

  #later(message: string): void {
    setTimeout(() => {
      const { count = 0, fields = {} } = this.#kinds.get(message) ?? {};
      if (count === 0) {
        this.#kinds.delete(message);
        return;
      }
      this.#kinds.set(message, { count: 0, fields });
      this.#log.warn({ ...fields, more: count }, `${message}; since the last such line ${count} more`);
      this.#later(message);
    }, this.#pauseMs).unref();
  }
}
