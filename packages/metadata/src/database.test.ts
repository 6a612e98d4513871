// What a closed pool says.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { metadataError, openDatabase } from './database.ts';
import { serverOfThisFile } from './testing/databases.ts';

const newDatabase = serverOfThisFile();

it('a pool that was closed is a service that is away, so that whoever can wait tries again', async () => {
  const database = openDatabase(await newDatabase());
  const ask = () =>
    sql`select 1`.execute(database).catch((error) => {
      throw metadataError(error);
    });
  await ask();
  const asking = Array.from({ length: 20 }, ask);
  await database.destroy();
  const outcomes = await Promise.allSettled([...asking, ask()]);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'unavailable' });
  }
  expect(outcomes.at(-1)).toMatchObject({ status: 'rejected' });
});
