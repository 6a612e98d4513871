// What a token opens, also while the database is away.
import { MetadataError } from '@strata/metadata/errors';
import type { FoundShare } from '@strata/metadata/shares/share';
import { expect, it } from 'vitest';
import { newToken } from './share-token.ts';
import { SharedAccess } from './shared-access.ts';

const share = (change: Partial<FoundShare> = {}): FoundShare => ({
  ...{ id: 'an id', studyUid: '1.2.3', madeBy: '', note: '', madeAt: '', expiresAt: '', revokedAt: null },
  ...{ usedAt: null, state: 'open', leftMs: 60_000 },
  ...change,
});

/** A database that says this, or is away. */
function database(says: () => FoundShare | null) {
  const used: string[] = [];
  const shares = {
    find: async () => says(),
    noteUse: async (id: string) => {
      used.push(id);
    },
  };
  return { used, access: new SharedAccess(shares, { warn: () => {} }) };
}

const away = (): never => {
  throw new MetadataError('unavailable', 'away');
};

it('opens its study, and has its use written down once in a while', async () => {
  const { access, used } = database(() => share());
  const token = newToken();
  for (let time = 0; time < 3; time++)
    expect(await access.of(token)).toMatchObject({ state: 'open', share: { studyUid: '1.2.3' } });
  expect(used).toEqual(['an id']);
});

it('opens nothing when it has ended, was revoked, is not known, or is no token', async () => {
  const state = (found: FoundShare | null, token = newToken()) => database(() => found).access.of(token);
  expect(await state(share({ state: 'ended', leftMs: 0 }))).toEqual({ state: 'ended' });
  expect(await state(share({ state: 'revoked' }))).toEqual({ state: 'revoked' });
  expect(await state(null)).toEqual({ state: 'unknown' });
  expect(await state(share(), '../etc/passwd')).toEqual({ state: 'unknown' });
});

it('stays open without the database for who was in, until its end, and lets nobody new in', async () => {
  let says: () => FoundShare | null = () => share();
  const { access } = database(() => says());
  const [known, ending, stranger] = [newToken(), newToken(), newToken()];
  await access.of(known);
  says = () => share({ leftMs: 0 });
  await access.of(ending);
  says = away;
  expect(await access.of(known)).toMatchObject({ state: 'open' });
  for (const token of [ending, stranger])
    await expect(access.of(token)).rejects.toMatchObject({ code: 'unavailable' });
  says = () => share({ state: 'revoked' });
  expect(await access.of(known)).toEqual({ state: 'revoked' });
  says = away;
  await expect(access.of(known)).rejects.toMatchObject({ code: 'unavailable' });
});
