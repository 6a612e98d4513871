// `strata echo`: whether a DICOM peer answers.
import { Command } from 'commander';
import { statusText } from '../dimse/messages/status.ts';
import { echo } from '../dimse/scu/echo.ts';
import { CommandError } from './failure.ts';
import { withCommonOptions } from './options.ts';
import { type PeerOptions, peerArgument, peerFor, withPeerOptions } from './peer-options.ts';

interface EchoOptions extends PeerOptions {
  readonly json?: true;
}

const help = `
Opens an association with the peer and asks it for an answer (C-ECHO). Exit code 0: it answered with success. No Strata
need run.

Examples:
  strata echo PACS
  strata echo pacs.example.org:104 --called PACS`;

export function echoCommand(): Command {
  return withPeerOptions(withCommonOptions(new Command('echo').description('ask a DICOM peer for an answer')))
    .argument('<peer>', peerArgument)
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(run);
}

async function run(name: string, options: EchoOptions): Promise<void> {
  const { peer, calling } = await peerFor(name, options);
  const { aeTitle, host, port } = peer;
  const began = performance.now();
  const status = await echo(peer, calling);
  const ms = Math.round(performance.now() - began);
  if (status !== 0)
    throw new CommandError(`${aeTitle} at ${host}:${port} answered with the status ${statusText(status)}.`);
  const text = options.json
    ? JSON.stringify({ aeTitle, host, port, ms })
    : `${aeTitle} at ${host}:${port} answered in ${ms} ms.`;
  process.stdout.write(`${text}\n`);
}
