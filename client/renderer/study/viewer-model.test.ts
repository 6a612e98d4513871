import type { LevelsRequest, OnSegment } from '@strata/stream/types';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DecodeError } from '../decoding/decode-pool.ts';
import type { Shown } from '../decoding/messages.ts';
import { SeriesMemory } from '../grid/series-memory.ts';
import { ImageLoader } from '../loading/image-loader.ts';
import { memoryShares } from '../loading/memory-shares.ts';
import { stackOfSeries } from './stack.ts';
import type { StudySeries } from './study-model.ts';
import { ViewerModel, type Viewport } from './viewer-model.ts';

const levels = 5;

function seriesOf(
  uid: string,
  count: number,
  windows: { centre: number; width: number; explanation: string }[],
) {
  const presentation = {
    photometric: 'MONOCHROME2',
    windows,
    voiFunction: '',
    rescale: null,
    pixelSpacing: null,
    pixelAspectRatio: null,
    imagePosition: null,
    imageOrientation: null,
    sliceLocation: null,
    pixelPadding: null,
    frameTime: null,
    burnedInLossy: '',
    palette: null,
  };
  const instances = Array.from({ length: count }, (_, at) => ({
    uid: `${uid}.${at}`,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
    number: at + 1,
    frames: 1,
    format: { width: 512, height: 512, samples: 1, bits: 12, signed: false } as const,
    presentation,
    blob: `${uid}.${at}`,
    blobLength: 1,
    levels: levels + 1,
    frameSegments: [{ lengths: [1, 1, 1, 1, 1, 1], crc32c: [0, 0, 0, 0, 0, 0] }],
  }));
  const head = {
    number: 1,
    modality: 'MR',
    description: '',
    bodyPart: '',
    laterality: '',
    date: '',
    time: '',
  };
  const manifest = { uid, ...head, instances };
  const study = {
    uid: '1.9',
    id: '',
    accessionNumber: '',
    date: '',
    time: '',
    description: '',
    referringPhysician: '',
  };
  const patient = { id: '', issuer: '', name: '', birthDate: '', sex: '' };
  return { manifest, stack: stackOfSeries(manifest), study, patient } satisfies StudySeries;
}

/** Delivers whatever is asked for, level by level. */
const source = {
  get(request: LevelsRequest, onSegment: OnSegment) {
    const frames = 'frames' in request.target ? request.target.frames : [];
    const deliver = async () => {
      for (let level = request.from ?? 0; level <= (request.to ?? levels); level++) {
        for (const ref of frames) await onSegment({ ...ref, level, crc32c: 0, bytes: new Uint8Array(1) });
      }
      return { levels: 0, bytes: 0, fromCache: 0 };
    };
    return Object.assign(deliver(), { prioritise: () => {} });
  },
};

/** Counts levels instead of decoding them. */
const statistics = { range: [0, 100], robust: [10, 89] } as const;
const pixels = { values: new Int16Array(4), components: 1, width: 2, height: 2, ...statistics } as const;
const decoded = new Map<string, number>();
const decoder = {
  add: async (frame: string, coded: readonly { level: number }[]) => {
    const level = coded.at(-1)?.level ?? -1;
    decoded.set(frame, level);
    return { type: 'added', level, pixels, forgotten: [] } as const;
  },
  show: async (frame: string): Promise<Shown> => {
    const level = decoded.get(frame);
    if (level === undefined) throw new DecodeError('no-state', 'nothing is kept here');
    return { type: 'shown', level, pixels };
  },
};

/** A viewport that only notes what it is told, with Cornerstone's way of telling the target back. */
function notingViewport(viewer: () => ViewerModel, scale: number) {
  const shown: number[] = [];
  const view: Viewport = {
    open: async (_, index) => viewer().targetChanged(index),
    goTo: (index) => viewer().targetChanged(index),
    show: (index) => void shown.push(index),
    setGreys: vi.fn(),
    setTool: vi.fn(),
    turn: vi.fn(),
    setColoursInverted: vi.fn(),
    fit: vi.fn(),
    zoomBy: vi.fn(),
    zoomTo: vi.fn(),
    scale: () => scale,
    imagePlace: () => null,
    showAt: vi.fn(),
    size: () => [800, 600],
    destroy: vi.fn(),
  };
  return { view, shown };
}

beforeEach(() => {
  vi.stubGlobal('devicePixelRatio', 1);
  return () => vi.unstubAllGlobals();
});

function viewerAt(scale: number) {
  const viewer: ViewerModel = new ViewerModel({
    id: '1',
    images: new ImageLoader({ source, decoder, memory: memoryShares(2 ** 30) }),
    memory: new SeriesMemory(),
    isMeasured: () => false,
  });
  const { view, shown } = notingViewport(() => viewer, scale);
  viewer.attach(view, 'window');
  return { viewer, view, shown };
}

const untilLevel = (viewer: ViewerModel, index: number, level: number) =>
  vi.waitFor(() => expect(viewer.shown.value).toEqual({ index, level }));

describe('the viewport’s state', () => {
  it('gets as sharp as the screen can show, and no sharper', async () => {
    const { viewer } = viewerAt(0.4);
    viewer.openSeries(seriesOf('1', 3, []));
    await untilLevel(viewer, 0, 4);
    expect(viewer.loading.map(({ received }) => received)).toEqual([4, 4, 4]);
    viewer.close();
  });

  it('stays inside the series when scrolled', async () => {
    const { viewer } = viewerAt(1);
    viewer.openSeries(seriesOf('1', 3, []));
    viewer.scrollBy(-1);
    expect(viewer.target.value).toBe(0);
    viewer.scrollBy(100);
    expect(viewer.target.value).toBe(2);
    await untilLevel(viewer, 2, levels);
    viewer.close();
  });

  it('has the window of the file, and comes back to it', async () => {
    const { viewer } = viewerAt(1);
    viewer.openSeries(seriesOf('1', 1, [{ centre: 300, width: 600, explanation: '' }]));
    expect(viewer.tones.window.value).toEqual({ centre: 300, width: 600 });
    await untilLevel(viewer, 0, levels);
    viewer.tones.setAutomatic();
    expect(viewer.tones.window.value).toEqual({ centre: 50, width: 80 });
    viewer.reset();
    expect(viewer.tones.window.value).toEqual({ centre: 300, width: 600 });
    viewer.close();
  });

  it('makes a window from the pixels when the file has none, and takes the suggested one until the user chooses', async () => {
    const { viewer } = viewerAt(1);
    viewer.openSeries(seriesOf('1', 1, []));
    await untilLevel(viewer, 0, levels);
    expect(viewer.tones.window.value).toEqual({ centre: 50, width: 80 });
    viewer.tones.suggest('1', { centre: 70, width: 90 });
    expect(viewer.tones.window.value).toEqual({ centre: 70, width: 90 });
    viewer.tones.setWindow({ centre: 1, width: 2 });
    viewer.tones.suggest('1', { centre: 3, width: 4 });
    expect(viewer.tones.window.value).toEqual({ centre: 1, width: 2 });
    viewer.close();
  });

  it('remembers place, window and inversion of a series while another is looked at', async () => {
    const { viewer } = viewerAt(1);
    const [first, second] = [seriesOf('1', 5, []), seriesOf('2', 5, [])];
    viewer.openSeries(first);
    await untilLevel(viewer, 0, levels);
    viewer.goTo(3);
    viewer.tones.setWindow({ centre: 1, width: 2 });
    viewer.tones.toggleInvert();
    viewer.openSeries(second);
    await untilLevel(viewer, 0, levels);
    expect([viewer.target.value, viewer.tones.inverted.value]).toEqual([0, false]);
    viewer.openSeries(first);
    await untilLevel(viewer, 3, levels);
    expect([viewer.tones.window.value, viewer.tones.inverted.value]).toEqual([{ centre: 1, width: 2 }, true]);
    viewer.close();
  });
});
