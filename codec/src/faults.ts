// What the kernels find wrong with a level's bytes, in words; the numbers are those of assembly/faults.ts.
import { CodecError } from './errors.ts';

/** By number; 0, 1 and 12 are nothing, a wrong checksum and a malformed tile. */
const tableFaults: Readonly<Record<number, string>> = {
  2: 'a level has no bytes',
  3: 'a level begins with tables of an unknown kind',
  4: 'the tables of a level are cut short',
  5: 'a table of a level holds an endless code',
  6: 'the tables of a level end in bits that say nothing',
  7: 'a table of a level is too long',
  8: 'a table of a level holds a weight out of range',
  9: 'a table of a level is empty',
  10: 'a level uses an unknown table',
};
const BAD_CHECKSUM = 1;
const TILE_PLACES = 11;

/** @throws CodecError 'bad-segment' unless the tables of a level are sound */
export function refuseTables(fault: number): void {
  if (fault !== 0) throw new CodecError('bad-segment', tableFaults[fault] ?? 'a level is malformed');
}

export function wrongChecksum(level: number): CodecError {
  return new CodecError('bad-checksum', `the bytes of level ${level} do not match their checksum`);
}

export function wrongTilePlaces(level: number): CodecError {
  return new CodecError('bad-segment', `the tiles of level ${level} do not begin after its tables`);
}

export function malformedTile(level: number, x: number, y: number): CodecError {
  return new CodecError('bad-segment', `tile ${x}, ${y} of level ${level} is malformed`);
}

/** @throws CodecError unless a level was made. @param corner of the tile that was decoded last */
export function refuseLevel(fault: number, level: number, corner: () => { x: number; y: number }): void {
  if (fault === 0) return;
  if (fault === BAD_CHECKSUM) throw wrongChecksum(level);
  if (fault === TILE_PLACES) throw wrongTilePlaces(level);
  if (tableFaults[fault] !== undefined) refuseTables(fault);
  const { x, y } = corner();
  throw malformedTile(level, x, y);
}
