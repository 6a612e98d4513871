// How far a command is, on stderr: a bar where someone watches, a line now and then where nobody does.
import { SingleBar } from 'cli-progress';
import { duration } from './words.ts';

const LINE_EVERY_MS = 10_000;

export interface Progress {
  /** @param done of the total @param note what else to say, short */
  update(done: number, note: string): void;
  stop(): void;
}

/**
 * Starts showing progress.
 * @param what e.g. `Importing` @param total what `done` runs up to; 0 when it is not known
 */
export function showProgress(what: string, total: number): Progress {
  return process.stderr.isTTY && total > 0 ? bar(what, total) : lines(what, total);
}

function bar(what: string, total: number): Progress {
  const shown = new SingleBar({
    format: `${what} {bar} {percentage} %  {value}/{total}  {note}  {left}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  const began = Date.now();
  shown.start(total, 0, { note: '', left: '' });
  return {
    update: (done, note) => shown.update(done, { note, left: left(began, done, total) }),
    stop: () => shown.stop(),
  };
}

function left(began: number, done: number, total: number): string {
  const passed = Date.now() - began;
  if (passed < 2000 || done === 0 || done === total) return '';
  return `about ${duration((passed / done) * (total - done))} left`;
}

function lines(what: string, total: number): Progress {
  let last = Date.now();
  return {
    update: (done, note) => {
      if (Date.now() - last < LINE_EVERY_MS) return;
      last = Date.now();
      process.stderr.write(`${what}: ${done}${total > 0 ? ` of ${total}` : ''}  ${note}\n`);
    },
    stop: () => undefined,
  };
}
