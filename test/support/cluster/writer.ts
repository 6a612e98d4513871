// A client that stands beside one node and commits there, one row after the other, whatever the other nodes think of it.
import type pg from 'pg';
import type { ClusterNode } from './cluster-node.ts';
import type { Cluster } from './start-cluster.ts';

/** How long after a cable is pulled an answer may come for what the standby had got before. */
const ON_THE_WAY_MS = 500;

export class Writer {
  /** Words whose commit was acknowledged. */
  readonly acknowledged: string[] = [];
  readonly #cluster: Cluster;
  readonly #node: ClusterNode;
  readonly #writing: Promise<void>;
  readonly #late: string[] = [];
  #markedAt = Number.POSITIVE_INFINITY;
  #isOver = false;
  #client: pg.Client | null = null;

  /** Begins at once; it writes into the table `cut_test` of Strata's database. */
  constructor(cluster: Cluster, node: ClusterNode) {
    this.#cluster = cluster;
    this.#node = node;
    this.#writing = this.#write();
  }

  /** From now on acknowledgements are late. */
  mark(): void {
    this.#markedAt = performance.now();
  }

  /** What was acknowledged after the mark. */
  get lateAfterMark(): readonly string[] {
    return this.#late;
  }

  async untilAcknowledged(): Promise<void> {
    const before = this.acknowledged.length;
    while (this.acknowledged.length === before) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    // A commit that waits for a standby which never answers.
    (
      this.#client as unknown as { connection: { stream: { destroy: () => void } } } | null
    )?.connection.stream.destroy();
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let at = 0; !this.#isOver; at++) {
      const word = `${this.#node.name} ${crypto.randomUUID()} ${at}`;
      try {
        const client = this.#client ?? (await this.#connect());
        await client.query('insert into cut_test values ($1)', [word]);
        this.acknowledged.push(word);
        if (performance.now() > this.#markedAt + ON_THE_WAY_MS) this.#late.push(word);
        await new Promise((resolve) => setTimeout(resolve, 5));
      } catch {
        this.#client = null;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<pg.Client> {
    const client = this.#cluster.clientBeside(this.#node);
    await client.connect();
    this.#client = client;
    return client;
  }
}
