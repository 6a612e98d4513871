// One node of a cluster of a test: its files, and the processes of its etcd, Patroni and PostgreSQL.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Account, giveTo } from '@strata/metadata/embedded/account';
import type { ClusterNode as PlannedNode } from '../../../server/src/cli/cluster/plan.ts';
import { processesIn, signalAll } from './processes.ts';

export class ClusterNode {
  readonly planned: PlannedNode;
  readonly folder: string;
  /** What its network namespace begins a command with. */
  readonly #enter: readonly string[];
  readonly #account: Account | null;
  #etcd: ChildProcess | null = null;
  #patroni: ChildProcess | null = null;

  constructor(
    planned: PlannedNode,
    folder: string,
    options: {
      readonly enter: readonly string[];
      readonly account: Account | null;
    },
  ) {
    this.planned = planned;
    this.folder = folder;
    this.#enter = options.enter;
    this.#account = options.account;
  }

  get name(): string {
    return this.planned.name;
  }

  /** Writes its configuration. */
  configure(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(path.join(this.folder, name), text, { mode: 0o600 });
    }
    if (this.#account) giveTo(this.#account, this.folder);
  }

  startEtcd(): void {
    if (this.#etcd?.exitCode === null && this.#etcd.signalCode === null) return;
    const lines = readFileSync(path.join(this.folder, 'etcd.env'), 'utf8').split('\n');
    const pairs = lines.filter((line) => line.startsWith('ETCD_')).map((line) => line.split(/=(.*)/s));
    this.#etcd = this.#start('etcd', '/usr/bin/etcd', [], Object.fromEntries(pairs));
  }

  async killEtcd(): Promise<void> {
    await killed(this.#etcd);
  }

  /** Starts Patroni, which starts PostgreSQL. */
  start(): void {
    if (this.#patroni?.exitCode === null && this.#patroni.signalCode === null) return;
    this.#patroni = this.#start('patroni', '/usr/bin/patroni', ['patroni.yml'], { PYTHONUNBUFFERED: '1' });
  }

  /** Kill -9 of Patroni, PostgreSQL and all their children at one moment; etcd goes on. */
  async kill9(): Promise<void> {
    const etcd = this.#etcd?.pid;
    const isOurs = () => processesIn(this.folder).filter((pid) => pid !== etcd);
    while (signalAll(isOurs(), 'SIGKILL') > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await killed(this.#patroni);
  }

  /** Everything on this machine hangs: its connections stay, nothing moves. */
  freeze(): void {
    signalAll(processesIn(this.folder), 'SIGSTOP');
  }

  thaw(): void {
    signalAll(processesIn(this.folder), 'SIGCONT');
  }

  /** The last lines of what etcd and Patroni (with PostgreSQL) said. */
  said(lines = 30): string {
    const last = (log: string) => {
      try {
        return readFileSync(path.join(this.folder, `${log}.log`), 'utf8')
          .trimEnd()
          .split('\n')
          .slice(-lines)
          .join('\n');
      } catch {
        return 'nothing';
      }
    };
    return `${this.name}, etcd:\n${last('etcd')}\n${this.name}, patroni:\n${last('patroni')}`;
  }

  #start(log: string, file: string, args: string[], environment: Record<string, string>): ChildProcess {
    const output = openSync(path.join(this.folder, `${log}.log`), 'a');
    const account = this.#account;
    const identity = account
      ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--no-new-privs']
      : [];
    // Another user's etcd and Patroni end with us too; PostgreSQL outlives its Patroni and is the warden's.
    const command = [...this.#enter, 'setpriv', ...identity, '--pdeathsig', 'KILL', file, ...args];
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: this.folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: this.folder, ...environment },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.unref();
    return child;
  }
}

async function killed(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
