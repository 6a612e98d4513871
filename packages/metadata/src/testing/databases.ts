// One real server for a file of tests, or a cluster for all of them, and an empty database of its own for each test.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { Connections } from '../connections/connections.ts';
import { EmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { Metadata } from '../metadata.ts';

/** An address list at which databases may be made; then tests run there and not on servers of their own. */
const elsewhere = process.env.STRATA_TEST_METADATA;

/**
 * Starts a server for all tests of the file.
 * @param options `oneAddress`: the URL never is a list but the primary's, for tests that go there without our connections
 * @returns a function that makes an empty database and gives its URL
 */
export function serverOfThisFile({ oneAddress = false } = {}): () => Promise<string> {
  return elsewhere ? databasesAt(elsewhere, oneAddress) : databasesOfAnEmbeddedServer();
}

function databasesOfAnEmbeddedServer(): () => Promise<string> {
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

function databasesAt(list: string, oneAddress: boolean): () => Promise<string> {
  const made: string[] = [];
  let url = list;
  beforeAll(async () => {
    const primary = await primaryOf(list);
    const hosts = /@([^/]*)/.exec(list)?.[1]?.split(',') ?? [];
    // The primary comes first: what goes to the first address only finds it too.
    const others = oneAddress ? [] : hosts.filter((host) => host !== primary);
    url = list.replace(/@[^/]*/, `@${[primary, ...others].join()}`);
  });
  afterAll(async () => {
    for (const name of made) await dropDatabase(url, name);
  });
  return async () => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    made.push(name);
    await query(url, `create database ${name}`);
    return url.replace(/[^/?]*(?=\?|$)/, name);
  };
}

/**
 * Drops a database whoever is connected to it. While autovacuum is at work in it PostgreSQL 15 refuses that to who is no
 * superuser: such a worker is of no role.
 */
async function dropDatabase(url: string, name: string): Promise<void> {
  for (let time = 1; ; time++) {
    try {
      await query(url, `drop database if exists ${name} with (force)`);
      return;
    } catch (error) {
      const isRefused = error instanceof Error && 'code' in error && error.code === '42501';
      if (!isRefused || time === 40) throw error;
      await sleep(250);
    }
  }
}

/** The primary of a list, as `host:port`. */
async function primaryOf(list: string): Promise<string> {
  const connections = Connections.open(list);
  try {
    const client = await connections.client(10_000);
    const { host, port } = client;
    await client.end();
    return `${host}:${port}`;
  } finally {
    await connections.close();
  }
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
  const connections = Connections.open(url);
  try {
    const client = await connections.client(10_000);
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  } finally {
    await connections.close();
  }
}
