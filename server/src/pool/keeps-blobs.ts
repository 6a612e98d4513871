// Which servers keep blobs: those with the role image. Others have a wire too, to be told things.
import type { ServerRecord } from '@strata/metadata/pool/model';

export function keepsBlobs({ roles, wireUrl }: Pick<ServerRecord, 'roles' | 'wireUrl'>): boolean {
  return roles.includes('image') && wireUrl !== '';
}
