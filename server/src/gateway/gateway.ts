// Takes DICOM files in: coded, proven, durable on disk and committed before they are acknowledged; and gives them back.
import type { FrameOverlays } from '@strata/dicom/overlays';
import { sameObject } from '@strata/dicom/same-object';
import type { NewErrand } from '@strata/metadata/errands/errand';
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import type { Logger } from '../config/log.ts';
import type { BlobHome } from './blob-home.ts';
import type {
  CodedInstance,
  DeidentifiedFile,
  Identity,
  OpenedDocument,
  ProvenFile,
} from './coding-messages.ts';
import type { CodingPool, LevelPixels, TakenFile } from './coding-pool.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { DeidentifyOrder } from './deidentify-order.ts';
import type { DeidentifyRules } from './deidentify-rules.ts';
import { type IngestSource, sourceText } from './ingest-source.ts';
import { keepAside, keepsRefused } from './keep-aside.ts';
import { KeyLock } from './key-lock.ts';
import { MetadataGate } from './metadata-gate.ts';
import type { IngestAnswer } from './outcome.ts';
import { type Patience, patiently } from './patience.ts';
import type { Quarantine } from './quarantine.ts';
import { recordOf } from './record.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { Retrieval, type WantedSyntax } from './retrieval.ts';

export interface GatewayParts {
  readonly store: BlobHome;
  readonly metadata: Metadata;
  readonly commits: CommitQueue;
  /** With a database that is away. */
  readonly patience: Patience;
  readonly coding: CodingPool;
  readonly quarantine: Quarantine;
  /** What is to lose its patient's identity before it is stored; absent: nothing. */
  readonly deidentify?: DeidentifyRules;
  /** What the rules of the site ask for when an instance is stored. */
  readonly errandsOf?: (record: InstanceRecord, source: IngestSource) => readonly NewErrand[];
  readonly log: Logger;
}

/** A file that is coded and proven, before it is durable. */
interface CodedFile {
  readonly identity: Identity;
  /** What is committed of it already, when its blobs were found missing or damaged. */
  readonly known: InstanceRecord | null;
  readonly coded: CodedInstance;
  readonly file: Uint8Array;
}

/** What is known of a file while it is taken in. */
interface Seen {
  identity: Identity | null;
  deidentified: boolean;
  /** Lets the next file of the same instance in; null before this one is in. */
  release: (() => void) | null;
}

/** A file of an instance of which another one is being taken in, or that metadata which are away may know. */
interface Waiting {
  readonly waitsFor: { readonly instance: string } | { readonly metadata: unknown };
  readonly file: Uint8Array;
}

/** A file that contradicts what is stored. */
interface Contradiction {
  readonly contradicts: InstanceRecord | null;
  readonly file: Uint8Array;
}

export class Gateway {
  readonly #parts: GatewayParts;
  readonly #instances = new KeyLock();
  readonly #gate: MetadataGate;
  readonly #retrieval: Retrieval;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#gate = new MetadataGate(async () => parts.metadata.ping(), parts.patience);
    this.#retrieval = new Retrieval(parts);
  }

  /**
   * Takes one Part 10 file in. Never throws: what goes wrong with a file is the answer about it.
   * @param file the whole file; its buffer is moved away and empty afterwards
   * @param source where it came from
   */
  async ingest(file: Uint8Array, source: IngestSource): Promise<IngestAnswer> {
    const seen: Seen = { identity: null, deidentified: false, release: null };
    // The worker that takes the file may be lost with it.
    const bytes = keepsRefused(source) ? file.slice() : null;
    try {
      const step = await this.#takeInTurn(file, seen, this.#parts.deidentify?.orderFor(source) ?? null);
      // From here on the worker is free for the next file.
      const end = 'coded' in step ? await this.#keep(step, source) : step;
      if ('outcome' in end) return 'coded' in step ? end : await this.#confirmed(end);
      return this.#confirmed(await this.#settleContradiction(end, seen, source));
    } catch (error) {
      const refusal = refusalOf(error);
      const { identity } = seen;
      const { code } = refusal;
      const sopInstanceUid = identity?.sopInstanceUid;
      this.#parts.log.info({ code, sopInstanceUid, source: sourceText(source) }, 'refused a file');
      return keepAside(this.#parts, {
        ...{ ...refusal, bytes, deidentified: false, identity, storedDigest: null, source },
      });
    } finally {
      seen.release?.();
    }
  }

  /** Refuses a file for how it was sent, and keeps it aside like one that cannot be taken. Never throws. */
  refuse(file: Uint8Array, refusal: Refusal, source: IngestSource): Promise<IngestAnswer> {
    return keepAside(this.#parts, {
      ...{ ...refusal, bytes: file, deidentified: false, identity: null, storedDigest: null, source },
    });
  }

  /** Files of the same instance go one after the other: the second then finds what the first came to. */
  async #takeInTurn(
    file: Uint8Array,
    seen: Seen,
    order: DeidentifyOrder | null,
  ): Promise<IngestAnswer | CodedFile | Contradiction> {
    const { coding, patience } = this.#parts;
    await this.#gate.pass(performance.now() + patience.patienceMs);
    const step = await coding.withFile(file, (taken) => this.#takeUnlessBusy(taken, seen), order);
    if (!('waitsFor' in step)) return step;
    // It waits without a worker: the one before it may need one to come to its end, and others are to be shown meanwhile.
    const until = performance.now() + this.#parts.patience.patienceMs;
    for (let waiting = step; ; ) {
      const { waitsFor } = waiting;
      if ('instance' in waitsFor) seen.release = await this.#instances.take(waitsFor.instance);
      else if (performance.now() > until) throw waitsFor.metadata;
      await this.#gate.pass(until);
      const next = await coding.withFile(waiting.file, (taken) => this.#codeUnlessKnown(taken));
      if (!('waitsFor' in next)) return next;
      waiting = next;
    }
  }

  async #takeUnlessBusy(
    taken: TakenFile,
    seen: Seen,
  ): Promise<IngestAnswer | CodedFile | Contradiction | Waiting> {
    seen.identity = taken.identity;
    const { sopInstanceUid } = taken.identity;
    if (taken.deidentified) {
      seen.deidentified = true;
      this.#parts.log.info({ sopInstanceUid, ...taken.deidentified }, 'de-identified a file');
    }
    seen.release = this.#instances.tryTake(sopInstanceUid);
    if (!seen.release) return { waitsFor: { instance: sopInstanceUid }, file: await taken.giveBack() };
    return this.#codeUnlessKnown(taken);
  }

  async #codeUnlessKnown(taken: TakenFile): Promise<IngestAnswer | CodedFile | Contradiction | Waiting> {
    const { identity } = taken;
    const { metadata, patience } = this.#parts;
    let known: InstanceRecord | null;
    try {
      known = await this.#gate.ask(async () => metadata.instanceOfNow(identity.sopInstanceUid, 'at once'));
    } catch (error) {
      if (!patience.isAway(error)) throw error;
      return { waitsFor: { metadata: error }, file: await taken.giveBack() };
    }
    if (known && known.file.digest !== identity.fileDigest) {
      return { contradicts: known, file: await taken.giveBack() };
    }
    if (known && (await this.isWhole(known))) return { outcome: 'already', ...uidsOf(identity) };
    return { identity, known, ...(await taken.code()) };
  }

  async #keep(
    { identity, known, coded, file }: CodedFile,
    source: IngestSource,
  ): Promise<IngestAnswer | Contradiction> {
    const { store, commits, errandsOf } = this.#parts;
    const [objectBlob, framesBlob] = await Promise.all([
      store.put(coded.objectParts),
      coded.frames ? store.put(coded.frames.parts, coded.frames.name) : null,
    ]);
    const sent = { digest: identity.fileDigest, length: identity.fileLength };
    const record = recordOf(
      coded,
      sent,
      objectBlob,
      framesBlob && coded.frames && { ...coded.frames, blob: framesBlob },
    );
    const outcome = known
      ? await this.#heal(record, known)
      : await commits.commit({ ...record, errands: errandsOf?.(record, source) ?? [] });
    if (outcome === 'conflict') {
      return { contradicts: await this.#knownAs(identity.sopInstanceUid), file };
    }
    return { outcome, ...uidsOf(identity) };
  }

  /**
   * The blobs of a known instance were missing or damaged; those of the record are on disk now. They are the same ones,
   * unless another version coded the first: then they take their place.
   */
  async #heal(record: InstanceRecord, known: InstanceRecord): Promise<'already' | 'conflict'> {
    const { store, metadata, commits, log } = this.#parts;
    const now = blobsOf(record).map(({ digest }) => digest);
    const replaced = blobsOf(known).some(({ digest }) => !now.includes(digest));
    if (replaced) {
      const unneeded = await commits.replaceBlobs(record);
      if (unneeded === null) return 'conflict';
      for (const digest of unneeded) {
        // What is left of it can heal nothing, and would be found damaged again and again.
        if ((await store.verify(digest)).state === 'corrupt') await store.delete(digest);
      }
    } else {
      await metadata.pool.keepReplicas(replicasOf(record));
    }
    const sopInstanceUid = record.instance.uid;
    log.warn({ sopInstanceUid, replaced }, 'healed the damaged blobs of an instance from its file');
    return 'already';
  }

  /** Waits for a database that is away. */
  #knownAs(sopInstanceUid: string): Promise<InstanceRecord | null> {
    const { metadata, patience } = this.#parts;
    return patiently(patience, async () => metadata.instanceOfNow(sopInstanceUid));
  }

  /** What was found to be known is acknowledged when it is as durable as a commit: its own may not have come to its end. */
  async #confirmed(answer: IngestAnswer): Promise<IngestAnswer> {
    const { metadata, patience } = this.#parts;
    if (answer.outcome === 'already') await patiently(patience, async () => metadata.durable());
    return answer;
  }

  /** Whether the blobs of a committed instance can really be read, byte for byte. */
  async isWhole(record: InstanceRecord): Promise<boolean> {
    for (const { digest, length } of blobsOf(record)) {
      const check = await this.#parts.store.verify(digest);
      if (check.state !== 'good' || check.length !== length) return false;
    }
    return true;
  }

  /** A sender that writes the same object in another file, or in another encoding, says nothing new. */
  async #settleContradiction(
    contradiction: Contradiction,
    seen: Seen,
    source: IngestSource,
  ): Promise<IngestAnswer> {
    const { contradicts, file } = contradiction;
    const { identity } = seen;
    if (contradicts && contradicts.file.digest !== identity?.fileDigest) {
      if (await this.#holds(contradicts, file)) return { outcome: 'already', ...uidsOf(identity) };
    }
    return this.#refuseContradiction(contradiction, seen, source);
  }

  /** Whether the object of a file is the one that is stored: what cannot be read proves nothing. */
  async #holds(record: InstanceRecord, file: Uint8Array): Promise<boolean> {
    const stored = await this.original(record).catch(() => null);
    if (stored === null) return false;
    if (sameObject(stored, file)) return true;
    // The file is still needed, should it be another object.
    return this.#parts.coding.sameImage(stored, file.slice()).catch(() => false);
  }

  #refuseContradiction(
    { contradicts, file }: Contradiction,
    { identity, deidentified }: Seen,
    source: IngestSource,
  ): Promise<IngestAnswer> {
    const other = contradicts && contradicts.file.digest !== identity?.fileDigest;
    const reason = other
      ? 'A different file is stored under this SOP Instance UID. The stored one stays.'
      : 'Its study, series and patient UIDs contradict what is stored.';
    return keepAside(this.#parts, {
      ...{ code: 'conflict', reason, bytes: file, deidentified, identity, source },
      storedDigest: contradicts?.file.digest ?? null,
    });
  }

  /** The file of an instance as it comes back. See Retrieval. */
  original(record: InstanceRecord): Promise<Uint8Array> {
    return this.#retrieval.original(record);
  }

  /** The file in a transfer syntax, with its SHA-256. See Retrieval. */
  proven(record: InstanceRecord, transferSyntaxUid: WantedSyntax): Promise<ProvenFile> {
    return this.#retrieval.proven(record, transferSyntaxUid);
  }

  /** The file in a transfer syntax. See Retrieval. */
  exported(record: InstanceRecord, transferSyntaxUid: WantedSyntax): Promise<Uint8Array> {
    return this.#retrieval.exported(record, transferSyntaxUid);
  }

  /** The file without its patient's identity. See Retrieval. */
  deidentified(
    record: InstanceRecord,
    transferSyntaxUid: WantedSyntax,
    order: DeidentifyOrder,
  ): Promise<DeidentifiedFile> {
    return this.#retrieval.deidentified(record, transferSyntaxUid, order);
  }

  /** One frame's bytes in a transfer syntax. See Retrieval. */
  frame(record: InstanceRecord, index: number, transferSyntaxUid: WantedSyntax): Promise<Uint8Array> {
    return this.#retrieval.frame(record, index, transferSyntaxUid);
  }

  /** A frame's pixels at one of its levels. See Retrieval. */
  pixels(record: InstanceRecord, index: number, maxSide: number): Promise<LevelPixels> {
    return this.#retrieval.pixels(record, index, maxSide);
  }

  /** The overlay planes of a frame. See Retrieval. */
  overlays(record: InstanceRecord, index: number): Promise<FrameOverlays> {
    return this.#retrieval.overlays(record, index);
  }

  /** What people read of an object without an image. See Retrieval. */
  document(record: InstanceRecord, wanted: 'words' | 'file'): Promise<OpenedDocument> {
    return this.#retrieval.document(record, wanted);
  }

  /** The data set without its pixels, as a file. See Retrieval. */
  dataSet(record: InstanceRecord): Promise<Uint8Array> {
    return this.#retrieval.dataSet(record);
  }
}

function blobsOf(record: InstanceRecord) {
  return record.framesBlob ? [record.objectBlob, record.framesBlob] : [record.objectBlob];
}

/** Where the blobs were just put. */
function replicasOf(record: InstanceRecord) {
  return blobsOf(record).flatMap(({ digest, replicas = [] }) =>
    replicas.map((place) => ({ digest, ...place })),
  );
}

function uidsOf(identity: Identity | null): { sopInstanceUid?: string; studyInstanceUid?: string } {
  if (identity === null) return {};
  return { sopInstanceUid: identity.sopInstanceUid, studyInstanceUid: identity.studyInstanceUid };
}
