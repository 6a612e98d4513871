import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMultipart } from './multipart-reader.ts';

const limits = { maxParts: 20, maxHeaderBytes: 1024 };

interface Read {
  parts: { type: string | undefined; body: Buffer }[];
  error: unknown;
}

async function read(chunks: Iterable<Uint8Array>, boundary = 'b'): Promise<Read> {
  const parts: Read['parts'] = [];
  try {
    for await (const { headers, body } of readMultipart(Readable.from(chunks), boundary, limits)) {
      const received: Uint8Array[] = [];
      for await (const chunk of body) received.push(chunk);
      parts.push({ type: headers.get('content-type'), body: Buffer.concat(received) });
    }
  } catch (error) {
    return { parts, error };
  }
  return { parts, error: null };
}

/** The bytes in pieces of the given lengths, over and over. */
function* cut(bytes: Uint8Array, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield Buffer.from(bytes.subarray(at, at + length));
    at += length;
  }
}

function written(bodies: readonly Uint8Array[], boundary = 'b'): Buffer {
  const parts = bodies.flatMap((body) => [
    Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

describe('a multipart body', () => {
  it('gives its parts byte by byte, however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 4 }),
        async (bodies, lengths) => {
          const { parts, error } = await read(
            cut(written(bodies, 'a-rare-boundary'), lengths),
            'a-rare-boundary',
          );
          expect(error).toBeNull();
          expect(parts.map(({ body }) => body)).toEqual(bodies.map((body) => Buffer.from(body)));
          expect(parts.every(({ type }) => type === 'application/dicom')).toBe(true);
        },
      ),
      { seed: 18, numRuns: 200 },
    );
  });

  it('that was cut off gives what was whole, and says so', async () => {
    const whole = written([Buffer.from('first'), Buffer.from('second')]);
    for (let length = 0; length < whole.length - 4; length++) {
      const { parts, error } = await read([whole.subarray(0, length)]);
      expect(error, `${length} bytes`).toMatchObject({ code: 'truncated' });
      for (const [index, { body }] of parts.entries())
        expect(body.toString()).toBe(['first', 'second'][index]);
    }
  });

  it('without any part has none', async () => {
    expect(await read([Buffer.from('--b--\r\n')])).toEqual({ parts: [], error: null });
  });

  it('with too many parts is refused', async () => {
    const { parts, error } = await read([written(Array.from({ length: 21 }, () => Buffer.from('x')))]);
    expect(parts.length).toBeLessThanOrEqual(20);
    expect(error).toMatchObject({ code: 'too-many-parts' });
  });

  it('fails as its source fails', async () => {
    const broken = (function* () {
      yield Buffer.from('--b\r\nContent-Type: a/b\r\n\r\nsome');
      throw new Error('the line broke');
    })();
    const { error } = await read(broken);
    expect(String(error)).toMatch(/the line broke/);
  });

  it('ends, whatever its bytes are', async () => {
    const words = [
      '\r\n',
      '--',
      'b',
      '--b',
      '\r\n--b',
      '\r\n\r\n',
      ':',
      'Content-Type: x/y',
      ' ',
      '\0',
      'data',
      '-',
    ];
    const garbage = fc
      .array(fc.constantFrom(...words), { maxLength: 60 })
      .map((list) => Buffer.from(list.join('')));
    await fc.assert(
      fc.asyncProperty(
        garbage,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
        async (bytes, lengths) => {
          const { parts, error } = await read(cut(bytes, lengths));
          expect(error === null || error instanceof Error).toBe(true);
          expect(parts.length).toBeLessThanOrEqual(20);
        },
      ),
      { seed: 7, numRuns: 1500, interruptAfterTimeLimit: 15_000 },
    );
  });
});
