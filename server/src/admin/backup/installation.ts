// Which installation metadata belong to: it stays the same when they are moved or restored, and nobody else has it.
import { createHash } from 'node:crypto';

/** @param poolKey the secret that its servers share; the id tells nothing of it */
export function installationOf(poolKey: string): string {
  return createHash('sha256').update(`strata installation ${poolKey}`).digest('hex').slice(0, 32);
}
