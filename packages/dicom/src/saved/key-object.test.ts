import { describe, expect, it } from 'vitest';
import { toDicomJson } from '../json/read-json.ts';
import type { DicomJson } from '../json/types.ts';
import { readPart10 } from '../part10.ts';
import { changedAtRandom, generator } from '../testing/changed-json.ts';
import { testFile } from '../testing/data.ts';
import { code } from './codes.ts';
import { objectFile } from './derived-object.ts';
import { KEY_OBJECT_SELECTION, type KeyObjectSelection, keyObjectOf, readKeyObject } from './key-object.ts';
import { newUid } from './uid.ts';

const ofInterest = code('113000', 'DCM', 'Of Interest');
const reference = (sopInstanceUid: string, sopClassUid = '1.2.840.10008.5.1.4.1.1.2') => ({
  studyUid: '1.2.3',
  seriesUid: '1.2.3.4',
  sopInstanceUid,
  sopClassUid,
});

/** The document as it comes out of its file. */
function stored(selection: KeyObjectSelection, predecessors: ReturnType<typeof reference>[] = []): DicomJson {
  const source = toDicomJson(readPart10(testFile('series/ct-ge/01.dcm')).dataSet, { maxInline: 1000 });
  const head = {
    ...{ sopClassUid: KEY_OBJECT_SELECTION, sopInstanceUid: newUid(), seriesUid: newUid(), modality: 'KO' },
    ...{ seriesNumber: 9920, seriesDescription: 'Key images', instanceNumber: 1 },
    ...{ at: new Date(2026, 10, 21, 22, 30), device: { serial: 'test', version: '1' } },
  };
  const referenced = new Map(
    selection.images.map(({ sopInstanceUid }) => [sopInstanceUid, reference(sopInstanceUid)]),
  );
  const order = { source, head, author: 'Röntgen^Wilhelm', referenced, predecessors };
  return toDicomJson(readPart10(objectFile(keyObjectOf(selection, order))).dataSet, { maxInline: 1e6 });
}

const two: KeyObjectSelection = {
  title: ofInterest,
  description: 'Ödem',
  images: [
    { sopInstanceUid: '1.2.3.4.1', frames: [] },
    { sopInstanceUid: '1.2.3.4.2', frames: [3, 7] },
  ],
};

describe('key objects', () => {
  it('say again what was marked, by whom and when', () => {
    expect(readKeyObject(stored(two))).toEqual({
      content: two,
      author: 'Röntgen^Wilhelm',
      at: '2026-11-21T22:30:00.000',
      title: 'Of Interest',
      predecessors: [],
      unread: [],
    });
  });

  it('follow on their predecessors; one without marks refers to them', () => {
    const before = reference('1.2.3.4.9', KEY_OBJECT_SELECTION);
    const read = readKeyObject(stored({ ...two, images: [] }, [before]));
    expect(read).toMatchObject({ content: { images: [] }, predecessors: ['1.2.3.4.9'] });
    expect(read?.unread).toEqual([]);
  });

  it('say in words what is marked and is no image', () => {
    const object = stored({ ...two, images: [] }, [reference('1.2.3.4.9')]);
    delete object['0040A360'];
    expect(readKeyObject(object)?.unread).toEqual(['1 of the marked objects is no image']);
  });

  it('are only what they are: another object is none', () => {
    const object = stored(two);
    expect(readKeyObject({ ...object, '00080016': { vr: 'UI', Value: ['1.2.3'] } })).toBe(null);
  });

  it('are read within bounds whatever stands in them', () => {
    const random = generator(7);
    const object = stored(two);
    let found = 0;
    for (let round = 0; round < 3000; round++) {
      const read = readKeyObject(changedAtRandom(object, random));
      if (!read) continue;
      found += read.content.images.length;
      for (const { sopInstanceUid, frames } of read.content.images) {
        expect(sopInstanceUid.length).toBeLessThanOrEqual(64);
        expect(frames.every((frame) => Number.isInteger(frame) && frame > 0)).toBe(true);
      }
    }
    expect(found).toBeGreaterThan(2000);
  });
});
