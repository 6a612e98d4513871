// kill -9 while images are being taken in: nothing acknowledged is missing afterwards, nothing is half there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFiles } from '../support/data.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

// DIRFILE.dcm is the medium's DICOMDIR: a list of the others, no object.
const files = dataFiles('series/ct-philips').filter((file) => !file.endsWith('DIRFILE.dcm'));
const rounds = 20;

/** Sends the files over four connections and kills the server after so many acknowledgements. @returns who was acknowledged: SOP Instance UID to file */
async function importAndKill(server: StrataProcess, acknowledgements: number, delayMs: number) {
  const acknowledged = new Map<string, string>();
  const waiting = [...files];
  let killed: Promise<void> | undefined;
  const send = async () => {
    for (let file = waiting.shift(); file && !killed; file = waiting.shift()) {
      const response = await fetch(`${server.url}/gateway/instances`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom' },
        body: readFileSync(file),
      });
      const answer = (await response.json()) as { outcome: string; sopInstanceUid: string };
      const { outcome, sopInstanceUid } = answer;
      if (outcome === 'stored') acknowledged.set(sopInstanceUid, file);
      if (acknowledged.size >= acknowledgements && !killed) {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        killed ??= server.kill();
      }
    }
  };
  await Promise.allSettled([send(), send(), send(), send()]);
  await (killed ?? server.kill());
  return acknowledged;
}

describe('kill -9 during an import', () => {
  it(`loses nothing acknowledged and leaves nothing half stored, ${rounds} times at random moments`, async () => {
    for (let round = 0; round < rounds; round++) {
      const { folder, remove } = temporaryFolder('kill');
      const data = path.join(folder, 'data');
      const moment = {
        acknowledgements: Math.floor(Math.random() * files.length),
        delayMs: Math.random() * 40,
      };
      const when = `round ${round}, killed ${JSON.stringify(moment)}`;

      const acknowledged = await importAndKill(
        await StrataProcess.start(data),
        moment.acknowledgements,
        moment.delayMs,
      );

      const again = await StrataProcess.start(data);
      for (const [uid, file] of acknowledged) {
        const response = await fetch(`${again.url}/gateway/instances/${uid}/file`);
        expect(response.status, `${when}: ${uid}`).toBe(200);
        expect(readFileSync(file).equals(Buffer.from(await response.arrayBuffer())), `${when}: ${file}`).toBe(
          true,
        );
      }
      const verified = await strata('verify', '--data', data, '--json');
      expect(verified.code, `${when}: ${verified.stdout}${verified.stderr}`).toBe(0);
      const completed = await strata('import', '--data', data, '--json', ...files);
      expect(completed.code, `${when}: ${completed.stderr}`).toBe(0);
      const studies = JSON.parse((await strata('studies', '--data', data, '--json')).stdout);
      expect(JSON.stringify(studies), when).toContain(`"instanceCount":${files.length}`);
      expect(await again.stop(), when).toBe(0);
      remove();
    }
  }, 600_000);
});
