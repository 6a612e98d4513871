// kill -9 while four associations send images: what got Success is there afterwards, and nothing is half there.
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { part10, readObject, sameObject } from '../dimse/archive.ts';
import { dataFiles } from '../support/data.ts';
import { storescu } from '../support/peers/dcmtk.ts';
import { collectOutput, startProgram } from '../support/peers/program.ts';
import { StoreScp } from '../support/peers/storescp.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const files = dataFiles('series/mr-t1').slice(0, 120);
const rounds = 20;
const parts = [0, 1, 2, 3].map((part) => files.filter((_file, index) => index % 4 === part));

/** The files that storescu was told are stored, from what it printed. */
function succeeded(output: string): string[] {
  const acknowledged: string[] = [];
  let sending = '';
  for (const line of output.split('\n')) {
    sending = /Sending file: (.*)/.exec(line)?.[1] ?? sending;
    if (line.includes('Received Store Response (Success)')) acknowledged.push(sending);
  }
  return acknowledged;
}

/** A storescu at work, and what it has printed. */
function sending(port: number, part: readonly string[]) {
  const child = startProgram('storescu', ['-v', '-nh', '-aec', 'STRATA', '127.0.0.1', String(port), ...part]);
  const output = collectOutput(child);
  return { child, ended: once(child, 'close'), output: () => output().stdout + output().stderr };
}

it(`keeps every image that got Success, killed ${rounds} times at random moments`, async () => {
  const { folder, remove } = temporaryFolder('kill-store');
  onTestFinished(remove);
  const data = path.join(folder, 'data');
  // storescu writes data sets anew: what it really sends is what storescp receives.
  await using scp = await StoreScp.start(path.join(folder, 'sent'), ['+xa', '--bit-preserving', '--fork']);
  await Promise.all(parts.map((part) => storescu({ port: scp.port, called: scp.aeTitle }, part)));
  const sent = new Map(scp.files.map(readObject).map((object) => [object.sopInstanceUid, object]));
  const acknowledged = new Set<string>();

  for (let round = 0; round < rounds; round++) {
    const server = await StrataProcess.start(data);
    // Each round begins elsewhere, so that what is new comes at every moment of it.
    const runs = parts.map((part) => {
      const from = (round * 3) % part.length;
      return sending(server.dicomPort, [...part.slice(from), ...part.slice(0, from)]);
    });
    // However slow the machine is: somewhere between nothing and two dozen images after the start.
    const enough = Math.floor(Math.random() * 24);
    const told = () => runs.flatMap(({ output }) => succeeded(output()));
    while (told().length < enough && runs.some(({ child }) => child.exitCode === null)) await sleep(5);
    await sleep(Math.random() * 50);
    await server.kill();
    await Promise.all(runs.map(({ ended }) => ended));
    for (const file of told()) acknowledged.add(readObject(file).sopInstanceUid);
  }

  const again = await StrataProcess.start(data);
  for (const uid of acknowledged) {
    const response = await fetch(`${again.url}/gateway/instances/${uid}/file`);
    expect(response.status, uid).toBe(200);
    const stored = part10(new Uint8Array(await response.arrayBuffer()));
    expect(sameObject(stored, sent.get(uid) as typeof stored), uid).toBe(true);
  }
  const verified = await strata('verify', '--data', data, '--deep', '--json');
  expect(verified.code, `${verified.stdout}${verified.stderr}`).toBe(0);
  for (const part of parts) {
    const { code, stderr } = await storescu({ port: again.dicomPort }, part);
    expect(code, stderr).toBe(0);
  }
  const studies = JSON.parse((await strata('studies', '--data', data, '--json')).stdout);
  expect(JSON.stringify(studies)).toContain(`"instanceCount":${files.length}`);
  expect(acknowledged.size).toBeGreaterThan(rounds);
  expect(await again.stop()).toBe(0);
}, 300_000);
