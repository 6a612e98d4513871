// run.json: where the running process of a data folder answers, for the commands that want to talk to it.
import { readFile, rm } from 'node:fs/promises';
import { runFile, writeDurably } from './data-folder.ts';

export interface RunInfo {
  readonly pid: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The command that runs it: `start` serves until it is stopped, others only as long as they take. */
  readonly command: string;
  /** Where DICOM peers reach it, `AETITLE@host:port`, when it listens for them. */
  readonly dicom?: string;
}

export async function writeRunFile(folder: string, info: RunInfo): Promise<void> {
  await writeDurably(runFile(folder), `${JSON.stringify(info)}\n`);
}

export async function removeRunFile(folder: string): Promise<void> {
  await rm(runFile(folder), { force: true });
}

/** What run.json says, or null when there is none or it makes no sense. It may be left over from a process that was killed. */
export async function readRunFile(folder: string): Promise<RunInfo | null> {
  try {
    const { pid, url, command, dicom } = JSON.parse(
      await readFile(runFile(folder), 'utf8'),
    ) as Partial<RunInfo>;
    if (!Number.isInteger(pid) || typeof url !== 'string' || typeof command !== 'string') return null;
    if (!/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost):\d+$/.test(url)) return null;
    return { pid: pid as number, url, command, ...(typeof dicom === 'string' && { dicom }) };
  } catch {
    return null;
  }
}
