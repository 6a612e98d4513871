// One real server for a file of tests, and an empty database of its own for each test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { EmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { Metadata } from '../metadata.ts';

/** Starts a server for all tests of the file. @returns a function that makes an empty database and gives its URL */
export function serverOfThisFile(): () => Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'strata-metadata-'));
  let server: EmbeddedPostgres;
  let made = 0;
  beforeAll(async () => {
    server = await EmbeddedPostgres.start({ folder });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return async () => {
    const name = `test_${++made}`;
    await query(server.url, `create database ${name}`);
    return server.url.replace(/[^/]*$/, name);
  };
}

/** Opens the metadata of a database until the test is over. */
export async function openUntilTestEnds(url: string): Promise<Metadata> {
  const metadata = await Metadata.open(url);
  onTestFinished(() => metadata.close());
  return metadata;
}

/** Runs SQL on a connection of its own. */
export async function query(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
