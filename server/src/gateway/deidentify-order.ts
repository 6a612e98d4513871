// What a coding worker is told about de-identification with a file, and how it does it.
import { decompress } from '@strata/dicom/deidentify/decompress';
import { deidentify } from '@strata/dicom/deidentify/deidentify';
import type { DeidentifyOptions } from '@strata/dicom/deidentify/options';
import type { PixelRule } from '@strata/dicom/deidentify/pixel-rules';
import { type DeidentifySummary, summaryOf } from '@strata/dicom/deidentify/report';
import { readPart10 } from '@strata/dicom/part10';

/** Rules that hold for where the file came from; only the file itself tells which of them fits. */
export interface DeidentifyOrder {
  readonly secret: Uint8Array;
  readonly rules: readonly {
    /** Null: every one. */
    readonly modality: readonly string[] | null;
    readonly options: DeidentifyOptions;
  }[];
  readonly pixelRules: readonly PixelRule[];
}

/**
 * The file as it is to be stored: by the first rule that fits, or as it came when none does.
 * @throws DicomError, DeidentifyError
 */
export async function obey(
  file: Uint8Array,
  { secret, rules, pixelRules }: DeidentifyOrder,
): Promise<{ file: Uint8Array; deidentified: DeidentifySummary | null }> {
  const { modality } = readPart10(file).attributes.series;
  const rule = rules.find((one) => one.modality === null || one.modality.includes(modality.toUpperCase()));
  if (!rule) return { file, deidentified: null };
  const made = await deidentify(file, { secret, options: rule.options, pixelRules, decompress });
  return { file: made.file, deidentified: summaryOf(made.report) };
}
