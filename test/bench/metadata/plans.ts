// The plans of what was asked, as the server itself wrote them down (auto_explain): nothing is asked otherwise than it is asked.
import { readFileSync, statSync } from 'node:fs';
import type pg from 'pg';

/** Lets all further connections to the database write their plans into the server's log. Takes a superuser. */
export async function writePlans(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name');
  for (const [setting, value] of Object.entries({
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_buffers': 'on',
  })) {
    await client.query(`alter database ${rows[0]?.name} set ${setting} = '${value}'`);
  }
}

/** Ends that. */
export async function writeNoPlans(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name');
  await client.query(`alter database ${rows[0]?.name} reset all`);
}

/** Reads what a log has got since the last call. */
export function logReader(file: string): () => string {
  let at = statSync(file).size;
  return () => {
    const written = readFileSync(file).subarray(at);
    at += written.length;
    return written.toString();
  };
}

/** The plans of a piece of log, without those of statements that only set something. */
export function plansOf(log: string): string[] {
  return log
    .split(/^\d{4}-\d\d-\d\d .*?LOG: {2}duration: .*?plan:$/m)
    .slice(1)
    .filter((plan) => /->|Scan/.test(plan) && !plan.includes('set_config'))
    .map((plan) => plan.split(/^\d{4}-\d\d-\d\d /m)[0] ?? '');
}

/** Pages of a table that a scan may read without being one that reads it as a whole: the first that fit, or a bounded count. */
const FEW_PAGES = 3000;

/** The large tables that a plan reads from one end to the other. */
export function sequentialScans(plan: string): string[] {
  const scans = plan.matchAll(
    /Seq Scan on (studies|study_keys|series|instances|blobs|replicas|patients)\b(?:(?!->)[\s\S])*?Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/g,
  );
  return [...scans]
    .filter(([, , hit = '0', read = '0']) => Number(hit) + Number(read) > FEW_PAGES)
    .map(([, table = '']) => table);
}
