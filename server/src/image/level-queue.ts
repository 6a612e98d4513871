// Which bytes a connection sends next: by priority, fair between equals, coarse levels of all frames first.
import type { FramePlace, SegmentPlace } from '@strata/codec/frames-blob';
import type { ByteRange } from '@strata/protocol/messages';

/** A piece of a level that is to be sent now. */
export interface Piece {
  readonly request: number;
  readonly priority: number;
  /** Index of the frame in the request's list. */
  readonly place: number;
  readonly level: number;
  readonly frame: FramePlace;
  readonly segment: SegmentPlace;
  /** Byte in the segment where the piece begins, and its length; `isLast` of what is wanted of its segment. */
  readonly offset: number;
  readonly length: number;
  readonly isLast: boolean;
}

interface Place {
  lane: Lane | null;
  frame: FramePlace | null;
  next: number;
  /** Up to which byte level `next` has been taken. */
  taken: number;
}

interface Request {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  /** What is wanted of its levels, ascending and inside of them; null for all. */
  readonly ranges: readonly ByteRange[] | null;
  readonly places: Place[];
  /** Frames that have something left to send, or that are not known yet. */
  left: number;
}

/** The frames of one request that have the same priority. */
interface Lane {
  readonly request: Request;
  priority: number;
  /** Frames whose segments are not known yet: as long as there are any, no level above the first is begun. */
  unready: number;
  /** Places by the level they are to send next; the first of a level goes first. */
  readonly byLevel: Map<number, number[]>;
}

/** What is asked for on one connection and not sent yet. */
export class LevelQueue {
  readonly #requests = new Map<number, Request>();
  /** By priority; of equal ones the first lane has the next turn. */
  readonly #lanes = new Map<number, Lane[]>();

  /**
   * Queues a request for levels `from`..`to` of `frames` frames, whose segments are told by `ready`.
   * @param ranges of these levels, when not all of them is wanted
   */
  add(
    id: number,
    frames: number,
    from: number,
    to: number,
    priority: number,
    ranges: readonly ByteRange[] | null = null,
  ): void {
    const request: Request = { id, from, to, ranges, places: [], left: frames };
    const lane: Lane = { request, priority, unready: frames, byLevel: new Map() };
    for (let i = 0; i < frames; i++) request.places.push({ lane, frame: null, next: from, taken: 0 });
    this.#requests.set(id, request);
    this.#insert(lane);
  }

  has(id: number): boolean {
    return this.#requests.has(id);
  }

  /** Whether everything that the request asked for has been taken, or called off. */
  isExhausted(id: number): boolean {
    const request = this.#requests.get(id);
    return !request || request.left === 0;
  }

  /** Whether the frame at this place is still wanted. */
  wants(id: number, place: number): boolean {
    return this.#requests.get(id)?.places[place]?.lane != null;
  }

  /** Tells the segments of a frame. */
  ready(id: number, place: number, frame: FramePlace): void {
    const request = this.#requests.get(id);
    const entry = request?.places[place];
    if (!request || !entry?.lane || entry.frame) return;
    entry.frame = frame;
    entry.lane.unready--;
    if (request.from >= frame.segments.length) this.#finish(request, entry);
    else enqueue(entry.lane, entry.next, place, 'behind');
  }

  /** Forgets a request, or only the frames at the given places. */
  cancel(id: number, places?: readonly number[]): void {
    const request = this.#requests.get(id);
    if (!request) return;
    if (!places) {
      for (const entry of request.places) if (entry.lane) this.#finish(request, entry);
      this.#requests.delete(id);
      return;
    }
    for (const place of places) {
      const entry = request.places[place];
      if (entry?.lane) this.#finish(request, entry);
    }
  }

  /** Changes the priority of a request, or only of the frames at the given places. */
  prioritise(id: number, priority: number, places?: readonly number[]): void {
    const request = this.#requests.get(id);
    if (!request) return;
    const chosen = places ?? request.places.keys();
    const lane: Lane = { request, priority, unready: 0, byLevel: new Map() };
    for (const place of [...chosen].sort((a, b) => a - b)) {
      const entry = request.places[place];
      if (!entry?.lane || entry.lane === lane) continue;
      if (!entry.frame) {
        entry.lane.unready--;
        lane.unready++;
      } else enqueue(lane, entry.next, place, entry.taken > 0 ? 'before' : 'behind');
      // The old lane skips it when its turn comes.
      entry.lane = lane;
    }
    this.#insert(lane);
  }

  /** The most urgent priority that is asked for; null when nothing is. */
  get urgency(): number | null {
    return this.#lanes.size === 0 ? null : Math.min(...this.#lanes.keys());
  }

  /** Takes the piece to be sent next, of at most `most` bytes; null when nothing is ready. */
  next(most: number): Piece | null {
    const priorities = [...this.#lanes.keys()];
    if (priorities.length > 1) priorities.sort((a, b) => a - b);
    for (const priority of priorities) {
      const lanes = this.#lanes.get(priority) as Lane[];
      for (let turns = lanes.length; turns > 0; turns--) {
        const lane = lanes.shift() as Lane;
        const piece = this.#takeFrom(lane, most);
        if (piece || lane.unready > 0 || lane.byLevel.size > 0) lanes.push(lane);
        if (piece) return piece;
      }
      if (lanes.length === 0) this.#lanes.delete(priority);
    }
    return null;
  }

  #takeFrom(lane: Lane, most: number): Piece | null {
    for (;;) {
      const level = Math.min(...lane.byLevel.keys());
      const places = lane.byLevel.get(level);
      if (!places || (lane.unready > 0 && level > lane.request.from)) return null;
      const place = places[0] as number;
      const entry = lane.request.places[place] as Place;
      const { frame } = entry;
      const segment = frame?.segments[level];
      if (entry.lane !== lane || !frame || !segment || entry.next !== level) {
        drop(lane, level);
        continue;
      }
      const { offset, end, isLastRange } = restOf(lane.request.ranges, entry.taken, segment.length);
      const length = Math.min(most, end - offset);
      const isLast = isLastRange && offset + length === end;
      entry.taken = isLast ? 0 : offset + length;
      if (isLast) {
        drop(lane, level);
        entry.next = level + 1;
        const isDone = entry.next > lane.request.to || entry.next >= frame.segments.length;
        if (isDone) this.#finish(lane.request, entry);
        else enqueue(lane, entry.next, place, 'behind');
      }
      const { request, priority } = lane;
      return { request: request.id, priority, place, level, frame, segment, offset, length, isLast };
    }
  }

  #finish(request: Request, entry: Place): void {
    if (entry.lane && !entry.frame) entry.lane.unready--;
    entry.lane = null;
    request.left--;
  }

  /** Forgets a request that is exhausted and told. */
  remove(id: number): void {
    this.#requests.delete(id);
  }

  #insert(lane: Lane): void {
    const lanes = this.#lanes.get(lane.priority);
    if (lanes) lanes.push(lane);
    else this.#lanes.set(lane.priority, [lane]);
  }
}

/** The next bytes that are wanted of a level, in one run. */
function restOf(ranges: readonly ByteRange[] | null, taken: number, length: number) {
  const index = ranges?.findIndex(({ offset, length: own }) => offset + own > taken) ?? -1;
  const range = ranges?.[index];
  if (!ranges || !range) return { offset: taken, end: length, isLastRange: true };
  return {
    offset: Math.max(taken, range.offset),
    end: range.offset + range.length,
    isLastRange: index === ranges.length - 1,
  };
}

function enqueue(lane: Lane, level: number, place: number, where: 'before' | 'behind'): void {
  const places = lane.byLevel.get(level);
  if (!places) lane.byLevel.set(level, [place]);
  else if (where === 'before') places.unshift(place);
  else places.push(place);
}

function drop(lane: Lane, level: number): void {
  const places = lane.byLevel.get(level);
  places?.shift();
  if (places?.length === 0) lane.byLevel.delete(level);
}
