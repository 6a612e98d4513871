import type { FramePlace } from '@strata/codec/frames-blob';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LevelQueue, type Piece } from './level-queue.ts';

/** A frame with levels of these lengths. */
function frame(...lengths: number[]): FramePlace {
  let offset = 100;
  const segments = lengths.map((length) => {
    offset += length;
    return { offset: offset - length, length, crc32c: 0 };
  });
  return { offset: 100, length: offset - 100, segments };
}

function readyAll(queue: LevelQueue, id: number, frames: FramePlace[]): void {
  frames.forEach((each, place) => void queue.ready(id, place, each));
}

function drain(queue: LevelQueue, most = 1_000_000): Piece[] {
  const pieces: Piece[] = [];
  for (let piece = queue.next(most); piece; piece = queue.next(most)) pieces.push(piece);
  return pieces;
}

const told = (pieces: Piece[]) => pieces.map(({ request, place, level }) => `${request}:${place}/${level}`);

describe('the order of what is sent', () => {
  test('coarse levels of all frames go first, in the order of the frames', () => {
    const queue = new LevelQueue();
    queue.add(1, 3, 0, 255, 0);
    readyAll(queue, 1, [frame(1, 1), frame(1, 1, 1), frame(1, 1)]);
    expect(told(drain(queue))).toEqual(['1:0/0', '1:1/0', '1:2/0', '1:0/1', '1:1/1', '1:2/1', '1:1/2']);
    expect(queue.isExhausted(1)).toBe(true);
  });

  test('a finer level waits until every frame is known', () => {
    const queue = new LevelQueue();
    queue.add(1, 2, 0, 1, 0);
    queue.ready(1, 1, frame(1, 1));
    expect(told(drain(queue))).toEqual(['1:1/0']);
    queue.ready(1, 0, frame(1, 1));
    expect(told(drain(queue))).toEqual(['1:0/0', '1:1/1', '1:0/1']);
  });

  test('a more urgent request goes before, also between the pieces of a long level', () => {
    const queue = new LevelQueue();
    queue.add(1, 1, 0, 0, 5);
    queue.ready(1, 0, frame(300));
    expect(queue.next(100)).toMatchObject({ request: 1, offset: 0, length: 100, isLast: false });
    queue.add(2, 1, 0, 0, 0);
    queue.ready(2, 0, frame(10));
    expect(queue.next(100)).toMatchObject({ request: 2, isLast: true });
    expect(queue.next(100)).toMatchObject({ request: 1, offset: 100 });
    expect(queue.next(100)).toMatchObject({ request: 1, offset: 200, isLast: true });
  });

  test('of a level only the ranges that are wanted are sent, in pieces, and then nothing more', () => {
    const queue = new LevelQueue();
    const ranges = [
      { offset: 50, length: 120 },
      { offset: 200, length: 10 },
    ];
    queue.add(1, 1, 1, 1, 0, ranges);
    queue.ready(1, 0, frame(10, 300));
    const pieces = drain(queue, 100).map(({ offset, length, isLast }) => [offset, length, isLast]);
    expect(pieces).toEqual([
      [50, 100, false],
      [150, 20, false],
      [200, 10, true],
    ]);
    expect(queue.isExhausted(1)).toBe(true);
  });

  test('requests of the same priority take turns', () => {
    const queue = new LevelQueue();
    for (const id of [1, 2, 3]) {
      queue.add(id, 2, 0, 0, 7);
      readyAll(queue, id, [frame(1), frame(1)]);
    }
    expect(told(drain(queue))).toEqual(['1:0/0', '2:0/0', '3:0/0', '1:1/0', '2:1/0', '3:1/0']);
  });

  test('some frames of a request can be made more urgent', () => {
    const queue = new LevelQueue();
    queue.add(1, 3, 0, 1, 9);
    readyAll(queue, 1, [frame(1, 1), frame(1, 1), frame(1, 1)]);
    queue.prioritise(1, 0, [2]);
    expect(told(drain(queue))).toEqual(['1:2/0', '1:2/1', '1:0/0', '1:1/0', '1:0/1', '1:1/1']);
  });

  test('what is called off is not sent', () => {
    const queue = new LevelQueue();
    queue.add(1, 2, 0, 1, 0);
    queue.add(2, 1, 0, 0, 0);
    readyAll(queue, 1, [frame(1, 1), frame(1, 1)]);
    queue.ready(2, 0, frame(1));
    expect(told([queue.next(10) as Piece])).toEqual(['1:0/0']);
    queue.cancel(1, [0]);
    expect(told(drain(queue))).toEqual(['2:0/0', '1:1/0', '1:1/1']);
    queue.add(3, 1, 0, 0, 0);
    queue.ready(3, 0, frame(1));
    queue.cancel(3);
    expect(drain(queue)).toEqual([]);
    expect(queue.isExhausted(3)).toBe(true);
  });

  test('a frame without the levels that are asked for is done at once', () => {
    const queue = new LevelQueue();
    queue.add(1, 1, 3, 255, 0);
    queue.ready(1, 0, frame(1, 1));
    expect(drain(queue)).toEqual([]);
    expect(queue.isExhausted(1)).toBe(true);
  });
});

test('whatever is added, prioritised, called off and taken: every wanted byte comes once, in order for its frame', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('take' as const), most: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      do: fc.constant('add' as const),
      frames: fc.array(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }), {
        maxLength: 4,
      }),
      from: fc.nat(3),
      to: fc.nat(4),
      priority: fc.nat(3),
    }),
    fc.record({ do: fc.constant('ready' as const), id: fc.nat(5), place: fc.nat(3) }),
    fc.record({ do: fc.constant('cancel' as const), id: fc.nat(5), places: fc.option(fc.array(fc.nat(3))) }),
    fc.record({
      do: fc.constant('prioritise' as const),
      id: fc.nat(5),
      places: fc.option(fc.array(fc.nat(3))),
      priority: fc.nat(3),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new LevelQueue();
      const requests: { frames: FramePlace[]; from: number; to: number; cancelled: Set<number> }[] = [];
      const taken = new Map<string, { level: number; bytes: number }>();
      const check = (piece: Piece) => {
        const request = requests[piece.request] as (typeof requests)[number];
        expect(request.cancelled.has(piece.place)).toBe(false);
        const name = `${piece.request}/${piece.place}`;
        const before = taken.get(name) ?? { level: request.from, bytes: 0 };
        expect({ level: piece.level, bytes: piece.offset }).toEqual(before);
        const bytes = piece.offset + piece.length;
        taken.set(name, piece.isLast ? { level: piece.level + 1, bytes: 0 } : { level: piece.level, bytes });
      };
      for (const each of steps) {
        if (each.do === 'add') {
          queue.add(requests.length, each.frames.length, each.from, each.to, each.priority);
          const frames = each.frames.map((lengths) => frame(...lengths));
          requests.push({ frames, from: each.from, to: each.to, cancelled: new Set() });
        } else if (each.do === 'take') {
          const piece = queue.next(each.most);
          if (piece) check(piece);
        } else {
          const request = requests[each.id];
          if (!request) continue;
          if (each.do === 'ready') {
            const place = request.frames[each.place];
            if (place) queue.ready(each.id, each.place, place);
          } else if (each.do === 'prioritise')
            queue.prioritise(each.id, each.priority, each.places ?? undefined);
          else {
            queue.cancel(each.id, each.places ?? undefined);
            for (const place of each.places ?? request.frames.keys()) request.cancelled.add(place);
          }
        }
      }
      requests.forEach(({ frames }, id) => void readyAll(queue, id, frames));
      for (const piece of drain(queue, 25)) check(piece);
      requests.forEach(({ frames, from, to, cancelled }, id) => {
        expect(queue.isExhausted(id)).toBe(true);
        frames.forEach((each, place) => {
          if (cancelled.has(place) || from > to) return;
          const end = Math.max(from, Math.min(to + 1, each.segments.length));
          expect(taken.get(`${id}/${place}`)?.level ?? from).toBe(end);
        });
      });
    }),
    { numRuns: 2000 },
  );
});
