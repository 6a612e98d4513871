// Tries a file from quarantine again, by the rules for where it first came from.
import type { Gateway } from './gateway.ts';
import type { IngestAnswer } from './outcome.ts';
import type { Quarantine } from './quarantine.ts';

/**
 * Takes a file out of quarantine if it can be taken in now; otherwise its note says so.
 * @param id whole, as in the list
 * @throws the file system's error when the file cannot be read
 */
export async function retryQuarantined(
  { gateway, quarantine }: { gateway: Gateway; quarantine: Quarantine },
  id: string,
): Promise<IngestAnswer> {
  const { note } = await quarantine.find(id);
  const bytes = await quarantine.read(id);
  const answer = await gateway.ingest(bytes, {
    kind: 'retry',
    original: note?.source ?? null,
    deidentified: note?.deidentified ?? false,
  });
  if (answer.outcome === 'refused') {
    const { code = 'internal', reason = '' } = answer;
    await quarantine.refusedAgain(id, { code, reason });
    return { ...answer, quarantined: id };
  }
  // Stored and committed: only now may it go.
  await quarantine.drop(id);
  return answer;
}
