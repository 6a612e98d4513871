// Who is measured: Strata, a page on HTJ2K files, a page on WADO-RS; each filled with the same studies before the clock.
import { readFileSync } from 'node:fs';
import { Orthanc } from '../../support/peers/orthanc.ts';
import { StrataProcess, strata } from '../../support/strata.ts';
import { FileServer } from './file-server.ts';
import { writeHtj2k, writeWadoIndex } from './htj2k-files.ts';
import { type BenchStudy, bystander } from './made-images.ts';
import { buildPeerPage } from './peer-page.ts';

export type Name = 'strata' | 'htj2k' | 'wado';

export interface Contenders {
  /** The port that each is served at. */
  readonly ports: Readonly<Record<Name, number>>;
  /** Bytes of each study as HTJ2K. */
  readonly htj2kBytes: ReadonlyMap<BenchStudy, number>;
  stop(): Promise<void>;
}

/** Where the peers' page finds the list of a study's frames. */
export function indexOf(name: 'htj2k' | 'wado', study: BenchStudy): string {
  return name === 'htj2k' ? `/htj2k/${study.uid}/index.json` : `/wado/${study.uid}/index.json`;
}

/** Starts all of them. @param folder a new empty one for all their data */
export async function startContenders(
  folder: string,
  studies: readonly BenchStudy[],
  names: ReadonlySet<Name>,
): Promise<Contenders> {
  const data = `${folder}/strata`;
  const server = await StrataProcess.start(data);
  const stopping: (() => Promise<unknown>)[] = [() => server.stop()];
  const stop = async () => {
    for (const each of stopping.splice(0)) await each();
  };
  try {
    const files = studies.flatMap(({ instances }) => instances.map(({ file }) => file));
    const { code, stderr } = await strata('import', '--data', data, '--json', ...files, bystander());
    if (code !== 0) throw new Error(`strata import ended with ${code}: ${stderr.slice(-500)}`);
    const htj2kBytes = new Map<BenchStudy, number>();
    const pages = `${folder}/pages`;
    await buildPeerPage(pages);
    for (const study of names.has('htj2k') ? studies : []) {
      htj2kBytes.set(study, await writeHtj2k(study, `${pages}/htj2k/${study.uid}`));
    }
    let orthanc = 'http://127.0.0.1:1';
    if (names.has('wado')) {
      const archive = await Orthanc.start();
      stopping.push(() => archive.stop());
      orthanc = archive.url;
      for (const file of files) await archive.post('/instances', readFileSync(file));
      for (const study of studies) await writeWadoIndex(study, `${pages}/wado/${study.uid}`);
    }
    const fileServer = await FileServer.start(pages, orthanc);
    stopping.push(() => fileServer.close());
    const ports = { strata: Number(new URL(server.url).port), htj2k: fileServer.port, wado: fileServer.port };
    return { ports, htj2kBytes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
