// Ends all processes of a cluster and removes its folder when whoever started it is gone, however that went.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Waits for the end of its standard input: a kill -9 of the test closes that too. */
const SCRIPT = `
cat > /dev/null
for signal in QUIT KILL KILL KILL KILL KILL KILL KILL; do
  left=
  for process in /proc/[0-9]*; do
    case "$(readlink "$process/cwd")/" in
      "$0"/*|"$0 (deleted)"/*) kill -$signal "\${process#/proc/}" && left=yes ;;
    esac
  done
  [ "$left" ] || break
  sleep 0.1
done 2> /dev/null
grep -F " $0/" /proc/mounts | while read -r _ place _; do umount -l "$place"; done 2> /dev/null
rm -rf "$0"
`;

/** A small process of its own, which a signal to the test's group does not reach. */
export class Warden {
  readonly #child: ChildProcess;

  /** @param folder below which the processes work; absolute, without symbolic links */
  constructor(folder: string) {
    this.#child = spawn('sh', ['-c', SCRIPT, folder], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#child.unref();
  }

  /** Ends everything now, and returns when it is gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.ref();
    this.#child.stdin?.end();
    await closed;
  }
}
