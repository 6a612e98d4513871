// `strata send`: sends what is stored, or files, to a DICOM peer.
import { Command } from 'commander';
import { type SendOutcome, sendInstances } from '../dimse/scu/store.ts';
import { withStrata } from './connect.ts';
import { withCommonOptions } from './options.ts';
import { type PeerOptions, peerArgument, peerFor, withPeerOptions } from './peer-options.ts';
import { showProgress } from './progress.ts';
import { OpenedFiles } from './sending/opened-files.ts';
import { type Found, findFiles, findStored, isStoredUid } from './sending/outgoing.ts';
import { sendReport, summarise } from './sending/send-report.ts';
import { stopping } from './stopping.ts';

interface SendOptions extends PeerOptions {
  readonly json?: true;
}

const help = `
What is stored is named by its Study, Series or SOP Instance UID; anything else is the path of a file, a folder or a zip
archive. Objects are sent by C-STORE as they are, and what is stored in little endian too, where the peer takes nothing
else. One that the peer refuses stops no other. Exit code 0 when the peer has taken everything.

Examples:
  strata send PACS 1.2.840.113619.2.1
  strata send pacs.example.org:104 --called PACS ~/dicom scan.zip`;

export function sendCommand(): Command {
  return withPeerOptions(
    withCommonOptions(new Command('send').description('send studies or files to a DICOM peer')),
  )
    .argument('<peer>', peerArgument)
    .argument('<what...>', 'UIDs of studies, series or instances, or paths of files, folders or zip archives')
    .option('--json', 'print one JSON object with the outcome of every object')
    .addHelpText('after', help)
    .action(run);
}

async function run(name: string, what: string[], options: SendOptions): Promise<void> {
  const uids = what.filter(isStoredUid);
  const found: Found = { outgoing: new Map(), unsendable: [] };
  const send = async (url: string | null) => {
    if (url !== null) for (const uid of uids) await findStored(url, uid, found);
    await findFiles(
      what.filter((one) => !uids.includes(one)),
      found,
    );
    await sendFound(name, options, found, url);
  };
  if (uids.length === 0) await send(null);
  else await withStrata({ ...options, command: 'send', folder: 'must-exist' }, send);
}

async function sendFound(
  name: string,
  options: SendOptions,
  { outgoing, unsendable }: Found,
  url: string | null,
): Promise<void> {
  const { peer, calling } = await peerFor(name, options);
  const began = Date.now();
  const progress = showProgress('Sending', outgoing.size);
  const outcomes: SendOutcome[] = [];
  try {
    const onOutcome = (outcome: SendOutcome) => {
      outcomes.push(outcome);
      progress.update(outcomes.length, '');
    };
    const files = new OpenedFiles(url, outgoing);
    await sendInstances(peer, [...outgoing.values()], files, calling, { onOutcome, signal: stopping });
  } finally {
    progress.stop();
  }
  const summary = summarise(outcomes, unsendable, Date.now() - began);
  const text = options.json
    ? JSON.stringify({ ...summary, objects: outcomes, files: unsendable })
    : sendReport(`${peer.aeTitle} at ${peer.host}:${peer.port}`, summary, outcomes, unsendable);
  process.stdout.write(`${text}\n`);
  if (summary.failed > 0) process.exitCode = 1;
  stopping.throwIfAborted();
}
