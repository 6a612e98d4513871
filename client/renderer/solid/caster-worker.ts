// Draws volumes in 3D outside the page's thread: a coarse picture first, a finer one after it, and always the latest wish.
import type { DrawPicture, FromCaster, ToCaster } from './messages.ts';
import { type Grain, grains, Pace } from './pace.ts';
import { RayCaster } from './ray-cast.ts';
import { blocksOf, quantised, type RayVolume } from './ray-volume.ts';
import { type PresetName, type TransferTable, transferTable } from './transfer.ts';

interface Port {
  onmessage: ((event: MessageEvent<ToCaster>) => void) | null;
  postMessage(message: FromCaster, transfer: Transferable[]): void;
}
const port = globalThis as unknown as Port;

/** Milliseconds after which the worker looks whether something newer is wanted. */
const turnMs = 24;

const pace = new Pace();
let caster: RayCaster | null = null;
let volume: RayVolume | null = null;
let tables = new Map<PresetName, TransferTable | null>();
let wish: DrawPicture | null = null;
let isDrawing = false;

port.onmessage = ({ data }) => {
  if (data.type === 'volume') {
    const { voxels, ...placed } = data.volume;
    volume = { ...placed, ...quantised(voxels) };
    caster = new RayCaster(volume, blocksOf(volume));
    tables = new Map();
  } else wish = data;
  if (!isDrawing) void draw();
};

async function draw(): Promise<void> {
  isDrawing = true;
  while (wish && caster && volume) {
    const now = wish;
    const finest = pace.grainFor(now.pace, now.width * now.height);
    let outcome: Outcome = 'done';
    for (const grain of steps(now, finest)) {
      outcome = await picture(now, grain, finest);
      if (outcome !== 'done') break;
    }
    // What was too slow is tried again, and coarser: the pace has learnt.
    if (outcome === 'done' && wish === now) wish = null;
  }
  isDrawing = false;
}

/** Something is seen soon, then the finest at once. */
function steps({ pace: how, width, height }: DrawPicture, finest: Grain): readonly Grain[] {
  const soon = Math.max(finest, pace.grainFor('moving', width * height)) as Grain;
  return how === 'moving' || soon === finest ? [finest] : [soon, finest];
}

/** `dropped` for something newer, `slow` where it took far too long. */
type Outcome = 'done' | 'dropped' | 'slow';

async function picture(now: DrawPicture, grain: Grain, finest: Grain): Promise<Outcome> {
  const [width, height] = [Math.ceil(now.width / grain), Math.ceil(now.height / grain)];
  const data = new Uint8ClampedArray(width * height * 4);
  const table = tableOf(now.preset);
  const spacing = Math.min(...(volume?.spacing ?? [1]));
  // Coarse pictures take longer steps too; finer than half a voxel shows nothing more.
  const look = { table, range: now.range, step: spacing * (grain === 1 ? 0.5 : grain === 2 ? 0.7 : 1) };
  const target = { width, height, pixel: grain / now.camera.scale, data };
  let [busy, turn] = [0, performance.now()];
  for (let row = 0; row < height; row++) {
    caster?.cast(now.camera, look, target, row, row + 1);
    const passed = performance.now() - turn;
    if (passed < turnMs) continue;
    busy += passed;
    await nextTurn();
    turn = performance.now();
    if (wish !== now) return 'dropped';
    if (grain < grains[0] && pace.isOver(now.pace, busy)) {
      pace.took(busy, width * (row + 1));
      return 'slow';
    }
  }
  pace.took(busy + performance.now() - turn, width * height);
  const isLast = grain === finest;
  const isTooSlow = isLast && now.pace === 'resting' && grain > (grains.at(-1) ?? 1);
  const message = { type: 'picture', id: now.id, width, height, data, grain } as const;
  port.postMessage({ ...message, isLast, pace: now.pace, isTooSlow }, [data.buffer]);
  return 'done';
}

function tableOf(preset: PresetName): TransferTable | null {
  const known = tables.get(preset);
  if (known !== undefined) return known;
  const table = volume ? transferTable(preset, volume.low, volume.high) : null;
  tables.set(preset, table);
  return table;
}

const channel = new MessageChannel();
let wake: (() => void) | null = null;
channel.port1.onmessage = () => wake?.();

/** Lets messages in; a timer would wait for milliseconds. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    wake = resolve;
    channel.port2.postMessage(null);
  });
}
