// The thread around the coding: answers each request with exactly one reply.
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { loadCodec } from '@strata/codec/codec';
import { openImage, openUndecoded } from '@strata/dicom/image/open-image';
import { type DicomFile, readPart10 } from '@strata/dicom/part10';
import { sameImage } from '@strata/dicom/same-image';
import { codeInstance, identify, rebuildInstance } from './coding.ts';
import type {
  CodingReply,
  CodingRequest,
  DeidentifiedFile,
  Identity,
  ProvenFile,
} from './coding-messages.ts';
import { dataSetOf, documentOf, exportInstance, frameIn, levelOf, overlaysOf } from './coding-retrieval.ts';
import { type DeidentifyOrder, obey } from './deidentify-order.ts';
import { describeBlob } from './describe.ts';
import { RefusedError } from './outcome.ts';
import { movable } from './transfer.ts';

let codec = await loadCodec();
/** The file that the requests after 'take' are about. */
let taken: { readonly file: DicomFile; readonly identity: Identity } | null = null;

async function answer(request: CodingRequest): Promise<CodingReply> {
  switch (request.type) {
    case 'take': {
      taken = null;
      const { deidentify } = request;
      const { file, deidentified } = deidentify
        ? await obey(request.file, deidentify)
        : { file: request.file, deidentified: null };
      const read = readPart10(file);
      const identity = identify(read);
      taken = { file: read, identity };
      const copy = read.source.kind === 'encapsulated' ? read.bytes.slice() : null;
      return { type: 'taken', identity, copy, deidentified };
    }
    case 'code': {
      const { file, identity } = hand();
      const { undecoded = null } = request;
      const image = undecoded === null ? await openImage(file) : openUndecoded(file, undecoded);
      return { type: 'coded', coded: codeInstance(image, codec, identity, undecoded), file: file.bytes };
    }
    case 'compare':
      return { type: 'compared', same: await sameImage(request.one, request.other) };
    case 'deidentify':
      return { type: 'deidentified', ...(await withoutIdentity(request.file, request.order)) };
    case 'give-back':
      return { type: 'given-back', file: hand().file.bytes };
    case 'rebuild':
      return { type: 'rebuilt', ...proven(rebuildInstance(request.stored, codec)) };
    case 'export': {
      const { stored, shown, transferSyntaxUid } = request;
      const file = await exportInstance(stored, shown, transferSyntaxUid, codec);
      return { type: 'exported', ...proven(file) };
    }
    case 'frame':
      return { type: 'framed', bytes: await frameIn(request.frame, request.transferSyntaxUid, codec) };
    case 'pixels':
      return { type: 'decoded', ...levelOf(request.codestream, request.level, codec) };
    case 'overlays':
      return { type: 'overlaid', ...overlaysOf(request.stored, request.index, codec) };
    case 'document':
      return { type: 'opened', ...documentOf(request.object, request.wanted) };
    case 'describe':
      return { type: 'described', described: await describeBlob(intact(request), request.undecoded ?? null) };
    case 'data-set':
      return { type: 'parted', file: dataSetOf(request.object) };
  }
}

async function withoutIdentity(file: Uint8Array, order: DeidentifyOrder): Promise<DeidentifiedFile> {
  const made = await obey(file, order);
  if (made.deidentified === null)
    throw new RefusedError('internal', 'No rule says how to de-identify the file.');
  const { attributes, transferSyntaxUid } = readPart10(made.file);
  return { file: made.file, sopInstanceUid: attributes.instance.uid, transferSyntaxUid };
}

/** @throws RefusedError 'damaged' when the bytes are not what their name says */
function intact({ object, digest }: { readonly object: Uint8Array; readonly digest: string }): Uint8Array {
  if (createHash('sha256').update(object).digest('hex') === digest) return object;
  throw new RefusedError('damaged', 'Its bytes do not match their SHA-256.');
}

function proven(file: Uint8Array): ProvenFile {
  return { file, digest: createHash('sha256').update(file).digest('hex') };
}

/** The taken file, which is not kept any longer. */
function hand(): NonNullable<typeof taken> {
  if (taken === null) throw new Error('no file was taken');
  const handed = taken;
  taken = null;
  return handed;
}

async function failed(error: unknown): Promise<CodingReply> {
  // After a trap the memory of the kernels may hold anything.
  if (error instanceof Error && error.name === 'RuntimeError') codec = await loadCodec();
  if (!(error instanceof Error)) return { type: 'failed', code: 'unreadable', message: String(error) };
  if (error instanceof RangeError && /allocation|array length|array size/i.test(error.message)) {
    return {
      type: 'failed',
      code: 'out-of-memory',
      message: `There is not enough memory to code this file (${error.message}).`,
    };
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable';
  return { type: 'failed', code, message: error.message };
}

parentPort?.on('message', async (request: CodingRequest) => {
  let reply: CodingReply;
  try {
    reply = await answer(request);
  } catch (error) {
    reply = await failed(error);
  }
  const { message, transfer } = movable(reply);
  parentPort?.postMessage(message, transfer);
});
