// Whether this process can do its work, and what it lacks.
import type { DicomService } from '../dimse/dicom-service.ts';
import type { Readiness } from '../http/health-routes.ts';
import type { Membership } from '../pool/membership.ts';
import type { MetadataService } from './metadata/metadata-service.ts';

const CHANGING_OVER =
  'The metadata service is changing over: what is stored is shown, what is to be stored waits.';

/**
 * Ready: the database answers and the lease holds. A server that is not still shows what it has. While the database changes
 * over, and is not yet ready to hear this server, it is ready for as long as changes wait: nobody is to leave it for what no
 * server has.
 */
export async function readinessOf(
  database: MetadataService,
  membership: Membership | null,
  dicom: DicomService | null,
): Promise<Readiness> {
  const state = await database.state();
  const unheardMs = membership?.unheardMs ?? 0;
  const changesOver = state === 'changes-over' || (state === 'answers' && unheardMs > 0);
  const isExcused = changesOver && unheardMs < database.patienceMs;
  const trouble = membership === null ? 'This server has not joined its pool yet.' : membership.trouble;
  const lacks = [
    state === 'away' ? database.away : '',
    isExcused ? CHANGING_OVER : trouble,
    dicom?.missing ?? '',
  ];
  return {
    ready: state !== 'away' && (trouble === '' || (isExcused && unheardMs > 0)),
    missing: lacks.filter((words) => words !== ''),
  };
}
