// Shares on a real PostgreSQL: what is kept of them, and whose clock ends them.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openUntilTestEnds, query, serverOfThisFile } from '../testing/databases.ts';
import { MAX_LIVE_SHARES } from './share.ts';

const newDatabase = serverOfThisFile();
const hashOf = (token: string) => createHash('sha256').update(token).digest();
const wanted = (token: string, seconds = 86_400) => ({
  ...{ studyUid: '1.2.3', tokenHash: hashOf(token), madeBy: 'Dr Reader', note: 'Dr Ward', ends: { seconds } },
});

describe('a share', () => {
  it('is found by the hash of its token until it ends, by the clock of the database', async () => {
    const url = await newDatabase();
    const { shares } = await openUntilTestEnds(url);
    const made = await shares.make(wanted('a token'));
    expect(made).toMatchObject({ studyUid: '1.2.3', madeBy: 'Dr Reader', note: 'Dr Ward', state: 'open' });
    expect(Date.parse(made.expiresAt) - Date.parse(made.madeAt)).toBeCloseTo(86_400_000, -3);
    const found = await shares.find(hashOf('a token'));
    expect(found).toMatchObject({ id: made.id, state: 'open', usedAt: null });
    expect(found?.leftMs).toBeGreaterThan(86_000_000);
    expect(await shares.find(hashOf('another token'))).toBeNull();
    await query(url, "update shares set expires_at = now() - interval '1 second'");
    expect(await shares.find(hashOf('a token'))).toMatchObject({ state: 'ended', leftMs: 0 });
  });

  it('may end at a moment that is named with its offset', async () => {
    const { shares } = await openUntilTestEnds(await newDatabase());
    const until = new Date(Date.now() + 3_600_000);
    const share = await shares.make({ ...wanted('a token'), ends: { until: until.toISOString() } });
    expect(Date.parse(share.expiresAt)).toBe(until.getTime());
  });

  it('is nowhere in the database as its token says it', async () => {
    const url = await newDatabase();
    const { shares } = await openUntilTestEnds(url);
    await shares.make(wanted('the-secret-of-the-link'));
    const [row] = await query(url, 'select shares::text as line from shares');
    expect(String(row?.line)).toContain(hashOf('the-secret-of-the-link').toString('hex'));
    expect(String(row?.line)).not.toContain('the-secret-of-the-link');
  });

  it('is revoked once and for ever, only as one of its study', async () => {
    const { shares } = await openUntilTestEnds(await newDatabase());
    const { id } = await shares.make(wanted('a token'));
    expect(await shares.revoke('1.2.4', id)).toBeNull();
    expect(await shares.revoke('1.2.3', 'no id')).toBeNull();
    const revoked = await shares.revoke('1.2.3', id);
    expect(revoked).toMatchObject({ state: 'revoked' });
    expect(await shares.revoke('1.2.3', id)).toMatchObject({ revokedAt: revoked?.revokedAt });
    expect(await shares.find(hashOf('a token'))).toMatchObject({ state: 'revoked' });
  });

  it('is listed with its study, the newest first, with its last use', async () => {
    const { shares } = await openUntilTestEnds(await newDatabase());
    const first = await shares.make(wanted('first'));
    const second = await shares.make(wanted('second'));
    await shares.noteUse(first.id);
    const list = await shares.of('1.2.3');
    expect(list.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(list[0]?.usedAt).toBeNull();
    expect(Date.parse(list[1]?.usedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(first.madeAt));
    expect(await shares.of('1.2.4')).toEqual([]);
  });

  it('is refused when it lasts too long, says too much, or there are too many', async () => {
    const { shares } = await openUntilTestEnds(await newDatabase());
    const refused = (change: object) =>
      expect(shares.make({ ...wanted('x'), ...change })).rejects.toMatchObject({ code: 'invalid' });
    await refused({ ends: { seconds: 0 } });
    await refused({ ends: { seconds: 367 * 86_400 } });
    await refused({ ends: { seconds: Number.NaN } });
    await refused({ ends: { until: '2020-01-01T00:00:00Z' } });
    await refused({ ends: { until: '2999-01-01T00:00:00Z' } });
    await refused({ ends: { until: '2026-02-31T00:00:00' } });
    await refused({ note: 'x'.repeat(201) });
    await refused({ studyUid: '' });
    for (let at = 0; at < MAX_LIVE_SHARES; at++) await shares.make(wanted(`token ${at}`));
    await refused({});
  });
});
