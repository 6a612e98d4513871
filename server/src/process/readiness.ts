// Whether this process can do its work, and what it lacks.
import type { DicomService } from '../dimse/dicom-service.ts';
import type { Readiness } from '../http/health-routes.ts';
import type { Membership } from '../pool/membership.ts';
import type { MetadataService } from './metadata/metadata-service.ts';

/** Ready: the database answers and the lease holds. A server that is not still shows what it has. */
export async function readinessOf(
  database: MetadataService,
  membership: Membership | null,
  dicom: DicomService | null,
): Promise<Readiness> {
  const { ready, missing } = await database.readiness();
  const trouble = membership === null ? 'This server has not joined its pool yet.' : membership.trouble;
  return {
    ready: ready && trouble === '',
    missing: [...missing, ...[trouble, dicom?.missing ?? ''].filter((words) => words !== '')],
  };
}
