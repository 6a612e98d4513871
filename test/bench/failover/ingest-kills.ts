// Images are sent to a pool while its processes are killed at random; what was acknowledged must all be there, and whole.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolReport } from '../../../server/src/http/pool-routes.ts';
import { type Pool, until } from '../../support/pool.ts';

export interface IngestKills {
  readonly kills: number;
  readonly sent: number;
  /** Of these, acknowledged before or despite a kill; the others were sent again at the end. */
  readonly acknowledged: number;
  /** What was acknowledged and is not there, or not as it was sent; in words. */
  readonly lost: readonly string[];
  /** What `strata verify` found at the end: its exit code and words. */
  readonly verified: { readonly code: number | null; readonly said: string };
}

const CONNECTIONS = 4;

/**
 * Sends group after group to all gateways, kills one process of the pool during each at a random moment, and looks at
 * everything at the end.
 */
export async function killDuringIngest(
  pool: Pool,
  groups: readonly (readonly string[])[],
  random: () => number,
): Promise<IngestKills> {
  const acknowledged = new Map<string, string>();
  const refused: string[] = [];
  let victims = '';
  for (const files of groups) {
    const victim = pool.all[Math.floor(random() * pool.all.length)] ?? pool.metadata;
    victims += `${victim.name} `;
    const sending = send(pool, files, acknowledged);
    await sleep(random() * 1000);
    await victim.kill();
    // As whoever watches over a process does.
    const [rest] = await Promise.all([sending, victim.start()]);
    refused.push(...rest);
  }
  await pool.untilAlive();
  const before = acknowledged.size;
  const failed = await send(pool, refused, acknowledged);
  const lost = failed.map(
    (file) => `${file} cannot be stored even when nobody is killed (killed: ${victims})`,
  );
  await until(async () => (await copiesMissing(pool)) === 0);
  for (const [uid, file] of acknowledged) {
    const { url, name } = pool.server(Math.floor(random() * pool.servers.length));
    const response = await fetch(`${url}/gateway/instances/${uid}/file`);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) lost.push(`${uid} at ${name}: status ${response.status}`);
    else if (!readFileSync(file).equals(bytes)) lost.push(`${uid} at ${name} is not what was sent`);
  }
  const { code, stdout, stderr } = await pool.server(0).run('verify', '--json');
  const sent = groups.reduce((sum, files) => sum + files.length, 0);
  const verified = { code, said: code === 0 ? '' : stdout + stderr };
  return { kills: groups.length, sent, acknowledged: before, lost, verified };
}

/** Sends files over a few connections to all gateways in turn. @returns what was not acknowledged */
async function send(
  { servers }: Pool,
  files: readonly string[],
  acknowledged: Map<string, string>,
): Promise<string[]> {
  const refused: string[] = [];
  const waiting = files.entries();
  const work = async () => {
    for (const [at, file] of waiting) {
      const uid = await store(servers[at % servers.length]?.url ?? '', file).catch(() => null);
      if (uid === null) refused.push(file);
      else acknowledged.set(uid, file);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return refused;
}

/** @returns the SOP Instance UID when the gateway says that it is stored */
async function store(url: string, file: string): Promise<string | null> {
  const response = await fetch(`${url}/gateway/instances`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom' },
    body: readFileSync(file),
  });
  const { outcome, sopInstanceUid } = (await response.json()) as {
    outcome?: string;
    sopInstanceUid?: string;
  };
  return (outcome === 'stored' || outcome === 'already') && sopInstanceUid ? sopInstanceUid : null;
}

/** Blobs that have fewer than two copies, or wait to be looked at. */
async function copiesMissing(pool: Pool): Promise<number> {
  const response = await fetch(`${pool.server(0).url}/admin/pool`);
  const { overview } = (await response.json()) as PoolReport;
  const below = overview.copies.filter(({ replicas }) => replicas < 2);
  return below.length + overview.settlings.length;
}
