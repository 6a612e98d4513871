// How values become what is seen of a volume in 3D: the greatest along a ray, or colours and opacities by value.

export type PresetName = 'bone' | 'vessels' | 'lung' | 'surface' | 'mip';

interface Corner {
  /** Hounsfield units; of values without a scale, a part of their range from 0 to 1. */
  readonly at: number;
  /** What a millimetre of it hides of what lies behind, 0 to 1. */
  readonly opacity: number;
  readonly colour: readonly [number, number, number];
}

const corner = (at: number, opacity: number, ...colour: [number, number, number]): Corner => ({
  at,
  opacity,
  colour,
});

/** CT numbers of tissues as in the field's usual tables (air -1000, lung -900 to -500, soft tissue 40, contrast and bone above). */
const hounsfield: Readonly<Record<'bone' | 'vessels' | 'lung', readonly Corner[]>> = {
  bone: [corner(150, 0, 200, 120, 90), corner(300, 0.25, 225, 190, 150), corner(800, 0.9, 250, 245, 230)],
  vessels: [
    corner(130, 0, 150, 30, 20),
    corner(200, 0.2, 200, 60, 45),
    corner(350, 0.5, 240, 170, 130),
    corner(900, 0.9, 250, 245, 230),
  ],
  lung: [
    corner(-950, 0, 90, 110, 140),
    corner(-820, 0.004, 120, 150, 190),
    corner(-600, 0.03, 200, 160, 150),
    corner(-400, 0.06, 230, 140, 120),
    corner(-200, 0, 230, 140, 120),
    corner(300, 0, 230, 140, 120),
  ],
};

const surface: readonly Corner[] = [
  corner(0.12, 0, 120, 100, 90),
  corner(0.25, 0.12, 205, 165, 140),
  corner(0.6, 0.5, 245, 225, 205),
];

/** The presets that make sense for a modality, the first is shown first. */
export function presetsOf(modality: string): readonly PresetName[] {
  if (modality === 'CT') return ['bone', 'vessels', 'lung', 'mip'];
  return modality === 'PT' ? ['mip', 'surface'] : ['surface', 'mip'];
}

/** Colours and opacities by value; null for the greatest value. Four numbers an entry: red, green, blue 0 to 255, opacity 0 to 1. */
export type TransferTable = Float32Array;

export const tableEntries = 1024;

/**
 * The table of a preset for values from `low` to `high`.
 * @returns null for 'mip'
 */
export function transferTable(name: PresetName, low: number, high: number): TransferTable | null {
  if (name === 'mip') return null;
  const span = high - low || 1;
  const corners =
    name === 'surface' ? surface.map((one) => ({ ...one, at: low + one.at * span })) : hounsfield[name];
  const table = new Float32Array(tableEntries * 4);
  for (let entry = 0; entry < tableEntries; entry++) {
    const value = low + (entry / (tableEntries - 1)) * span;
    table.set(between(corners, value), entry * 4);
  }
  return table;
}

function between(corners: readonly Corner[], value: number): [number, number, number, number] {
  const [first] = corners;
  const last = corners.at(-1);
  if (!first || !last || value <= first.at) return [...(first?.colour ?? [0, 0, 0]), 0];
  const next = corners.findIndex(({ at }) => at >= value);
  if (next < 0) return [...last.colour, last.opacity];
  const [a, b] = [corners[next - 1] as Corner, corners[next] as Corner];
  const part = (value - a.at) / (b.at - a.at);
  const mixed = (one: number, other: number) => one + (other - one) * part;
  return [
    mixed(a.colour[0], b.colour[0]),
    mixed(a.colour[1], b.colour[1]),
    mixed(a.colour[2], b.colour[2]),
    mixed(a.opacity, b.opacity),
  ];
}
