import { MetadataError } from '@strata/metadata/errors';
import { expect, it } from 'vitest';
import { createLog } from '../../config/log.ts';
import { MetadataService } from './metadata-service.ts';

it('waits for a database that is away, says so once, and ends with what is wrong with it', async () => {
  let tries = 0;
  const said: string[] = [];
  const log = createLog('silent');
  log.warn = ((_: object, message: string) => said.push(message)) as unknown as typeof log.warn;
  const source = {
    ...{ away: '', patienceMs: 0 },
    open: async () => {
      tries += 1;
      throw new MetadataError(tries < 4 ? 'unavailable' : 'refused', `try ${tries}`);
    },
  };
  await expect(MetadataService.start(source, log)).rejects.toMatchObject({
    code: 'metadata-failed',
    message: 'try 4',
  });
  expect(said).toEqual(['waiting for the metadata service']);
});
