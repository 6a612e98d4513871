// Ends: told to stop, interrupted, or left alone by the process that started it. The folder is free afterwards.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

const { folder, remove } = temporaryFolder('stopping');
afterAll(remove);

const main = path.resolve(import.meta.dirname, '../../server/src/cli/main.ts');
const files = dataFiles('series/mr-t1');

function run(args: string[], env: Record<string, string> = {}): ChildProcess {
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
  return spawn(process.execPath, [main, ...args], { stdio: [...stdio], env: { ...process.env, ...env } });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Neither run.json nor a database process is left, and the next command finds the folder free. */
async function isFree(data: string): Promise<void> {
  expect(existsSync(path.join(data, 'run.json'))).toBe(false);
  expect(globSync('postgres/**/postmaster.pid', { cwd: data })).toEqual([]);
  expect((await strata('verify', '--data', data)).code).toBe(0);
}

describe('strata start', () => {
  it('stops when the process that holds its lifeline is gone', async () => {
    const data = path.join(folder, 'lifeline');
    const child = run(['start', '--data', data, '--port', '0'], { STRATA_LIFELINE_FD: '3' });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.stdio[3]?.destroy();
    expect(await ended(child)).toBe(0);
    await isFree(data);
  });

  it('stops with the process that started it also after a restart, in which its lifeline is lost', async () => {
    const data = path.join(folder, 'restarted');
    const args = JSON.stringify([main, 'start', '--data', data, '--port', '0', '--dicom-port', '0']);
    const script = `require('node:child_process').spawn(process.execPath, ${args}, {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'], env: { ...process.env, STRATA_LIFELINE_FD: '3' } })`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout, 'data');
    expect((await strata('restart', '--data', data)).code).toBe(0);
    parent.kill('SIGKILL');
    const database = () => globSync('postgres/**/postmaster.pid', { cwd: data });
    for (const until = Date.now() + 20_000; database().length > 0; await sleep(50))
      expect(Date.now()).toBeLessThan(until);
    await isFree(data);
  });

  it('takes a Ctrl-C that its parents pass on as well for one, and stops in order', async () => {
    const data = path.join(folder, 'twice');
    const child = run(['start', '--data', data, '--port', '0']);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    for (const pause of [0, 20, 40]) {
      await sleep(pause);
      child.kill('SIGINT');
    }
    expect(await ended(child)).toBe(0);
    await isFree(data);
  });

  it('takes no other descriptor for its lifeline', async () => {
    const data = path.join(folder, 'no-lifeline');
    const child = spawn(process.execPath, [main, 'start', '--data', data, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, STRATA_LIFELINE_FD: '3' },
    });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended(child)).toBe(0);
    await isFree(data);
  });

  it('told to stop while files come in, finishes or refuses each, and keeps what it acknowledged', async () => {
    const data = path.join(folder, 'busy');
    const server = await StrataProcess.start(data);
    const importing = strata('import', '--data', data, '--json', ...files);
    for (let listed = 0; listed < 10; await sleep(20)) {
      listed = globSync('store/blobs/*/*/*', { cwd: data }).length;
    }
    expect(await server.stop()).toBe(0);
    const ran = await importing;
    const acknowledged = JSON.parse(ran.stdout).files.filter(
      ({ outcome }: { outcome: string }) => outcome === 'stored',
    );
    await isFree(data);
    const again = JSON.parse((await strata('import', '--data', data, '--json', ...files)).stdout);
    expect(again.stored + again.already).toBe(files.length);
    expect(again.already).toBeGreaterThanOrEqual(acknowledged.length);
  });
});

describe('a command that runs its own server', () => {
  it('is interrupted with a report of what was done, and can be run again', async () => {
    const data = path.join(folder, 'interrupted');
    const child = run(['import', '--data', data, '--json', ...files]);
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    for (let listed = 0; listed < 10; await sleep(20)) {
      listed = globSync('store/blobs/*/*/*', { cwd: data }).length;
    }
    child.kill('SIGINT');
    expect(await ended(child)).toBe(130);
    const report = JSON.parse(Buffer.concat(chunks).toString());
    expect(report.stored).toBeLessThan(files.length);
    await isFree(data);
    expect((await strata('import', '--data', data, ...files)).code).toBe(0);
  });

  it('waits for another command that uses the folder', async () => {
    const data = path.join(folder, 'shared');
    const importing = run(['import', '--data', data, ...files.slice(0, 20)]);
    while (!existsSync(path.join(data, 'run.json'))) await sleep(10);
    importing.kill('SIGSTOP');
    const other = run(['import', '--data', data, ...files.slice(20, 30)]);
    const [said] = await once(other.stderr as NodeJS.ReadableStream, 'data');
    expect(String(said)).toMatch(`Waiting for strata import (process ${importing.pid})`);
    importing.kill('SIGCONT');
    expect(await ended(importing)).toBe(0);
    expect(await ended(other)).toBe(0);
  });
});
