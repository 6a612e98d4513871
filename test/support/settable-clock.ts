// A clock that a test sets while a process goes by it: the Debian package libfaketime in place of the machine's clock.
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from './peers/program.ts';

const folders: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

/**
 * PostgreSQL is started with an environment of its own, which knows nothing of clocks: they are handed on to it. Behind
 * `setpriv`, which keeps rights that another user's clock would need, it is `env` that does so.
 */
const handOn = `
  import childProcess from 'node:child_process';
  import { syncBuiltinESMExports } from 'node:module';
  const { spawn } = childProcess;
  const clock = Object.entries(process.env).filter(([name]) => /FAKE|^LD_PRELOAD$/.test(name) && name !== 'FAKETIME_SHARED');
  const { NODE_OPTIONS } = process.env;
  childProcess.spawn = (file, args, options) => {
    if (!options?.env) return spawn(file, args, options);
    if (file !== 'setpriv')
      return spawn(file, args, { ...options, env: { ...options.env, NODE_OPTIONS, ...Object.fromEntries(clock) } });
    const { LD_PRELOAD, FAKETIME_SHARED, ...env } = options.env;
    const program = args.findIndex((arg) => !arg.startsWith('--'));
    const given = clock.map((pair) => pair.join('='));
    return spawn(file, [...args.slice(0, program), 'env', ...given, ...args.slice(program)], { ...options, env });
  };
  syncBuiltinESMExports();`;

/** Only what a person or a time server sets jumps; the time that timers go by does not, nor do the dates of files. */
export class SettableClock {
  /** For a process that is to go by this clock, and all that it starts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #file: string;

  /** @param folder where it may keep a file. Throws with the package to install when it is missing. */
  constructor(folder: string) {
    this.#file = path.join(folder, 'clock');
    const place = `/usr/lib/${folders[process.arch] ?? process.arch}/faketime/libfaketime.so.1`;
    this.environment = {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(handOn)}`,
      LD_PRELOAD: packageFile(place, 'libfaketime'),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' },
    };
    this.set(0);
  }

  /** @param seconds how far it is before the machine's clock; below 0: behind */
  set(seconds: number): void {
    // Whoever reads it finds one time or the other, never half of one.
    writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}
