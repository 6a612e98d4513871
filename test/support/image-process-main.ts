// One image server as a process of its own: what `image-process.ts` starts, kills and stops.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Metadata } from '@strata/metadata/metadata';
import { BlobStore } from '@strata/store/blob-store';
import { attachImageRole } from '../../server/src/image/image-role.ts';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: '' },
    database: { type: 'string', default: '' },
    id: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
    pool: { type: 'string', default: '[]' },
  },
});

// The lifeline: when whoever started this is gone, so is this.
process.stdin.on('end', () => process.exit(1)).resume();

const store = await BlobStore.open(values.store);
const metadata = await Metadata.open(values.database);
const http = createServer((_, response) => response.writeHead(404).end());
const quiet = () => {};
const role = attachImageRole({
  ...{ httpServer: http, store, metadata },
  serverId: values.id,
  pool: JSON.parse(values.pool),
  log: { debug: quiet, info: quiet, warn: quiet },
  originAllowed: (origin) => origin === undefined,
});
process.once('SIGTERM', () => void role.close('graceful').then(() => process.exit(0)));
http.listen(Number(values.port), '127.0.0.1', () => {
  process.stdout.write(`ready ${(http.address() as AddressInfo).port}\n`);
});
