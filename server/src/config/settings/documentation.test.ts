// docs/settings.md against the schema: its examples are settings, and it names every key of the sections that it explains.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseSettings, settingsSchema } from './settings.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/settings.md'), 'utf8');
const examples = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = '']) => json);
const explained = ['dicom', 'deidentify', 'forward', 'prefetch', 'pool', 'metadata'];

interface Schema {
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** The keys of a section and of everything in it. */
function keysIn({ properties = {}, items, anyOf = [] }: Schema): string[] {
  const own = Object.entries(properties).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
  return [...own, ...(items ? keysIn(items) : []), ...anyOf.flatMap(keysIn)];
}

it.each(examples)('the example is one that Strata starts with: %s', (example) => {
  expect(Object.keys(parseSettings(example, 'settings.json')).length).toBeGreaterThan(1);
});

it('has an example of every section that it explains, and names every key of it', () => {
  const { properties = {} } = z.toJSONSchema(settingsSchema, {
    io: 'input',
    unrepresentable: 'any',
  }) as Schema;
  for (const section of explained) {
    const part = text.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
    expect(
      examples.some((example) => part.includes(example)),
      section,
    ).toBe(true);
    const missing = keysIn(properties[section] ?? {}).filter(
      (key) => !part.includes(`\`${key}\``) && !part.includes(`"${key}"`),
    );
    expect(missing, `keys of ${section} that docs/settings.md does not name`).toEqual([]);
  }
});
