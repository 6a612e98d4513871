// What the header of a codestream says, for people and for programs.
import { open } from 'node:fs/promises';
import type { FrameFormat } from '@strata/codec/format';
import { type Header, readHeader } from '@strata/codec/header';
import { levelSize } from '@strata/codec/levels';
import { table } from './table.ts';

/** Longer than any header: the largest frame has a few thousand tiles. */
const READ_BYTES = 2 ** 20;
const filters = ['LeGall 5/3', '9/7-M', 'subsampling'];

export interface CodestreamInfo {
  readonly file: string;
  readonly header: Header;
}

/** @throws CodecError, or the file system's error */
export async function codestreamInfo(file: string): Promise<CodestreamInfo> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, 0);
    return { file, header: readHeader(buffer.subarray(0, bytesRead)) };
  } finally {
    await handle.close();
  }
}

/** The header as plain data. */
export function infoJson({ file, header }: CodestreamInfo) {
  const { tiles: _, digest, ...rest } = header;
  return { file, ...rest, digest: Buffer.from(digest).toString('hex'), filter: filters[header.filter] };
}

/** The header as lines: what the frame is, then a table of its levels. */
export function infoReport({ file, header }: CodestreamInfo): string {
  const { format, levels, segments, tiles, length } = header;
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'level', ...right },
    { title: 'size', ...right },
    { title: 'bytes', ...right },
    { title: 'bytes up to here', ...right },
    { title: 'tiles', ...right },
  ];
  const rows = segments.map((segment, level) => [
    String(level),
    `${levelSize(format.width, level, levels)} x ${levelSize(format.height, level, levels)}`,
    segment.length.toLocaleString('en'),
    (segment.offset + segment.length).toLocaleString('en'),
    String(Math.max(1, tiles[level]?.length ?? 0)),
  ]);
  return [
    file,
    `  frame    ${sampleType(format)}`,
    `  coding   version ${header.version}, ${filters[header.filter]}${header.colour === 1 ? ', colour transform' : ''}`,
    `  digest   ${Buffer.from(header.digest).toString('hex')}`,
    `  length   ${length.toLocaleString('en')} bytes`,
    '',
    table(columns, rows),
  ].join('\n');
}

/** `512 x 512, 12 bit signed`. */
export function sampleType({ width, height, samples, bits, signed }: FrameFormat): string {
  return `${width} x ${height}, ${samples === 3 ? '3 x ' : ''}${bits} bit${signed ? ' signed' : ''}`;
}
