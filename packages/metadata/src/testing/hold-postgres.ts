// A process that starts the embedded server and waits to be killed, for tests: `node hold-postgres.ts FOLDER`.
//
// Prints a line of JSON: `{url, pid}`, or `{code, message}` when it does not start.
import { EmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { MetadataError } from '../errors.ts';

try {
  const server = await EmbeddedPostgres.start({ folder: process.argv[2] ?? '' });
  console.log(JSON.stringify({ url: server.url, pid: server.pid }));
  setInterval(() => undefined, 1000);
} catch (error) {
  if (!(error instanceof MetadataError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
