// Pixel data in fragments: a basic offset table and one fragment a frame (PS3.5 annex A.4).
import { DicomError } from '../errors.ts';
import { Tag } from '../tags.ts';
import { elementHead, itemOf, type Parts } from './explicit-little.ts';

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM_HEAD = 8;

/** @throws DicomError 'too-large' above what the offsets of the table can count: 4 GiB */
export function encapsulatedElement(bitstreams: readonly Uint8Array[]): Parts {
  const table = new DataView(new ArrayBuffer(bitstreams.length * 4));
  const fragments: Parts = [];
  let offset = 0;
  for (const [index, bitstream] of bitstreams.entries()) {
    if (offset > UNDEFINED_LENGTH) throw new DicomError('too-large', 'the compressed frames are above 4 GiB');
    table.setUint32(index * 4, offset, true);
    const padding = bitstream.length % 2 === 1 ? [new Uint8Array(1)] : [];
    fragments.push(...itemOf([bitstream, ...padding]));
    offset += ITEM_HEAD + bitstream.length + padding.length;
  }
  return [
    elementHead('explicit', Tag.PixelData, 'OB', UNDEFINED_LENGTH),
    ...itemOf([new Uint8Array(table.buffer)]),
    ...fragments,
    elementHead('implicit', Tag.SequenceDelimitationItem, '', 0),
  ];
}
