// A patient's sex as DICOM codes it (PS3.3 C.7.1.1), by the letter that people read.
import { formatTexts } from '../words/format.ts';

/** `M`, `F` and `O` as the language abbreviates them; anything else as it stands. */
export function displaySex(code: string): string {
  const letters: Readonly<Record<string, string>> = formatTexts.value.sex;
  return letters[code] ?? code;
}
