// The archives that are measured: each started empty, and asked to take images.
import { Orthanc } from '../../support/peers/orthanc.ts';
import { StrataProcess, temporaryFolder } from '../../support/strata.ts';

export type ArchiveName = 'strata' | 'orthanc';

export interface Running {
  readonly port: number;
  readonly called: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** An empty archive. */
export async function startArchive(name: ArchiveName): Promise<Running> {
  if (name === 'orthanc') {
    const orthanc = await Orthanc.start();
    const { dicomPort: port, aeTitle: called, pid } = orthanc;
    return { port, called, pid, stop: () => orthanc.stop() };
  }
  const { folder, remove } = temporaryFolder('bench-ingest');
  const strata = await StrataProcess.start(`${folder}/data`);
  return {
    port: strata.dicomPort,
    called: 'STRATA',
    pid: strata.pid,
    stop: async () => {
      await strata.stop();
      remove();
    },
  };
}
