// The network between the nodes of a cluster: each in a network namespace of its own where we may make them, so that a cable can be pulled.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Namespaces without names: the kernel forgets them, and all that is in them, when their last process ends. */
export class Network {
  readonly #switch: number;
  readonly #nodes: readonly number[];

  private constructor(switchPid: number, nodes: readonly number[]) {
    this.#switch = switchPid;
    this.#nodes = nodes;
  }

  /** Joins so many nodes by a switch. @param folder in which their holders work; null when this is not allowed here */
  static async make(count: number, folder: string): Promise<Network | null> {
    if (process.getuid?.() !== 0) return null;
    const holders = Array.from({ length: count + 1 }, () => hold(folder));
    try {
      await Promise.all(holders.map(isApart));
      const [switchPid = 0, ...nodes] = holders.map(({ pid }) => pid ?? 0);
      const network = new Network(switchPid, nodes);
      network.#join();
      return network;
    } catch {
      for (const holder of holders) holder.kill('SIGKILL');
      return null;
    }
  }

  address(node: number): string {
    return `10.213.0.${node + 1}`;
  }

  /** The beginning of a command that runs in a node's namespace; in the clients' one for null. */
  enter(node: number | null): string[] {
    const pid = node === null ? this.#switch : this.#nodes[node];
    return ['nsenter', `--net=/proc/${pid}/ns/net`];
  }

  /** Pulls the cable of a node: nothing comes in or goes out, and nobody is told. */
  cut(node: number): void {
    this.#run(null, `ip link set n${node} nomaster`);
  }

  heal(node: number): void {
    this.#run(null, `ip link set n${node} master switch`);
  }

  #join(): void {
    const lines = ['ip link set lo up', 'ip link add name switch type bridge'];
    lines.push('ip addr add 10.213.0.254/24 dev switch', 'ip link set switch up');
    for (const [at, pid] of this.#nodes.entries()) {
      lines.push(`ip link add n${at} type veth peer name eth0 netns ${pid}`);
      lines.push(`ip link set n${at} master switch up`);
    }
    this.#run(null, lines.join('\n'));
    for (const at of this.#nodes.keys()) {
      const address = `ip addr add ${this.address(at)}/24 dev eth0`;
      this.#run(at, `ip link set lo up\n${address}\nip link set eth0 up`);
    }
  }

  #run(node: number | null, script: string): void {
    const [program = '', ...args] = this.enter(node);
    execFileSync(program, [...args, 'sh', '-ec', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

function hold(folder: string): ChildProcess {
  const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { cwd: folder, stdio: 'ignore' });
  holder.on('error', () => undefined); // no unshare here: it never gets apart
  holder.unref();
  return holder;
}

/** Waits until a holder has its own namespace. Throws when it has none after two seconds. */
async function isApart({ pid }: ChildProcess): Promise<void> {
  const ours = readlinkSync('/proc/self/ns/net');
  for (let tries = 0; tries < 200; tries++) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/net`) !== ours) return;
    } catch {
      break; // not started, or ended
    }
    await sleep(10);
  }
  throw new Error('network namespaces cannot be made here');
}
