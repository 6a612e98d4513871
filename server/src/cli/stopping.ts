// When a command is asked to stop: Ctrl-C, a signal, or the end of the process that holds its lifeline.
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';

const controller = new AbortController();

/** Aborted when the process was asked to stop. */
export const stopping: AbortSignal = controller.signal;

/** The descriptor of a pipe that the parent holds, where it gave one. */
const lifeline = process.env.STRATA_LIFELINE_FD;
/** The parent itself, for a process that took the place of one with a lifeline: Node lets no descriptor pass on. */
const lifelineParent = process.env.STRATA_LIFELINE_PARENT;
const PARENT_LOOK_MS = 500;

/** What a process is to be given that takes the place of this one, so that it stops when this one would have. */
export function passedLifeline(): Record<string, string> {
  if (lifelineParent !== undefined) return { STRATA_LIFELINE_PARENT: lifelineParent };
  return isOpen ? { STRATA_LIFELINE_PARENT: String(process.ppid) } : {};
}

let isOpen = false;

/** One Ctrl-C comes from the terminal and again from each parent that passes it on (npm, npx, another Node). */
const SAME_PRESS_MS = 500;

/** Starts to listen for signals and to the lifeline. A second Ctrl-C ends the process at once. */
export function listenForStop(): void {
  let last = Number.NEGATIVE_INFINITY;
  const stop = () => {
    const again = performance.now() - last > SAME_PRESS_MS;
    last = performance.now();
    if (stopping.aborted && again) process.exit(130);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // Children must not take a descriptor of theirs for it.
  delete process.env.STRATA_LIFELINE_FD;
  delete process.env.STRATA_LIFELINE_PARENT;
  const gone = () => controller.abort();
  if (lifeline !== undefined) watchLifeline(Number(lifeline), gone);
  if (lifelineParent !== undefined) {
    setInterval(() => process.ppid !== Number(lifelineParent) && gone(), PARENT_LOOK_MS).unref();
  }
}

/**
 * Calls `gone` when the other end of the descriptor closes, which happens however its process ends.
 * @param fd a pipe of the parent; anything else that happens to have the number is left alone
 */
function watchLifeline(fd: number, gone: () => void): void {
  try {
    // Pipes that Node makes for its children are sockets; the descriptors of its own event loop are not.
    if (process.platform !== 'win32' && !fstatSync(fd).isSocket()) return;
  } catch {
    return; // no such descriptor: the variable came from further up
  }
  isOpen = true;
  const line = new Socket({ fd, readable: true, writable: false });
  line.on('close', gone).on('error', gone).resume();
  line.unref();
}
