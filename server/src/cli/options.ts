// Options that several commands share, and how their values are read.
import { Command, InvalidArgumentError, Option } from 'commander';
import { LOG_LEVELS, type LogLevel } from '../config/log.ts';

export interface CommonOptions {
  readonly data: string;
  readonly logLevel: LogLevel;
}

/**
 * Adds --data and --log-level.
 * @param logLevel what is logged when nothing is said; a command that reports its result itself only logs errors
 */
export function withCommonOptions(command: Command, logLevel: LogLevel = 'error'): Command {
  return command
    .option('--data <dir>', 'the data folder', './data')
    .addOption(
      new Option('--log-level <level>', 'how much to log on stderr')
        .choices([...LOG_LEVELS])
        .default(logLevel),
    );
}

/** A command below another one, which has the same common options and can print JSON. */
export function subcommand(name: string, description: string): Command {
  return withCommonOptions(new Command(name).description(description))
    .option('--json', 'print one JSON object')
    .showHelpAfterError('Try --help.')
    .helpOption('-h, --help', 'print this help');
}

/** The options of a subcommand: they may stand before or behind its name, and what is given wins over a default. */
export function inheritedOptions<Options extends CommonOptions & { readonly json?: true }>(
  self: Command,
): Options {
  const own = self.opts<Options>();
  const above = self.parent?.opts<Options>();
  const data = self.getOptionValueSource('data') === 'default' ? above?.data : undefined;
  const json = own.json ?? above?.json;
  return { ...own, data: data ?? own.data, ...(json ? { json } : {}) };
}

/** A whole number in a range, for an option's value. */
export function whole(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
    }
    return number;
  };
}

/** Above every frame's own last level. */
const FULL = 255;

/** A level, or `full` for the last one. */
export function level(value: string): number {
  return value === 'full' ? FULL : whole(0, FULL)(value);
}

/** `2026-03-15` or `20260315` as `20260315`; a day that the calendar has. */
export function day(value: string): string {
  const [, year, month, date] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(value) ?? [];
  const iso = `${year}-${month}-${date}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  // What the calendar does not have is an error or the next month's day.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(iso)) {
    throw new InvalidArgumentError('It is a date like 2026-03-15.');
  }
  return `${year}${month}${date}`;
}

/** `CT,mr` as `['CT', 'MR']`: code strings are upper case (PS3.5 section 6.2). */
export function modalities(value: string): string[] {
  const codes = value.split(',').map((code) => code.trim().toUpperCase());
  if (codes.some((code) => code === '')) throw new InvalidArgumentError('It is a list like CT,MR.');
  return codes;
}
