// The archives that are measured: each started empty, and asked to take images.
import { Orthanc } from '../../support/peers/orthanc.ts';
import { StrataProcess, temporaryFolder } from '../../support/strata.ts';

export const ARCHIVES = ['strata', 'orthanc', 'orthanc, TCP_NODELAY'] as const;
export type ArchiveName = (typeof ARCHIVES)[number];

/** Makes DCMTK's sockets send at once, in Orthanc and in storescu. */
const NO_DELAY = { TCP_NODELAY: '1' };

export interface Running {
  readonly port: number;
  readonly called: string;
  readonly pid: number;
  /** Of the sender. */
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** An empty archive. */
export async function startArchive(name: ArchiveName): Promise<Running> {
  if (name !== 'strata') {
    const env: Record<string, string> = name === 'orthanc' ? {} : NO_DELAY;
    const orthanc = await Orthanc.start({ env });
    const { dicomPort: port, aeTitle: called, pid } = orthanc;
    return { port, called, pid, env, stop: () => orthanc.stop() };
  }
  const { folder, remove } = temporaryFolder('bench-ingest');
  const strata = await StrataProcess.start(`${folder}/data`);
  return {
    port: strata.dicomPort,
    called: 'STRATA',
    pid: strata.pid,
    env: {},
    stop: async () => {
      await strata.stop();
      remove();
    },
  };
}
