// The command line: reads the arguments, runs one command, and ends with its exit code.
import { Command } from 'commander';
import { VERSION } from '../config/version.ts';
import { codecCommand } from './codec.ts';
import { echoCommand } from './echo.ts';
import { exportCommand } from './export.ts';
import { fail } from './failure.ts';
import { getCommand } from './get.ts';
import { importCommand } from './import.ts';
import { drainCommand } from './pool/drain.ts';
import { poolCommand } from './pool/pool.ts';
import { restartCommand } from './pool/restart.ts';
import { serversCommand } from './pool/servers.ts';
import { quarantineCommand } from './quarantine.ts';
import { routesCommand } from './routes.ts';
import { sendCommand } from './send.ts';
import { startCommand } from './start.ts';
import { listenForStop } from './stopping.ts';
import { studiesCommand } from './studies.ts';
import { verifyCommand } from './verify.ts';

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
  strata verify --deep                    read, decode and compare everything`;

listenForStop();
const program = new Command('strata')
  .description('Medical images, stored once and losslessly, streamed level by level.')
  .version(VERSION, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print the help of a command')
  .addHelpText('after', help)
  .showHelpAfterError('Try --help.')
  .configureHelp({ showGlobalOptions: false });
for (const command of [
  ...[startCommand(), importCommand(), studiesCommand(), getCommand()],
  ...[exportCommand(), verifyCommand(), quarantineCommand(), routesCommand(), codecCommand()],
  ...[echoCommand(), sendCommand(), serversCommand(), poolCommand(), drainCommand(), restartCommand()],
]) {
  program.addCommand(command.showHelpAfterError('Try --help.').helpOption('-h, --help', 'print this help'));
}

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
// Everything is done and closed; an idle timer somewhere must not keep the terminal waiting.
process.stdout.write('', () => process.exit());
