// The files of an archive, one after the other: objects, the pictures of them, and at the end what lists them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FileSet } from '@strata/dicom/dicomdir/file-set';
import type { InstanceRecord } from '@strata/metadata/records';
import { type Held, inOrder } from '../dicomweb/wado/in-order.ts';
import type { Admission } from '../gateway/admission.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { viewerFrame } from './viewer-frame.ts';
import { ViewerStudy } from './viewer-study.ts';
import type { ZipEntry } from './zip-stream.ts';

export interface ArchiveParts {
  readonly gateway: Pick<Gateway, 'original' | 'pixels'>;
  /** What all archives together may hold in memory. */
  readonly memory: Admission;
}

/** Objects that are read ahead of the one that is sent. */
const AHEAD = 2;

const page = ['index.html', 'VIEWER/VIEWER.JS', 'VIEWER/VIEWER.CSS'].map((name) => ({
  name,
  bytes: new Uint8Array(
    readFileSync(path.join(import.meta.dirname, 'page', path.basename(name).toLowerCase())),
  ),
}));

/**
 * Yields the files. An object is let go when the next is asked for.
 * @param viewer whether the small viewer goes with them
 * @throws StoreError, WorkerError, RefusedError when an object cannot be read from any copy
 */
export async function* archiveFiles(
  { gateway, memory }: ArchiveParts,
  records: AsyncIterable<InstanceRecord>,
  viewer: 'with viewer' | 'without viewer',
): AsyncGenerator<ZipEntry> {
  const fileSet = new FileSet();
  const study = viewer === 'with viewer' ? new ViewerStudy() : null;
  const read = async (record: InstanceRecord): Promise<Held<Read>> => {
    const release = await memory.enter(record.file.length);
    try {
      return { result: { record, file: await gateway.original(record) }, release };
    } catch (error) {
      release();
      throw error;
    }
  };
  for await (const { record, file } of inOrder(records, AHEAD, read)) {
    yield { name: fileSet.add(file).join('/'), bytes: file };
    const frames = study && record.format && record.framesBlob ? record.instance.frames : 0;
    for (let index = 0; index < frames; index++) {
      const pixels = await viewerFrame(gateway, record, file, index);
      if (study) yield await study.add(record, pixels);
    }
  }
  yield { name: 'DICOMDIR', bytes: fileSet.write() };
  const list = study?.list() ?? null;
  if (list) yield* [...page, { name: 'VIEWER/STUDY.JS', bytes: list }];
  yield { name: 'README.TXT', bytes: new TextEncoder().encode(readme(list !== null)) };
}

interface Read {
  readonly record: InstanceRecord;
  readonly file: Uint8Array;
}

/** Lines end as every system can show them. */
function readme(hasViewer: boolean): string {
  const lines = [
    'Medical images in the DICOM format.',
    '',
    'DICOMDIR lists the files in the folder DICOM. They are the original objects: open them, or the whole folder, with',
    'any DICOM viewer, or send them to an archive.',
    ...(hasViewer
      ? [
          '',
          'To look at the images in a web browser, open index.html. Nothing is installed. This small viewer is for a quick',
          'look and not for diagnosis.',
        ]
      : []),
    '',
  ];
  return lines.join('\r\n');
}
