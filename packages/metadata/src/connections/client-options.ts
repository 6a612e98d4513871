// What every connection to a server of an address list has in common.
import pg from 'pg';
import type { Address, AddressList } from './address-list.ts';
import { SERVER_SIDE_OPTIONS } from './limits.ts';
import { tlsOptions } from './tls.ts';

const INT8 = 20;
/** Of silence, before the system asks whether the other end is still there. */
const KEEP_ALIVE_MS = 10_000;

/** The options of a client of this server; 64-bit integers come as numbers. Throws MetadataError `invalid` as `tlsOptions` does. */
export function clientOptions(list: AddressList, { host, port }: Address): pg.ClientConfig {
  const ssl = tlsOptions(list);
  return {
    ...{
      host,
      port,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'strata',
    },
    ...{ user: list.user, password: list.password, database: list.database },
    ...(ssl !== undefined && { ssl }),
    options: SERVER_SIDE_OPTIONS,
    types: {
      getTypeParser: ((oid, format) =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  };
}
