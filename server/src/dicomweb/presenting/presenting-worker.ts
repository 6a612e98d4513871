// The thread that reads and renders for DICOMweb: answers each request with exactly one reply.
import { parentPort } from 'node:worker_threads';
import { readPart10 } from '@strata/dicom/part10';
import { movable } from '../../gateway/transfer.ts';
import { render } from '../rendering/render.ts';
import { bulkDataOf } from './bulk-data.ts';
import type { PresentingReply, PresentingRequest } from './messages.ts';
import { metadataOf } from './metadata.ts';

async function answer(request: PresentingRequest): Promise<PresentingReply> {
  switch (request.type) {
    case 'identify':
      return { type: 'identified', studyInstanceUid: studyOf(request.file), file: request.file };
    case 'metadata':
      return { type: 'metadata', json: metadataOf(request.file, request.options) };
    case 'bulk-data':
      return { type: 'bulk-data', bytes: bulkDataOf(request.file, request.path) };
    case 'render':
      return { type: 'rendered', image: await render(request.request) };
  }
}

function studyOf(file: Uint8Array): string | null {
  try {
    return readPart10(file).attributes.study.uid;
  } catch {
    // The gateway says better what is wrong with it.
    return null;
  }
}

function failed(error: unknown): PresentingReply {
  if (!(error instanceof Error)) return { type: 'failed', code: 'internal', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
  return { type: 'failed', code, message: error.message };
}

parentPort?.on('message', async (request: PresentingRequest) => {
  let reply: PresentingReply;
  try {
    reply = await answer(request);
  } catch (error) {
    reply = failed(error);
  }
  const { message, transfer } = movable(reply);
  parentPort?.postMessage(message, transfer);
});
