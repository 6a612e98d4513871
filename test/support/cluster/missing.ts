// What this machine lacks for a metadata cluster, in words for the line that says why tests are skipped.
import { existsSync, globSync } from 'node:fs';

const PROGRAMS = { '/usr/bin/patroni': 'patroni', '/usr/bin/etcd': 'etcd-server' } as const;

/** The folder of PostgreSQL's programs, the newest version of Debian's packages; null when there is none of 15 or later. */
export function postgresPrograms(): string | null {
  const versions = globSync('/usr/lib/postgresql/*/bin/postgres').map((file) => Number(file.split('/')[4]));
  const newest = Math.max(0, ...versions);
  return newest >= 15 ? `/usr/lib/postgresql/${newest}/bin` : null;
}

/** Null when a cluster can be started here. */
export function missingForCluster(): string | null {
  const missing: string[] = Object.entries(PROGRAMS).flatMap(([file, name]) =>
    existsSync(file) ? [] : [name],
  );
  if (postgresPrograms() === null) missing.push('postgresql');
  if (missing.length === 0) return null;
  return `No metadata cluster here: install the Debian packages ${missing.join(', ')} (apt-get install ${missing.join(' ')}).`;
}
