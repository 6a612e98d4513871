// What becomes of refused files: kept where their sender may have forgotten them, asked for again where nothing can be kept.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLog } from '../config/log.ts';
import { scratchFolder } from '../testing/test-files.ts';
import type { IngestSource } from './ingest-source.ts';
import { keepAside, keepsRefused } from './keep-aside.ts';
import { statusOf } from './outcome.ts';
import { Quarantine } from './quarantine.ts';

const log = createLog('silent');
const scanner: IngestSource = { kind: 'dimse', callingAe: 'CT1', calledAe: 'STRATA', peer: '10.0.0.1:1' };
const refused = (code: string, source: IngestSource = scanner) => ({
  ...{ code, reason: 'It is broken.', bytes: new Uint8Array([1, 2, 3]), deidentified: false },
  ...{ identity: null, storedDigest: null, source },
});

it('keeps what came over the network, and says so', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  for (const source of [scanner, { kind: 'stow', peer: 'x' }, { kind: 'prefetch', peer: 'PACS' }] as const) {
    const answer = await keepAside({ quarantine, log }, refused('malformed', source));
    expect(answer).toMatchObject({ outcome: 'refused', code: 'malformed', quarantined: expect.any(String) });
    expect(answer.reason).toBe('It is broken. It is kept in quarantine.');
    expect(keepsRefused(source)).toBe(true);
  }
  expect((await quarantine.list()).entries).toMatchObject([{ note: { refusals: 3 } }]);
});

it('does not keep what its sender has, nor what may be taken in a moment', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  for (const one of [
    refused('malformed', { kind: 'import' }),
    refused('malformed', { kind: 'retry', original: scanner, deidentified: false }),
    refused('metadata-unavailable'),
    refused('no-space'),
    refused('stopping'),
  ]) {
    expect(await keepAside({ quarantine, log }, one)).toEqual({
      outcome: 'refused',
      code: one.code,
      reason: 'It is broken.',
    });
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

it('keeps a contradiction also of an import, since the store may be the one that is wrong', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path);
  const answer = await keepAside({ quarantine, log }, refused('conflict', { kind: 'import' }));
  expect(answer.quarantined).toBeDefined();
});

it('asks for the file again when it can neither be taken nor be kept', async () => {
  using folder = scratchFolder();
  const quarantine = new Quarantine(folder.path, { bytes: 1, files: 1 });
  const answer = await keepAside({ quarantine, log }, refused('malformed'));
  expect(answer).toMatchObject({ outcome: 'refused', code: 'quarantine-full' });
  expect(answer.quarantined).toBeUndefined();
  expect(statusOf('quarantine-full')).toBe(507);
});
