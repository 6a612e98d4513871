// Which DICOM peer a command calls: one of the settings by its AE title, or any other by its address.
import path from 'node:path';
import type { Command } from 'commander';
import { aeTitle } from '../config/settings/ae-title.ts';
import type { PeerSettings } from '../config/settings/dicom-section.ts';
import { readSettings, type Settings } from '../config/settings/settings.ts';
import type { Calling } from '../dimse/scu/connection.ts';
import { CommandError } from './failure.ts';
import type { CommonOptions } from './options.ts';

export interface PeerOptions extends CommonOptions {
  readonly settings?: string;
  readonly called?: string;
  readonly calling?: string;
  readonly tls?: true;
  readonly ca?: string;
}

export const peerArgument = 'the AE title of a peer in the settings, or host:port with --called';

/** Adds what says whom to call, and as whom. */
export function withPeerOptions(command: Command): Command {
  return command
    .option('--settings <file>', 'a settings file (default: settings.json in the data folder)')
    .option('--called <title>', 'the AE title to call (default: that of the peer in the settings)')
    .option('--calling <title>', 'the AE title to call as (default: that of the settings, or STRATA)')
    .option('--tls', 'call by TLS, where the peer is given as host:port')
    .option('--ca <file>', "PEM file of the authorities that the peer's certificate is checked with");
}

/** @throws CommandError when there is no such peer or a title is none; StartError for wrong settings */
export async function peerFor(
  name: string,
  options: PeerOptions,
): Promise<{ peer: PeerSettings; calling: Calling }> {
  const file = options.settings === undefined ? null : path.resolve(options.settings);
  const settings = await readSettings(path.resolve(options.data), file);
  const calling = {
    settings: { ...settings.dicom, ...(options.calling && { aeTitle: title(options.calling) }) },
    settingsFolder: settings.folder,
  };
  return { peer: findPeer(name, options, settings), calling };
}

function findPeer(name: string, options: PeerOptions, { dicom, folder }: Settings): PeerSettings {
  const called = options.called === undefined ? undefined : title(options.called);
  const known = dicom.peers.find(({ aeTitle }) => aeTitle === name);
  if (known) return { ...known, ...(called && { aeTitle: called }) };
  const address = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(name);
  const port = Number(address?.[3]);
  if (!address || port < 1 || port > 65_535) throw noSuchPeer(name, dicom.peers, folder);
  if (called === undefined)
    throw new CommandError(`Which AE title is called at ${name}? Give it with --called.`);
  const tls = options.ca === undefined ? options.tls === true : { ca: path.resolve(options.ca) };
  return { aeTitle: called, host: address[1] ?? address[2] ?? '', port, tls };
}

function noSuchPeer(name: string, peers: Settings['dicom']['peers'], folder: string): CommandError {
  const titles = peers.map(({ aeTitle }) => aeTitle);
  const advice =
    titles.length > 0
      ? `(it knows ${titles.join(', ')}). Name one of those, or host:port with --called.`
      : '(it knows none). Name one there (dicom.peers), or give host:port with --called.';
  return new CommandError(`There is no peer ${name} in the settings in ${folder} ${advice}`);
}

function title(text: string): string {
  const { data, error } = aeTitle.safeParse(text);
  if (data === undefined) throw new CommandError(`'${text}': ${error?.issues[0]?.message}.`);
  return data;
}
