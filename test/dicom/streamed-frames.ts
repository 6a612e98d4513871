// The frames of an instance as a viewer gets them: over the stream, decoded to their full size.
import { type Codec, type DecoderState, loadCodec } from '@strata/codec/codec';
import type { Pixels } from '@strata/codec/format';
import { type Header, readHeader } from '@strata/codec/header';
import type { InstanceManifest } from '@strata/protocol/manifest';
import type { StrataClient } from '@strata/stream/client';
import { withClient } from '../../server/src/cli/stream-client.ts';

/** Streams whole studies. */
export class StreamedFrames {
  readonly #client: StrataClient;
  readonly #codec: Codec;
  readonly #studies = new Map<string, Promise<Map<string, InstanceManifest>>>();

  private constructor(client: StrataClient, codec: Codec) {
    this.#client = client;
    this.#codec = codec;
  }

  /** Lets a task stream from a server, `http://127.0.0.1:PORT`. */
  static async with<Result>(url: string, task: (frames: StreamedFrames) => Promise<Result>): Promise<Result> {
    const codec = await loadCodec();
    return withClient(url, (client) => task(new StreamedFrames(client, codec)));
  }

  /** What the manifest of its study says of an instance. */
  async manifest(studyUid: string, instanceUid: string): Promise<InstanceManifest> {
    let study = this.#studies.get(studyUid);
    study ??= this.#client.study(studyUid).then(({ series }) => {
      const instances = series.flatMap((one) => one.instances);
      return new Map(instances.map((instance) => [instance.uid, instance]));
    });
    this.#studies.set(studyUid, study);
    const instance = (await study).get(instanceUid);
    if (!instance) throw new Error(`the manifest of ${studyUid} lacks ${instanceUid}`);
    return instance;
  }

  /** Calls back with every frame, in any order. @returns how many came */
  async each(
    { blob, frameSegments }: InstanceManifest,
    onFrame: (index: number, pixels: Pixels) => void,
  ): Promise<number> {
    if (blob === null) return 0;
    const states = new Map<number, { header: Header; state: DecoderState }>();
    let count = 0;
    const target = { frames: frameSegments.map((_, frame) => ({ blob, frame })) };
    await this.#client.get({ target }, ({ frame, bytes }) => {
      const before = states.get(frame);
      const header = before?.header ?? readHeader(bytes);
      const state = this.#codec.decodeLevel(header, before?.state ?? null, bytes);
      if (state.level < header.levels) {
        states.set(frame, { header, state });
        return;
      }
      states.delete(frame);
      count++;
      onFrame(frame, this.#codec.levelPixels(header, state));
    });
    return count;
  }
}
