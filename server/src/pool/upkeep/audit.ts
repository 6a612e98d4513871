// Compares the files of this server with the replicas that it should have, and sets right what differs.
import type { ListedReplica } from '@strata/metadata/pool/model';
import type { Pool } from '@strata/metadata/pool/pool';
import type { Disks, ListedOnDisk } from '@strata/store/disks';
import { type Compared, compareCopies } from './compare-copies.ts';
import { datedBefore } from './file-age.ts';
import type { Findings } from './findings.ts';
import { type HealParts, healCopy, outcomeOf } from './heal-copy.ts';
import { OrphanWatch } from './orphan-watch.ts';
import type { Pace } from './pace.ts';

const PAGE = 1000;
/** A file that came within this time may be about to be written down, or taken off the list. */
const YOUNG_MS = 60_000;

export interface AuditParts extends HealParts {
  readonly disks: Pick<Disks, 'list' | 'verify' | 'delete' | 'has' | 'status'>;
  readonly pool: HealParts['pool'] & Pick<Pool, 'replicaPage' | 'placedBlobsOf' | 'isBeingRebuilt'>;
  readonly findings: Findings;
  /** For files that have to be read. */
  readonly pace: Pace;
  /** For the rest: one unit a file. */
  readonly walk: Pace;
}

/** What an audit saw and did. */
export interface AuditReport {
  files: number;
  replicas: number;
  /** Good files of known blobs that were not on the list. */
  adopted: number;
  /** On the list, but not on the disk. */
  missing: number;
  damaged: number;
  /** Of blobs that nothing refers to. */
  orphans: number;
  removed: number;
}

/** Goes through all once. Throws MetadataError, StoreError, and when the signal says stop. */
export async function auditCopies(parts: AuditParts, signal: AbortSignal): Promise<AuditReport> {
  const report: AuditReport = {
    ...{ files: 0, replicas: 0, adopted: 0, missing: 0, damaged: 0, orphans: 0, removed: 0 },
  };
  const orphans = new OrphanWatch();
  let unlisted: ListedOnDisk[] = [];
  const settleUnlisted = async (): Promise<void> => {
    const batch = unlisted;
    unlisted = [];
    await judgeUnlisted(parts, batch, orphans, report, signal);
  };
  for await (const one of compareCopies(parts.disks.list(), rowsOf(parts))) {
    await parts.walk.take(1, signal);
    report.files += one.files.length;
    report.replicas += one.row ? 1 : 0;
    if (one.row) await judgeListed(parts, { ...one, row: one.row }, report, signal);
    else unlisted.push(...one.files.filter(isSettled));
    if (unlisted.length >= PAGE) await settleUnlisted();
  }
  await settleUnlisted();
  await removeOrphans(parts, orphans, report, signal);
  return report;
}

const isSettled = ({ modifiedMs }: ListedOnDisk): boolean => modifiedMs < datedBefore(YOUNG_MS);

async function* rowsOf({ pool, self }: AuditParts): AsyncGenerator<ListedReplica> {
  for (let after: string | null = null; ; ) {
    const page: ListedReplica[] = await pool.replicaPage(self, after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.digest ?? null;
  }
}

async function judgeListed(
  parts: AuditParts,
  { files, row }: Compared<ListedOnDisk, ListedReplica> & { row: ListedReplica },
  report: AuditReport,
  signal: AbortSignal,
): Promise<void> {
  const { self, pool, disks, findings } = parts;
  const { digest } = row;
  const [file, ...others] = files;
  if (!file) {
    if (isOnLostDisk(parts, row) || (await disks.has(digest))) return;
    report.missing += 1;
    await pool.lostReplica(digest, self, 'missing');
    const reason = 'It should be here, but is not.';
    findings.add({ digest, disk: row.disk, found: 'missing', reason, outcome: 'queued to be copied again' });
    return;
  }
  const good = others.length === 0 ? file : ((await firstGood(parts, files, signal)) ?? file);
  if (good.length !== row.length) {
    report.damaged += 1;
    const healed = await healCopy(parts, row, good.disk, signal);
    const reason = `It has ${good.length} bytes instead of ${row.length}.`;
    findings.add({ digest, disk: good.disk, found: 'damaged', reason, outcome: outcomeOf(healed) });
    return;
  }
  if (row.disk !== good.disk) await pool.keepReplicas([{ digest, server: self, disk: good.disk }]);
  for (const spare of files.filter(({ disk }) => disk !== good.disk)) {
    await disks.delete(digest, { disk: spare.disk, unlessTouchedSince: datedBefore(YOUNG_MS) });
  }
}

/** What a disk that is away may have is not missing: the whole disk is given up when it stays away. */
function isOnLostDisk({ disks }: AuditParts, { disk: id }: ListedReplica): boolean {
  const states = disks.status();
  if (id === null) return states.some(({ state }) => state === 'lost');
  return (states.find((disk) => disk.id === id)?.state ?? 'lost') === 'lost';
}

async function firstGood(
  { disks, pace }: AuditParts,
  files: readonly ListedOnDisk[],
  signal: AbortSignal,
): Promise<ListedOnDisk | null> {
  for (const file of files) {
    await pace.take(file.length, signal);
    if ((await disks.verify(file.digest, { disk: file.disk })).state === 'good') return file;
  }
  return null;
}

/** Files that are on no list: good ones of known blobs are, from now on; what nothing refers to is watched. */
async function judgeUnlisted(
  parts: AuditParts,
  files: readonly ListedOnDisk[],
  orphans: OrphanWatch,
  report: AuditReport,
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  const { self, pool, disks, findings, pace } = parts;
  const known = new Map(
    (await pool.placedBlobsOf(files.map(({ digest }) => digest))).map((one) => [one.digest, one]),
  );
  for (const file of files) {
    const { digest, disk } = file;
    const blob = known.get(digest);
    if (!blob) {
      orphans.saw(file);
      continue;
    }
    await pace.take(file.length, signal);
    const check = await disks.verify(digest, { disk });
    if (check.state === 'good' && check.length === blob.length) {
      await pool.keepReplicas([{ digest, server: self, disk }]);
      // There may be more than are wanted now.
      await pool.queueSettling([digest], 'found again');
      report.adopted += 1;
    } else if (
      // What only cannot be read now may be good.
      (check.state === 'good' || check.state === 'corrupt') &&
      blob.holders.length > 0 &&
      (await disks.delete(digest, { disk, unlessTouchedSince: datedBefore(YOUNG_MS) }))
    ) {
      report.damaged += 1;
      report.removed += 1;
      const reason = check.state === 'good' ? 'It has another length.' : check.reason;
      findings.add({ digest, disk, found: 'damaged', reason, outcome: 'removed; others have the blob' });
    }
  }
}

async function removeOrphans(
  { pool, disks, findings }: AuditParts,
  orphans: OrphanWatch,
  report: AuditReport,
  signal: AbortSignal,
): Promise<void> {
  report.orphans = orphans.count;
  if (orphans.count > 0 && (await pool.isBeingRebuilt())) {
    const reason = `${orphans.count} files belong to no known image, and a rebuild of the metadata is not through.`;
    const outcome = 'left: strata rebuild brings it to its end.';
    findings.add({ digest: orphans.first ?? '', disk: null, found: 'unknown', reason, outcome });
    return;
  }
  const due = orphans.removable(report.files);
  if (due === null) {
    const reason = `${orphans.count} files belong to no known image, too many to be left by broken-off imports.`;
    const outcome = 'left: is the database an old one, or the disk from elsewhere?';
    findings.add({ digest: orphans.first ?? '', disk: null, found: 'unknown', reason, outcome });
    return;
  }
  const known = new Set(
    (await pool.placedBlobsOf(due.map(({ digest }) => digest))).map(({ digest }) => digest),
  );
  for (const { digest, disk, modifiedMs } of due) {
    signal.throwIfAborted();
    if (known.has(digest)) continue;
    if (await disks.delete(digest, { disk, unlessTouchedSince: modifiedMs + 1000 })) report.removed += 1;
  }
}
