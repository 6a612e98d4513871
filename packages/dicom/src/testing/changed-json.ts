// For tests: data sets that were changed at random.
import type { DicomJson } from '../json/types.ts';

export type Random = (below: number) => number;

/** A small generator with a seed, so that a failure can be repeated. */
export function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const odd: readonly unknown[] = [
  null,
  '',
  -1,
  0,
  1e300,
  'x'.repeat(5000),
  {},
  [],
  '1.2.3',
  'NaN',
  true,
  '\\',
];

/** A copy in which a few values, elements or items are gone, doubled or something else. */
export function changedAtRandom(object: DicomJson, random: Random): DicomJson {
  const copy = structuredClone(object);
  for (let count = random(4); count >= 0; count--) change(copy, random);
  return copy;
}

function change(object: DicomJson, random: Random): void {
  const keys = Object.keys(object);
  const key = keys[random(keys.length)];
  const element = key === undefined ? undefined : object[key];
  if (key === undefined || typeof element !== 'object' || element === null) return;
  const { Value } = element;
  const inner = Array.isArray(Value) ? Value[random(Value.length)] : undefined;
  if (typeof inner === 'object' && inner !== null && random(6) !== 0) {
    change(inner as DicomJson, random);
    return;
  }
  const kind = random(4);
  if (kind === 0) delete object[key];
  else if (kind === 1 && Array.isArray(Value)) Value.push(...Value);
  else if (kind === 2 && Array.isArray(Value)) Value[random(Value.length + 1)] = odd[random(odd.length)];
  else object[key] = { vr: 'UN', Value: odd[random(odd.length)] as unknown[] };
}
