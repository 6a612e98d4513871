// `strata cluster init`: the files of every node of a metadata cluster, with a guide of the exact commands.
import { existsSync, readdirSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CommandError } from '../failure.ts';
import { whole } from '../options.ts';
import { ensureAuthority, makeCertificate } from './certificates.ts';
import { clusterGuide } from './guide.ts';
import { CLIENT_AUTHORITY, installScript } from './install-script.ts';
import { readKept, secretsFolder, writeFiles, writeKept } from './kept.ts';
import { nodeFiles } from './node-files.ts';
import {
  addressList,
  type ClusterPlan,
  checkTiming,
  debianPlaces,
  newPasswords,
  PORTS,
  readNodes,
  TIMING,
} from './plan.ts';

interface InitOptions {
  readonly nodes: string;
  readonly out: string;
  readonly clients: string[];
  readonly postgres: number;
  readonly sharedBuffers: string;
  readonly walKept: string;
}

const help = `
Writes a folder for each node, and prints what to do with them. Nothing is installed or started here. In a folder that has
been made by this command the authority and the passwords stay, so that a node can be added or replaced, or its certificate
renewed (they hold for five years). The folder holds secrets: keep it where only administrators are.

Example:
  strata cluster init --nodes n1=10.0.0.1,n2=10.0.0.2,n3=10.0.0.3 --clients 10.0.0.0/24 --out cluster`;

export function initCommand(): Command {
  return new Command('init')
    .description('write the files of all nodes: etcd, Patroni, PostgreSQL, certificates, a guide')
    .requiredOption('--nodes <list>', 'the machines: name=address,name=address,name=address')
    .requiredOption('--out <dir>', 'the folder to write to')
    .option('--clients <list>', "networks of Strata's servers, as 10.0.0.0/24", networks, [
      '0.0.0.0/0',
      '::/0',
    ])
    .option('--postgres <version>', 'the major version of PostgreSQL on the nodes', whole(15, 99), 15)
    .option('--shared-buffers <size>', "PostgreSQL's own memory: a quarter of the machine's", bytes, '1GB')
    .option('--wal-kept <size>', 'how much a primary keeps for standbys that were away', bytes, '4GB')
    .addHelpText('after', help)
    .action(init);
}

function init(options: InitOptions): void {
  checkTiming(TIMING);
  const out = path.resolve(options.out);
  if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(secretsFolder(out))) {
    throw new CommandError(`${out} is not empty and not of strata cluster init: name another folder.`);
  }
  const kept = readKept(out);
  const places = debianPlaces(options.postgres);
  const plan: ClusterPlan = {
    nodes: readNodes(options.nodes).map((node) => ({ ...node, ports: PORTS, places })),
    passwords: kept?.passwords ?? newPasswords(),
    timing: TIMING,
    clients: options.clients,
    requireTls: true,
    sharedBuffers: options.sharedBuffers,
    walKept: options.walKept,
    initdb: [],
  };
  const secrets = secretsFolder(out);
  ensureAuthority(secrets);
  let authority = '';
  for (const node of plan.nodes) {
    const certificate = makeCertificate(secrets, node.name, node.address);
    authority = certificate.authority;
    // Who joins a cluster that runs must not found one of its own.
    const state = kept && !kept.nodes.includes(node.name) ? 'existing' : 'new';
    const files = nodeFiles(plan, node, certificate, state);
    writeFiles(path.join(out, node.name), { ...files, 'install.sh': installScript(node, options.postgres) });
  }
  const url = addressList(plan, `sslmode=verify-full&sslrootcert=${CLIENT_AUTHORITY}`);
  writeFiles(out, { 'metadata-url': `${url}\n`, 'ca.crt': authority, 'README.md': clusterGuide(plan) });
  writeKept(out, {
    passwords: plan.passwords,
    nodes: [...new Set([...(kept?.nodes ?? []), ...plan.nodes.map(({ name }) => name)])],
  });
  process.stdout.write(`${clusterGuide(plan)}\nAll of this stands in ${path.join(out, 'README.md')}.\n`);
  process.stdout.write(`The address list, with its password: ${path.join(out, 'metadata-url')}\n`);
}

function networks(value: string): string[] {
  return value.split(',').map((part) => {
    const [address = '', bits = '', ...rest] = part.trim().split('/');
    const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
    if (rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
      throw new InvalidArgumentError('It is a list of networks like 10.0.0.0/24.');
    }
    return `${address}/${bits}`;
  });
}

function bytes(value: string): string {
  if (!/^[1-9]\d{0,5}(MB|GB)$/.test(value)) throw new InvalidArgumentError('It is a size like 512MB or 4GB.');
  return value;
}
