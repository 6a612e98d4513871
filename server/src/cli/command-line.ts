// The command line: reads the arguments, runs one command, and ends with its exit code.
import { Command } from 'commander';
import { VERSION } from '../config/version.ts';
import { fail } from './failure.ts';
import { listenForStop } from './stopping.ts';

const help = `
Every command works on one data folder (--data, default ./data). When a Strata runs on that folder the command talks to
it, otherwise it runs one for as long as it takes. Exit code 0 means that everything asked for was done.

Examples:
  strata start --import ~/dicom           start, import a folder, show it at http://127.0.0.1:4280/
  strata import scan.zip ~/more           import an archive and a folder
  strata studies --modality CT,MR         list what is stored
  strata get 1.2.3 --level 2 --out small  fetch level 2 of a series, and only its bytes
  strata export 1.2.3 --out originals     write the original files again
  strata send PACS 1.2.3                  send a study to a DICOM peer
  strata verify --deep                    read, decode and compare everything
  strata backup --to /mnt/backup          copy everything that is new onto another disk`;

/** Each is loaded when it is asked for; all of them for the list of commands, in this order. */
const commands: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./start.ts')).startCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  studies: async () => (await import('./studies.ts')).studiesCommand(),
  get: async () => (await import('./get.ts')).getCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  backup: async () => (await import('./backup/backup.ts')).backupCommand(),
  restore: async () => (await import('./backup/restore.ts')).restoreCommand(),
  metadata: async () => (await import('./backup/metadata.ts')).metadataCommand(),
  rebuild: async () => (await import('./rebuild/rebuild.ts')).rebuildCommand(),
  quarantine: async () => (await import('./quarantine.ts')).quarantineCommand(),
  routes: async () => (await import('./routes.ts')).routesCommand(),
  codec: async () => (await import('./codec.ts')).codecCommand(),
  echo: async () => (await import('./echo.ts')).echoCommand(),
  send: async () => (await import('./send.ts')).sendCommand(),
  servers: async () => (await import('./pool/servers.ts')).serversCommand(),
  pool: async () => (await import('./pool/pool.ts')).poolCommand(),
  drain: async () => (await import('./pool/drain.ts')).drainCommand(),
  restart: async () => (await import('./pool/restart.ts')).restartCommand(),
  cluster: async () => (await import('./cluster/cluster.ts')).clusterCommand(),
};

listenForStop();
const program = new Command('strata')
  .description('Medical images, stored once and losslessly, streamed level by level.')
  .version(VERSION, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print the help of a command')
  .addHelpText('after', help)
  .showHelpAfterError('Try --help.')
  .configureHelp({ showGlobalOptions: false });
const name = process.argv[2] ?? '';
const asked = Object.hasOwn(commands, name) ? commands[name] : undefined;
for (const load of asked ? [asked] : Object.values(commands)) {
  const command = await load();
  program.addCommand(command.showHelpAfterError('Try --help.').helpOption('-h, --help', 'print this help'));
}

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
// Everything is done and closed; an idle timer somewhere must not keep the terminal waiting.
process.stdout.write('', () => process.exit());
