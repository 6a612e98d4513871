// The two archives that are measured, each filled with the same series before anybody asks.
import { readFileSync } from 'node:fs';
import { Orthanc } from '../../support/peers/orthanc.ts';
import { StrataProcess, strata } from '../../support/strata.ts';
import type { MadeSeries } from './made-series.ts';

export interface Filled {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A `strata start` on a new data folder below `folder`, started again when the files of `images` were imported. */
export async function filledStrata(folder: string, images: string): Promise<Filled> {
  const data = `${folder}/data`;
  const filling = await StrataProcess.start(data);
  const { code, stderr, stdout } = await strata('import', '--data', data, images);
  await filling.stop();
  if (code !== 0)
    throw new Error(`strata import ended with ${code}: ${stdout.slice(-500)}${stderr.slice(-500)}`);
  const server = await StrataProcess.start(data);
  const { pid } = server;
  return { port: Number(new URL(server.url).port), pid, stop: async () => void (await server.stop()) };
}

/** An Orthanc with its documented defaults and the same files. */
export async function filledOrthanc(series: readonly MadeSeries[]): Promise<Filled> {
  const orthanc = await Orthanc.start();
  for (const { instances } of series) {
    for (const { file } of instances) await orthanc.post('/instances', readFileSync(file));
  }
  return { port: Number(new URL(orthanc.url).port), pid: orthanc.pid, stop: () => orthanc.stop() };
}
