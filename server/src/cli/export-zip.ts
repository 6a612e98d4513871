// `strata export --zip`: the archive of a study or a series as the server makes it, as one file.
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../config/make-folder.ts';
import { CommandError } from './failure.ts';
import { putInPlace } from './original-file.ts';
import { showProgress } from './progress.ts';
import { ask } from './server-client.ts';
import { stopping } from './stopping.ts';
import { count, duration, size } from './words.ts';

/**
 * Fetches the archive and puts it at `file`, whole or not at all.
 * @param uid a Study or Series Instance UID
 * @throws CommandError when there is no such study or series, when a file is there already, or when the archive breaks off
 */
export async function exportZip(url: string, uid: string, file: string, viewer: 'yes' | 'no'): Promise<void> {
  const began = Date.now();
  const response = await archiveOf(url, uid, viewer);
  await makeFolder(path.dirname(path.resolve(file)));
  const temporary = `${file}.${process.pid}.part`;
  const progress = showProgress('Exporting', 1);
  let length = 0;
  try {
    const handle = await open(temporary, 'w');
    try {
      for await (const chunk of whole(response)) {
        length += chunk.length;
        await handle.appendFile(chunk);
        progress.update(0, size(length));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await putInPlace(temporary, file))) {
      throw new CommandError(
        `${file} is there already. It was not overwritten: move it away or give another name.`,
      );
    }
  } finally {
    progress.stop();
    await rm(temporary, { force: true });
  }
  process.stdout.write(
    `${count(1, 'archive')} in ${file}, ${size(length)} in ${duration(Date.now() - began)}.\n`,
  );
}

/** Of the study of this UID, else of the series. */
async function archiveOf(url: string, uid: string, viewer: 'yes' | 'no'): Promise<Response> {
  const place = `${encodeURIComponent(uid)}/zip?viewer=${viewer}`;
  try {
    return await ask(`${url}/gateway/studies/${place}`);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'not-found') throw error;
  }
  try {
    return await ask(`${url}/gateway/series/${place}`);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'not-found') throw error;
    throw new CommandError(`No study or series ${uid} is stored. See what is: strata studies.`);
  }
}

/** The server cuts the connection when an object cannot be read: what came is no archive then. */
async function* whole({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (cause) {
    stopping.throwIfAborted();
    const why = 'The archive broke off before its end. Run strata verify --deep: an object may be damaged.';
    throw new CommandError(why, { cause });
  }
}
