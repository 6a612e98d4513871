// `strata cluster`: the metadata on three machines, so that losing one loses nothing and stops nothing.
import { Command } from 'commander';
import { initCommand } from './init.ts';
import { statusCommand } from './status.ts';

const help = `
The guide, from three fresh machines to failover and replacement of a node: docs/metadata-cluster.md.

Examples:
  strata cluster init --nodes n1=10.0.0.1,n2=10.0.0.2,n3=10.0.0.3 --out cluster
  strata cluster status --metadata cluster/metadata-url`;

export function clusterCommand(): Command {
  const command = new Command('cluster').description(
    'write the files of a metadata cluster, and look at one',
  );
  command.addHelpText('after', help);
  for (const each of [initCommand(), statusCommand()]) {
    command.addCommand(each.showHelpAfterError('Try --help.').helpOption('-h, --help', 'print this help'));
  }
  return command;
}
