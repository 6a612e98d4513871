// The well-known colour palettes of PS3.6 annex B, which fused images are shown in: between these corners they are straight.

/** As the standard labels them. */
export type ColourTableName = 'HOT_IRON' | 'PET' | 'HOT_METAL_BLUE';

type Corner = readonly [entry: number, value: number];
/** Red, green, blue. */
type Channels = readonly [readonly Corner[], readonly Corner[], readonly Corner[]];

const corners: Readonly<Record<ColourTableName, Channels>> = {
  HOT_IRON: [
    [
      [0, 0],
      [128, 255],
      [255, 255],
    ],
    [
      [0, 0],
      [128, 0],
      [255, 255],
    ],
    [
      [0, 0],
      [191, 0],
      [255, 255],
    ],
  ],
  PET: [
    [
      [0, 0],
      [64, 1],
      [192, 255],
      [255, 255],
    ],
    [
      [0, 0],
      [63, 128],
      [128, 0],
      [255, 255],
    ],
    [
      [0, 0],
      [128, 255],
      [192, 0],
      [255, 255],
    ],
  ],
  HOT_METAL_BLUE: [
    [
      [0, 0],
      [85, 0],
      [104, 55],
      [120, 93],
      [153, 190],
      [170, 255],
      [255, 255],
    ],
    [
      [0, 0],
      [119, 0],
      [252, 250],
      [255, 255],
    ],
    [
      [0, 0],
      [102, 200],
      [119, 150],
      [136, 50],
      [153, 0],
      [170, 0],
      [240, 206],
      [255, 255],
    ],
  ],
};

export const colourTableNames = Object.keys(corners) as readonly ColourTableName[];

const made = new Map<ColourTableName, Uint8Array>();

/** 256 colours, three bytes each. */
export function colourTable(name: ColourTableName): Uint8Array {
  const known = made.get(name);
  if (known) return known;
  const table = new Uint8Array(256 * 3);
  for (const [channel, line] of corners[name].entries()) {
    for (let entry = 0; entry < 256; entry++) table[entry * 3 + channel] = Math.round(valueOn(line, entry));
  }
  made.set(name, table);
  return table;
}

function valueOn(line: readonly Corner[], entry: number): number {
  const next = line.findIndex(([at]) => at >= entry);
  const [toEntry, toValue] = line[Math.max(0, next)] as Corner;
  const [fromEntry, fromValue] = line[Math.max(0, next - 1)] as Corner;
  if (toEntry === fromEntry) return toValue;
  return fromValue + ((toValue - fromValue) * (entry - fromEntry)) / (toEntry - fromEntry);
}
