// Images that are stored, taken out again and compared, for tests of backups.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { strata } from '../support/strata.ts';

/** Real images of two series. DIRFILE.dcm is a medium's index of the others. */
export const images = ['ct-philips', 'mr-t1'].flatMap((name) =>
  dataFiles(`series/${name}`)
    .filter((file) => !file.endsWith('DIRFILE.dcm'))
    .slice(0, 50),
);

/** Has a server take files in, two at a time. */
export async function ingest(url: string, files: readonly string[]): Promise<void> {
  const waiting = [...files];
  const send = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const response = await fetch(`${url}/gateway/instances`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom' },
        body: readFileSync(file),
      });
      const answer = (await response.json()) as { outcome: string };
      if (answer.outcome !== 'stored') throw new Error(`${file}: ${JSON.stringify(answer)}`);
    }
  };
  await Promise.all([send(), send()]);
}

/** A command that must do all that it was asked. @returns its JSON */
export async function asked<Told>(...args: string[]): Promise<Told> {
  const ran = await strata(...args, '--json');
  if (ran.code !== 0) throw new Error(`strata ${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
  return JSON.parse(ran.stdout) as Told;
}

/** Sees that everything is as it should be. @returns how many instances there are */
export async function isClean(data: string): Promise<number> {
  const { clean, instances, rebuilt } = await asked<{ clean: boolean; instances: number; rebuilt: number }>(
    'verify',
    ...['--deep', '--data', data],
  );
  expect({ clean, rebuilt }).toEqual({ clean: true, rebuilt: instances });
  return instances;
}

/** Exports everything. @returns SHA-256 of each file, sorted */
export async function exported(data: string, to: string): Promise<string[]> {
  const { studies } = await asked<{ studies: { studyUid: string }[] }>('studies', '--data', data);
  for (const { studyUid } of studies) {
    const ran = await strata('export', studyUid, '--data', data, '--out', to);
    expect(ran.code, ran.stderr).toBe(0);
  }
  const digests = globSync('**/*.dcm', { cwd: to }).map((file) => digestOf(path.join(to, file)));
  rmSync(to, { recursive: true });
  return digests.sort();
}

export function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The blobs below a folder, by their names. */
export function blobsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** A small file system; null where this user may not mount one. */
export function smallDisk(folder: string, megabytes: number): (() => void) | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'strata-test', folder], {
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  return () => execFileSync('umount', ['-l', folder]);
}
