// Every test image through one running Strata and out again, judged by pydicom, GDCM, OpenJPEG, DCMTK and dciodvfy.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pixels } from '@strata/codec/format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileOf } from '../../server/src/cli/original-file.ts';
import { allDataFiles, dataFolder } from '../support/data.ts';
import { runProgram } from '../support/peers/program.ts';
import { strata, temporaryFolder } from '../support/strata.ts';
import { decodedByDcmtk, judgedAnew, refusals, withoutPixels } from './expected-reasons.ts';
import { digestOf, type ImportedFile, type ImportedFiles, importEveryFile } from './imported-files.ts';
import { newErrors } from './judges.ts';
import { type PydicomAnswer, readWithPydicom, valuesOf } from './pydicom.ts';
import { StreamedFrames } from './streamed-frames.ts';

const { folder, remove } = temporaryFolder('every-file');
const seen = path.join(folder, 'pydicom');
let imported: ImportedFiles;
/** By the names of the test images. */
let answers: Map<string, PydicomAnswer>;

beforeAll(async () => {
  mkdirSync(seen);
  [imported, answers] = await Promise.all([importEveryFile(folder), readTestImages()]);
}, 240_000);

afterAll(async () => {
  await imported?.[Symbol.asyncDispose]();
  remove();
});

async function readTestImages(): Promise<Map<string, PydicomAnswer>> {
  const decoded = path.join(folder, 'by-dcmtk.dcm');
  const ran = await runProgram('dcmdjpls', [path.join(dataFolder, decodedByDcmtk), decoded]);
  expect(ran.code, ran.stderr).toBe(0);
  const fileOf = (name: string) => (name === decodedByDcmtk ? decoded : path.join(dataFolder, name));
  const names = allDataFiles().map((file) => path.relative(dataFolder, file));
  const byFile = await readWithPydicom(names.map(fileOf), seen);
  return new Map(names.map((name) => [name, byFile.get(fileOf(name)) as PydicomAnswer]));
}

/** Those that are stored. */
const stored = () => imported.files.filter((file): file is StoredFile => file.listed !== undefined);
type StoredFile = ImportedFile & Required<Pick<ImportedFile, 'listed'>>;

/** Digests of the streamed frames' values as doubles, by the names of the test images. */
const streamedDigests = new Map<string, string[]>();
/** Transfer syntaxes that tell of loss whatever the data set says. */
const jpegWithLoss = new Set(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51']);
/** Samples of all frames, likewise. */
const sampleCounts = new Map<string, number>();

describe('every test image', () => {
  it('is stored, or refused for a reason that is expected', async () => {
    const refused = imported.files.filter(({ listed }) => !listed);
    expect(Object.fromEntries(refused.map(({ name, code }) => [name, code]))).toEqual(refusals);
    for (const { name, reason } of refused) expect(reason, name).toMatch(/\w{3}/);
    const kept = stored().filter(({ listed }) => listed.frames === 0);
    expect(Object.fromEntries(kept.map(({ name, listed }) => [name, listed.unshown]))).toEqual(withoutPixels);
    const first = Map.groupBy(imported.files, ({ first: { code, outcome } }) => code ?? outcome);
    expect([...first.keys()].sort()).toEqual(
      ['already', 'conflict', 'stored', ...new Set(Object.values(refusals))].sort(),
    );
    expect((await fetch(`${imported.server.url}/ready`)).status).toBe(200);
  });

  it('is streamed with the pixels that pydicom sees', async () => {
    const wrong: string[] = [];
    await StreamedFrames.with(imported.server.url, async (streamed) => {
      for (const { name, listed } of stored()) {
        if (listed.frames === 0) continue;
        const manifest = await streamed.manifest(listed.studyInstanceUid, listed.sopInstanceUid);
        const answer = answers.get(name) ?? { file: name };
        const lossy = jpegWithLoss.has(answer.syntax ?? '') || answer.lossy === '01';
        if (lossy && !(listed.lossy && manifest.presentation.lossy)) wrong.push(`${name}: no mark of loss`);
        const digests: string[] = [];
        const comparison = new Comparison(answer);
        let samples = 0;
        const count = await streamed.each(manifest, (index, pixels) => {
          samples += pixels.length;
          digests[index] = digestOfValues(pixels);
          comparison.compare(index, pixels, digests[index]);
        });
        streamedDigests.set(name, digests);
        sampleCounts.set(name, samples);
        if (answer.reason === undefined && count !== answer.frames) wrong.push(`${name}: ${count} frames`);
        if (comparison.worst > 1) wrong.push(`${name}: off by ${comparison.worst}`);
      }
    });
    expect(wrong).toEqual([]);
    const seenByBoth = [...streamedDigests.keys()].filter((name) => answers.get(name)?.reason === undefined);
    expect(streamedDigests.size - seenByBoth.length).toBeLessThan(8);
  }, 180_000);

  it('comes back byte for byte, or as the same object uncompressed when it came compressed without loss', async () => {
    const out = path.join(folder, 'as-stored');
    const rewritten: Exported[] = [];
    await forAll(stored(), async ({ name, file, listed }) => {
      const target = path.join(out, `${listed.file.digest}.dcm`);
      const { content } = await writeFileOf(imported.server.url, listed, target, 'stored');
      if (content === 'rewritten') rewritten.push({ name, file: target, source: file, lossy: false });
      else expect(Buffer.compare(readFileSync(target), readFileSync(file)), name).toBe(0);
    });
    expect(rewritten.length).toBeLessThan(60);
    expect(await differences(rewritten)).toEqual([]);
  }, 180_000);

  it('survives a deep verification', async () => {
    const verified = await strata('verify', '--deep', '--data', path.join(folder, 'data'));
    expect(verified.code, verified.stdout).toBe(0);
  }, 180_000);
});

const syntaxes = {
  explicit: '1.2.840.10008.1.2.1',
  j2k: '1.2.840.10008.1.2.4.90',
  htj2k: '1.2.840.10008.1.2.4.201',
} as const;

describe('test images of every kind', () => {
  it.for(Object.entries(syntaxes))(
    'are exported as %s with the same pixels and no new errors',
    { timeout: 600_000 },
    async ([label, syntax]) => {
      const exported: Exported[] = [];
      const notWritten: Record<string, string> = {};
      await forAll(sample(), async ({ name, file: source, listed }) => {
        const file = path.join(folder, label, `${listed.file.digest}.dcm`);
        try {
          await writeFileOf(imported.server.url, listed, file, syntax);
          exported.push({ name, file, source, lossy: listed.lossy !== null });
        } catch (error) {
          notWritten[name] = error instanceof Error ? error.message : String(error);
        }
      });
      const compressed = syntax !== syntaxes.explicit;
      for (const [name, reason] of Object.entries(notWritten)) {
        expect(reason, name).toMatch(
          compressed
            ? /no pixels|not of 2 to 16 bits|the encoder does not take|bits beside its samples/
            : /its pixels were not decoded/,
        );
      }
      expect(exported.length).toBeGreaterThan(40);
      expect(await differences(exported)).toEqual([]);
      const dumped = await runProgram('dcmdump', ['-q', ...exported.map(({ file }) => file)]);
      expect(dumped.code, dumped.stderr).toBe(0);
    },
  );
});

/** What the encoders do in a second or two. */
const MOST_SAMPLES = 3_000_000;

/** The smallest of each kind of image, where that is not large, or, where that is asked for, every one. */
function sample(): StoredFile[] {
  if (process.env.STRATA_TEST_ALL_EXPORTS) return stored();
  const size = ({ name }: StoredFile) => sampleCounts.get(name) ?? 0;
  const small = stored().filter((file) => size(file) <= MOST_SAMPLES);
  const kinds = Map.groupBy(small, ({ name, listed }) => {
    const { syntax, kind } = answers.get(name) ?? {};
    const several = listed.frames > 1;
    return [syntax ?? listed.sopClassUid, listed.transferSyntaxUid, kind, several].join();
  });
  return [...kinds.values()].flatMap((kind) =>
    kind.sort((one, other) => size(one) - size(other)).slice(0, 1),
  );
}

/** Does something to all, a few at once. */
async function forAll<Item>(items: Iterable<Item>, task: (item: Item) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = left.next(); !next.done; next = left.next()) await task(next.value);
  };
  await Promise.all([lane(), lane(), lane()]);
}

interface Exported {
  /** Of the test image. */
  readonly name: string;
  readonly file: string;
  /** What was sent. */
  readonly source: string;
  /** Whether it must say that it was compressed with loss. */
  readonly lossy: boolean;
}

/** How exported files differ from what was stored, to pydicom and to dciodvfy. */
async function differences(files: readonly Exported[]): Promise<string[]> {
  const byFile = await readWithPydicom(
    files.map(({ file }) => file),
    seen,
  );
  const wrong: string[] = [];
  await forAll(files, async ({ name, file, source, lossy }) => {
    const answer = byFile.get(file);
    const streamed = streamedDigests.get(name);
    if (answer?.reason !== undefined && streamed) wrong.push(`${name}: ${answer.reason}`);
    if (lossy && answer?.lossy !== '01') wrong.push(`${name}: no mark of loss`);
    if (answer?.digests && String(answer.digests) !== String(streamed)) wrong.push(`${name}: other pixels`);
    if (answer?.values && !sameValues(answer, answers.get(name))) wrong.push(`${name}: other values`);
    const errors = name in judgedAnew ? [] : await newErrors(file, source);
    wrong.push(...errors.map((line) => `${name}: ${line}`));
  });
  return wrong;
}

function sameValues(one: PydicomAnswer, other: PydicomAnswer | undefined): boolean {
  const bytes = ({ values = '' }: PydicomAnswer) => readFileSync(path.join(seen, values));
  return other?.values !== undefined && bytes(one).equals(bytes(other));
}

/** Compares the frames of one image with what pydicom says of them. */
class Comparison {
  /** The greatest difference seen, in steps of what is shown. */
  worst = 0;
  readonly #answer: PydicomAnswer;
  readonly #shown: ((value: number) => number) | null;

  constructor(answer: PydicomAnswer) {
    this.#answer = answer;
    this.#shown = answer.kind === 'wide' ? spread(answer) : null;
  }

  compare(index: number, pixels: Pixels, digest: string): void {
    const { digests, values } = this.#answer;
    if (digests && digests[index] !== digest) this.worst = Number.POSITIVE_INFINITY;
    if (!values) return;
    const expected = valuesOf(seen, this.#answer, index);
    if (expected.length !== pixels.length) this.worst = Number.POSITIVE_INFINITY;
    for (let at = 0; at < pixels.length; at++) {
      const value = expected[at] as number;
      const difference = Math.abs((this.#shown?.(value) ?? value) - (pixels[at] as number));
      if (difference > this.worst) this.worst = difference;
    }
  }
}

/** Samples of more than 16 bits are shown spread over 16, or from 0 where they need no more. */
function spread(answer: PydicomAnswer): (value: number) => number {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let whole = true;
  for (let index = 0; index < (answer.frames ?? 0); index++) {
    for (const value of valuesOf(seen, answer, index)) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      whole &&= Number.isInteger(value);
    }
  }
  const step = whole && greatest - least <= 65_535 ? 1 : (greatest - least) / 65_535;
  return (value) => (value - least) / step;
}

function digestOfValues(pixels: Pixels): string {
  return digestOf(new Uint8Array(Float64Array.from(pixels).buffer));
}
