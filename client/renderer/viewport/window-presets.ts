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
  | 'Angio'
  | 'SUV 0–5'
  | 'SUV 0–7'
  | 'SUV 0–10'
  | 'SUV 0–20';

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

/** Of PET images in SUV: from nothing to as much as is black or white. */
const emission: readonly WindowPreset[] = [
  preset('1', 'SUV 0–5', 2.5, 5),
  preset('2', 'SUV 0–7', 3.5, 7),
  preset('3', 'SUV 0–10', 5, 10),
  preset('4', 'SUV 0–20', 10, 20),
];

/** The modalities that have fixed presets. */
export const presetModalities = ['CT', 'PT'] as const;

/** The fixed presets of a modality; those of PET are in SUV. Others have no scale of their own: their windows come from the file and the pixels. */
export function presetsFor(modality: string): readonly WindowPreset[] {
  if (modality === 'PT') return emission;
  return modality === 'CT' ? computedTomography : [];
}
