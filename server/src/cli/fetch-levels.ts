// Fetches the levels of a study, series or instance over the streaming client, decodes them as they come and writes them.
import path from 'node:path';
import { type Codec, type DecoderState, loadCodec } from '@strata/codec/codec';
import { type Header, readHeader } from '@strata/codec/header';
import type { InstanceManifest, SeriesManifest, StudyManifest } from '@strata/protocol/manifest';
import type { StrataClient } from '@strata/stream/client';
import type { Segment } from '@strata/stream/types';
import { CommandError } from './failure.ts';
import { showProgress } from './progress.ts';
import { describePixels, type RawGeometry, writeRaw } from './raw-frame.ts';
import { safeName } from './safe-name.ts';
import { stopping } from './stopping.ts';
import { withClient } from './stream-client.ts';
import { size } from './words.ts';

/** Pixels of unfinished frames held at once, at their full size in bytes. */
const BATCH_BYTES = 64 * 2 ** 20;
const BATCH_FRAMES = 64;

interface Wanted {
  readonly series: SeriesManifest;
  readonly instance: InstanceManifest;
  readonly blob: string;
  readonly frame: number;
}

interface FetchedFrame extends RawGeometry {
  readonly file: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** 1 for the first frame of the instance. */
  readonly frame: number;
}

export interface Fetched {
  readonly studyInstanceUid: string;
  readonly frames: FetchedFrame[];
  /** Bytes of levels received. */
  readonly bytesReceived: number;
  /** Bytes that all levels of these frames have. */
  readonly bytesFull: number;
  /** Bytes received in all, with the manifest and the messages around the levels. */
  readonly bytesOnTheWire: number;
  /** Instances that hold no images. */
  readonly withoutFrames: number;
}

/**
 * @param url of the running Strata @param level 0 is the smallest; above a frame's last one means the last
 * @param out the folder to write to
 * @throws StreamError when the UID is not stored, CommandError when it holds no images or a frame is not what its digest says
 */
export function fetchLevels(url: string, uid: string, level: number, out: string): Promise<Fetched> {
  return withClient(url, async (client) => {
    const manifest = await client.study(uid, { signal: stopping });
    const instances = instancesOf(manifest, uid);
    const wanted = instances.flatMap(({ series, instance }) => framesOf(series, instance));
    if (wanted.length === 0) throw new CommandError(`${uid} is stored but holds no images.`);
    const target = new LevelWriter(client, await loadCodec(), level, out, manifest);
    const progress = showProgress('Fetching', wanted.length);
    try {
      for (const batch of batches(wanted)) {
        await target.fetch(batch);
        progress.update(target.frames.length, size(target.bytesReceived));
      }
    } finally {
      progress.stop();
    }
    return {
      studyInstanceUid: manifest.study.uid,
      frames: target.frames,
      bytesReceived: target.bytesReceived,
      bytesFull: wanted.reduce((sum, one) => sum + fullLength(one), 0),
      bytesOnTheWire: client.stats().receivedBytes,
      withoutFrames: instances.filter(({ instance }) => instance.blob === null).length,
    };
  });
}

function instancesOf(manifest: StudyManifest, uid: string) {
  const all = manifest.series.flatMap((series) => series.instances.map((instance) => ({ series, instance })));
  if (manifest.study.uid === uid) return all;
  return all.filter(({ series, instance }) => series.uid === uid || instance.uid === uid);
}

function framesOf(series: SeriesManifest, instance: InstanceManifest): Wanted[] {
  const { blob } = instance;
  return blob === null ? [] : instance.frameSegments.map((_, frame) => ({ series, instance, blob, frame }));
}

function fullLength({ instance, frame }: Wanted): number {
  return instance.frameSegments[frame]?.lengths.reduce((sum, length) => sum + length, 0) ?? 0;
}

function* batches(wanted: Wanted[]): Generator<Wanted[]> {
  let batch: Wanted[] = [];
  let bytes = 0;
  for (const one of wanted) {
    const { width = 0, height = 0, samples = 1 } = one.instance.format ?? {};
    const own = width * height * samples * 2;
    if (batch.length > 0 && (batch.length >= BATCH_FRAMES || bytes + own > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += own;
  }
  if (batch.length > 0) yield batch;
}

/** Takes the segments of a batch of frames, decodes each onto what came before it, and writes the level asked for. */
class LevelWriter {
  readonly frames: FetchedFrame[] = [];
  bytesReceived = 0;
  readonly #client: StrataClient;
  readonly #codec: Codec;
  readonly #level: number;
  readonly #out: string;
  readonly #manifest: StudyManifest;

  constructor(client: StrataClient, codec: Codec, level: number, out: string, manifest: StudyManifest) {
    this.#client = client;
    this.#codec = codec;
    this.#level = level;
    this.#out = out;
    this.#manifest = manifest;
  }

  async fetch(batch: Wanted[]): Promise<void> {
    // Instances with the same pixels share a blob: it is fetched once and written for each.
    const sharers = Map.groupBy(batch, ({ blob, frame }) => `${blob}/${frame}`);
    const frames = [...sharers.values()].flatMap(([one]) =>
      one ? [{ blob: one.blob, frame: one.frame }] : [],
    );
    const states = new Map<string, { header: Header; state: DecoderState }>();
    const request = { target: { frames }, from: 0, to: this.#level };
    const onSegment = async (segment: Segment) => {
      const key = `${segment.blob}/${segment.frame}`;
      const before = states.get(key);
      const header = before?.header ?? readHeader(segment.bytes);
      const state = this.#codec.decodeLevel(header, before?.state ?? null, segment.bytes);
      states.set(key, { header, state });
      if (segment.level < Math.min(this.#level, header.levels)) return;
      states.delete(key);
      for (const wanted of sharers.get(key) ?? []) await this.#write(wanted, header, state);
      sharers.delete(key);
    };
    const { bytes } = await this.#client.get(request, onSegment, { signal: stopping });
    this.bytesReceived += bytes;
    if (sharers.size > 0) throw new CommandError(`${sharers.size} frames did not arrive.`);
  }

  async #write({ series, instance, frame }: Wanted, header: Header, state: DecoderState): Promise<void> {
    const pixels = this.#codec.levelPixels(header, state);
    const geometry = describePixels(pixels, header, state.level);
    if (geometry.level === geometry.levels && geometry.digest !== geometry.frameDigest) {
      throw new CommandError(
        `Frame ${frame + 1} of ${instance.uid} is not what was stored. Run strata verify --deep.`,
      );
    }
    const name = safeName(`${instance.number ?? 0}-${instance.uid}-${frame + 1}`);
    const base = path.join(this.#out, safeName(series.uid), name);
    const ids = {
      studyInstanceUid: this.#manifest.study.uid,
      seriesInstanceUid: series.uid,
      sopInstanceUid: instance.uid,
      frame: frame + 1,
    };
    const { palette: _, ...presentation } = instance.presentation;
    await writeRaw(base, pixels, {
      ...ids,
      frames: instance.frames,
      number: instance.number,
      modality: series.modality,
      ...geometry,
      ...presentation,
    });
    this.frames.push({ file: `${base}.raw`, ...ids, ...geometry });
  }
}
