// The series of a study as DICOMweb lists them: enough for a line each, without the study's manifest.

export interface SeriesLine {
  readonly uid: string;
  readonly number: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: number;
}

const mostSeries = 2_000;

/** An answer in the DICOM JSON model (PS3.18 annex F); what cannot be read of it is left out. By series number. */
export function readSeriesLines(answer: unknown): SeriesLine[] {
  if (!Array.isArray(answer)) return [];
  const lines = answer.slice(0, mostSeries).map((item: unknown) => ({
    uid: textOf(item, '0020000E'),
    number: textOf(item, '00200011'),
    modality: textOf(item, '00080060'),
    description: textOf(item, '0008103E'),
    instances: Number(textOf(item, '00201209')) || 0,
  }));
  return lines.filter(({ uid }) => uid !== '').sort((a, b) => Number(a.number) - Number(b.number));
}

function textOf(item: unknown, tag: string): string {
  const value = (item as Record<string, { Value?: unknown } | undefined> | null)?.[tag]?.Value;
  const first = Array.isArray(value) ? value[0] : undefined;
  return typeof first === 'string' || typeof first === 'number' ? String(first).slice(0, 200) : '';
}
