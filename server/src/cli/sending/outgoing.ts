// What `strata send` was asked to send: files, folders and archives by their paths, what is stored by its UIDs.
import { existsSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { DicomError } from '@strata/dicom/errors';
import { readPart10 } from '@strata/dicom/part10';
import type { Sendable } from '../../dimse/scu/stored-files.ts';
import { MAX_FILE_BYTES } from '../../gateway/outcome.ts';
import { CommandError } from '../failure.ts';
import { findSources } from '../importing/find-sources.ts';
import type { Source } from '../importing/source.ts';
import { instancesOf } from '../server-client.ts';
import { stopping } from '../stopping.ts';

/** One instance, and where its bytes are: in a file, or stored in Strata. */
export interface Outgoing extends Sendable {
  readonly source: Source | null;
}

/** Something that was named or found and is not sent. */
export interface Unsendable {
  readonly name: string;
  readonly reason: string;
  /** Nothing is missing without it. */
  readonly skipped: boolean;
}

export interface Found {
  /** By SOP Instance UID, in their order. */
  readonly outgoing: Map<string, Outgoing>;
  readonly unsendable: Unsendable[];
}

const UID = /^[\d.]{1,128}$/;

/** Whether something named is to be looked up in Strata. A file of such a name comes first. */
export function isStoredUid(name: string): boolean {
  return UID.test(name) && !existsSync(name);
}

/**
 * The instances of a study, a series or an instance that Strata stores.
 * @throws CommandError when nothing of that UID is stored
 */
export async function findStored(url: string, uid: string, found: Found): Promise<void> {
  for (const { sopClassUid, sopInstanceUid, transferSyntaxUid } of await instancesOf(url, uid)) {
    add({ sopClassUid, sopInstanceUid, transferSyntaxUid, source: null }, uid, found);
  }
}

/** Every DICOM object below the paths. What is none is told, and stops nothing else. */
export async function findFiles(paths: string[], found: Found): Promise<void> {
  for await (const one of findSources(paths)) {
    stopping.throwIfAborted();
    if ('unusable' in one) {
      const { name, reason } = one.unusable;
      found.unsendable.push({ name, reason, skipped: false });
      continue;
    }
    const { source } = one;
    try {
      add({ ...identify(await contentOf(source)), source }, source.name, found);
    } catch (error) {
      const skipped = error instanceof DicomError && error.code === 'directory';
      const reason = error instanceof Error ? error.message : String(error);
      found.unsendable.push({ name: source.name, reason, skipped });
    }
  }
}

/** A file's bytes. @throws CommandError when there are too many, and what reading throws */
export async function contentOf(source: Source): Promise<Uint8Array> {
  if (source.bytes > MAX_FILE_BYTES)
    throw new CommandError(`It has more than ${MAX_FILE_BYTES / 2 ** 20} MiB, the most that is sent.`);
  return buffer(await source.open());
}

/** @throws DicomError */
function identify(file: Uint8Array): Sendable {
  const { attributes, transferSyntaxUid } = readPart10(file);
  const { uid, sopClassUid } = attributes.instance;
  return { sopClassUid, sopInstanceUid: uid, transferSyntaxUid };
}

function add(one: Outgoing, name: string, { outgoing, unsendable }: Found): void {
  if (outgoing.has(one.sopInstanceUid)) {
    const reason = `Its SOP Instance UID ${one.sopInstanceUid} is named before; it is sent once.`;
    unsendable.push({ name, reason, skipped: true });
  } else outgoing.set(one.sopInstanceUid, one);
}
