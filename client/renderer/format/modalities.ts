// The modalities of a study as people read them: what it was made with comes before what was added to it.

/** What is no image of the patient, in the order in which it is named (PS3.3 C.7.3.1.1.1); others of the kind by the alphabet. */
const added = ['SR', 'KO', 'PR', 'DOC', 'SEG', 'REG', 'RTSTRUCT', 'RTPLAN', 'RTDOSE', 'RTRECORD'];
const others = ['ANN', 'ASMT', 'AU', 'CFM', 'FID', 'HC', 'M3D', 'PLAN', 'RWV', 'SMR', 'STAIN', 'TEXTUREMAP'];

const order = new Map([...added, ...others].map((code, at) => [code, at + 1]));

/** Images first, each group in the order of the alphabet; codes that are not known are taken for images. */
export function modalitiesInOrder(modalities: readonly string[]): readonly string[] {
  const rank = (code: string) => order.get(code) ?? 0;
  return modalities.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}
