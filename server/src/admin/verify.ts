// Reads everything that is stored again and compares it with what it should be.
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord, WorklistPage } from '@strata/metadata/records';
import type { BlobHome } from '../gateway/blob-home.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { refusalOf } from '../gateway/refusal.ts';
import { type PoolCounts, PoolVerify, type PoolVerifyParts } from './verify-pool.ts';

export interface VerifyParts {
  readonly store: Pick<BlobHome, 'list' | 'verify' | 'size'>;
  readonly metadata: Metadata;
  readonly gateway: Gateway;
  /** The other servers' part; null when there are none. */
  readonly verifyPool?: () => PoolVerifyParts | null;
}

export type VerifyEvent =
  | { readonly type: 'progress'; readonly step: VerifyStep; readonly done: number; readonly bytes: number }
  | { readonly type: 'problem'; readonly subject: string; readonly reason: string }
  | ({ readonly type: 'summary' } & VerifySummary);

/** 'blobs': re-reading every blob; 'files': rebuilding every file from its blobs. */
type VerifyStep = 'blobs' | 'files';

interface VerifySummary {
  readonly blobs: number;
  readonly instances: number;
  /** Instances whose files were rebuilt and compared. */
  readonly rebuilt: number;
  /** Blobs that no instance names: left by an import that was broken off, harmless. */
  readonly unnamed: number;
  readonly bytes: number;
  readonly problems: number;
  /** Where there are several servers: what all of them together have. */
  readonly pool: PoolCounts | null;
}

const EVERY_MS = 200;
const PAGE = 100;

/**
 * Yields progress now and then, each problem as it is found, and a summary at last.
 * @param depth 'blobs' compares digests and presence; 'deep' also decodes every frame and rebuilds every file
 */
export async function* verifyAll(
  parts: VerifyParts,
  depth: 'blobs' | 'deep',
  signal: AbortSignal,
): AsyncGenerator<VerifyEvent> {
  const count: Count = { blobs: 0, instances: 0, rebuilt: 0, unnamed: 0, bytes: 0, problems: 0, pool: null };
  const ticker = new Ticker(EVERY_MS);
  const pool = parts.verifyPool?.();
  if (pool) {
    yield* rereadPool(pool, count, ticker, signal);
  } else {
    const damaged = new Set<string>();
    yield* rereadBlobs(parts, count, damaged, ticker, signal);
    yield* findNamedBlobs(parts, count, damaged, signal);
  }
  if (depth === 'deep') yield* rebuildFiles(parts, count, ticker, signal);
  count.instances = (await parts.metadata.counts()).instances;
  if (!signal.aborted) yield { type: 'summary', ...count };
}

type Count = { -readonly [Key in keyof VerifySummary]: VerifySummary[Key] };

async function* rereadPool(
  parts: PoolVerifyParts,
  count: Count,
  ticker: Ticker,
  signal: AbortSignal,
): AsyncGenerator<VerifyEvent> {
  const verify = new PoolVerify(parts);
  for await (const { blobs, bytes, problems } of verify.pages(signal)) {
    count.blobs += blobs;
    count.bytes += bytes;
    count.problems += problems.length;
    for (const { digest, reason } of problems) yield await blobProblem(parts.metadata, digest, reason);
    if (ticker.due()) yield { type: 'progress', step: 'blobs', done: count.blobs, bytes: count.bytes };
  }
  for (const { name, copies } of verify.unread()) {
    count.problems += 1;
    yield {
      type: 'problem',
      subject: `server ${name}`,
      reason: `It does not answer: ${copies} copies were not read.`,
    };
  }
  count.pool = verify.counts();
  const { below } = count.pool;
  if (below === 0) return;
  count.problems += 1;
  const reason = `${below} blobs have fewer good copies than wanted. They are copied again as soon as that can be: see strata pool.`;
  yield { type: 'problem', subject: 'replicas', reason };
}

async function* rereadBlobs(
  { store, metadata }: VerifyParts,
  count: Count,
  damaged: Set<string>,
  ticker: Ticker,
  signal: AbortSignal,
): AsyncGenerator<VerifyEvent> {
  for await (const { digest } of store.list()) {
    if (signal.aborted) return;
    const check = await store.verify(digest);
    if (check.state === 'good') {
      count.bytes += check.length;
    } else {
      count.problems += 1;
      damaged.add(digest);
      yield await blobProblem(metadata, digest, check.reason);
    }
    count.blobs += 1;
    if (ticker.due()) yield { type: 'progress', step: 'blobs', done: count.blobs, bytes: count.bytes };
  }
}

async function* findNamedBlobs(
  { store, metadata }: VerifyParts,
  count: Count,
  damaged: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<VerifyEvent> {
  let named = 0;
  for await (const { digest, length } of metadata.blobs()) {
    if (signal.aborted) return;
    const there = await store.size(digest);
    if (there !== null) named += 1;
    if (there === length || damaged.has(digest)) continue;
    count.problems += 1;
    const reason =
      there === null
        ? 'It is not there. Import the original file again to put it back.'
        : `It has ${there} bytes instead of ${length}.`;
    yield await blobProblem(metadata, digest, reason);
  }
  // An import that runs meanwhile may name blobs that were not there when the listing passed.
  count.unnamed = Math.max(0, count.blobs - named);
}

/** A blob's name says nothing to people: the images that need it are named with it. */
async function blobProblem(metadata: Metadata, digest: string, reason: string): Promise<VerifyEvent> {
  const needed = await metadata.instancesWithBlob(digest);
  const instances = needed.map(({ instanceUid, studyUid }) => `instance ${instanceUid} of study ${studyUid}`);
  const words = instances.length === 0 ? 'No image needs it.' : `Needed by ${instances.join(', ')}.`;
  return { type: 'problem', subject: `blob ${digest}`, reason: `${reason} ${words}` };
}

async function* rebuildFiles(
  { gateway, metadata }: VerifyParts,
  count: Count,
  ticker: Ticker,
  signal: AbortSignal,
): AsyncGenerator<VerifyEvent> {
  for await (const record of everyInstance(metadata)) {
    if (signal.aborted) return;
    try {
      await gateway.original(record);
      count.rebuilt += 1;
    } catch (error) {
      count.problems += 1;
      yield { type: 'problem', subject: `instance ${record.instance.uid}`, reason: refusalOf(error).reason };
    }
    if (ticker.due()) yield { type: 'progress', step: 'files', done: count.rebuilt, bytes: count.bytes };
  }
}

async function* everyInstance(metadata: Metadata): AsyncGenerator<InstanceRecord> {
  let after: string | null = null;
  do {
    const page: WorklistPage = await metadata.worklist({ limit: PAGE, ...(after === null ? {} : { after }) });
    for (const { studyUid } of page.studies) yield* metadata.instancesOf(studyUid);
    after = page.next;
  } while (after !== null);
}

/** Says now and then that it is time to tell how far things are. */
class Ticker {
  readonly #everyMs: number;
  #last = Date.now();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  due(): boolean {
    const now = Date.now();
    if (now - this.#last < this.#everyMs) return false;
    this.#last = now;
    return true;
  }
}
