// The windows that radiologists reach for, by modality, each on a number key.
import type { WindowLevel } from './window-level.ts';

export interface WindowPreset extends WindowLevel {
  /** As hanging protocols name it; what people read is in `words/commands.ts`. */
  readonly name: PresetName;
  /** The key that chooses it, '1' to '9'. */
  readonly key: string;
}

type PresetName =
  | 'Soft tissue'
  | 'Lung'
  | 'Bone'
  | 'Brain'
  | 'Stroke'
  | 'Liver'
  | 'Mediastinum'
  | 'Subdural'
  | 'Angio';

const preset = (key: string, name: PresetName, centre: number, width: number): WindowPreset => ({
  key,
  name,
  centre,
  width,
});

/** Hounsfield units; centre and width as in the field's usual tables. */
const computedTomography: readonly WindowPreset[] = [
  preset('1', 'Soft tissue', 40, 400),
  preset('2', 'Lung', -600, 1500),
  preset('3', 'Bone', 480, 2500),
  preset('4', 'Brain', 40, 80),
  preset('5', 'Stroke', 36, 28),
  preset('6', 'Liver', 90, 150),
  preset('7', 'Mediastinum', 50, 350),
  preset('8', 'Subdural', 75, 215),
  preset('9', 'Angio', 300, 600),
];

/** The fixed presets of a modality. Others have no scale of their own: their windows come from the file and the pixels. */
export function presetsFor(modality: string): readonly WindowPreset[] {
  return modality === 'CT' ? computedTomography : [];
}
