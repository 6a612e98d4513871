// What a coding worker gives of a stored instance: frames, levels, the data set; as plain functions.
import type { Codec, DecoderState } from '@strata/codec/codec';
import { pixelBytes } from '@strata/codec/format';
import { readHeader } from '@strata/codec/header';
import { levelSize } from '@strata/codec/levels';
import { hollowFile, readObjectBlob } from '@strata/dicom/object-blob';
import { readObjectHeader } from '@strata/dicom/object-blob-header';
import { packFrame } from '@strata/dicom/pack-frames';
import { readPart10 } from '@strata/dicom/part10';
import { EXPLICIT_LITTLE_UID } from '@strata/dicom/transfer-syntax';
import { withoutPixels } from '@strata/dicom/writing/without-pixels';
import { decodeFrame } from './coding.ts';
import type { DecodedLevel, StoredFrame } from './coding-messages.ts';
import { RefusedError } from './outcome.ts';

/** One frame's bytes in a transfer syntax. @throws RefusedError 'unsupported-transfer-syntax', CodecError, DicomError */
export function frameIn(stored: StoredFrame, transferSyntaxUid: string, codec: Codec): Uint8Array {
  const head = readObjectHeader(stored.objectHead, stored.objectLength);
  if (transferSyntaxUid !== EXPLICIT_LITTLE_UID || head.mode !== 'split')
    throw noSuchSyntax(transferSyntaxUid);
  return packFrame(decodeFrame(stored.codestream, codec), head.packing, head.fill);
}

/** The pixels of a level. @param prefix of a codestream, to the end of that level @throws CodecError */
export function levelOf(prefix: Uint8Array, level: number, codec: Codec): DecodedLevel {
  const header = readHeader(prefix);
  let state: DecoderState | null = null;
  for (const { offset, length } of header.segments.slice(0, level + 1)) {
    state = codec.decodeLevel(header, state, prefix.subarray(offset, offset + length));
  }
  const { format, levels } = header;
  if (!state) throw new RangeError(`no level ${level}`);
  return {
    bytes: pixelBytes(codec.levelPixels(header, state)),
    width: levelSize(format.width, level, levels),
    height: levelSize(format.height, level, levels),
    format,
  };
}

/** The data set without pixels as a file. @throws DicomError */
export function dataSetOf(object: Uint8Array): Uint8Array {
  return withoutPixels(readPart10(hollowFile(readObjectBlob(object))));
}

export function noSuchSyntax(transferSyntaxUid: string): RefusedError {
  return new RefusedError(
    'unsupported-transfer-syntax',
    `The instance cannot be given in the transfer syntax ${transferSyntaxUid}.`,
  );
}
