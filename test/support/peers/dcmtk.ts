// DCMTK's command line tools as callers: storescu, echoscu, findscu, movescu, getscu.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Finished, runProgram } from './program.ts';

/** Whom a tool calls and as whom. */
export interface Call {
  readonly port: number;
  /** AE title called; default STRATA. */
  readonly called?: string;
  /** AE title calling; default that of the tool (STORESCU, FINDSCU, ...). */
  readonly calling?: string;
  /** Further options, e.g. `['-xs']` or `['+tla', '-ic']`. */
  readonly options?: readonly string[];
  readonly env?: Record<string, string>;
}

function target({ port, called = 'STRATA', calling }: Call): string[] {
  return [...(calling ? ['-aet', calling] : []), '-aec', called, '127.0.0.1', String(port)];
}

/** C-ECHO. Code 0: answered with Success. */
export function echoscu(call: Call): Promise<Finished> {
  return runProgram('echoscu', [...(call.options ?? []), ...target(call)]);
}

/**
 * Sends files or folders (with `+sd` among the options) on one association.
 * By default contexts are proposed as the files need them, at most one transfer syntax beside the default; `-v` prints each answer.
 */
export function storescu(call: Call, files: readonly string[]): Promise<Finished> {
  const env = call.env ? { env: call.env } : {};
  return runProgram('storescu', [...(call.options ?? []), ...target(call), ...files], env);
}

/**
 * C-FIND.
 * @param model 'patient', 'study', 'worklist'
 * @param keys as findscu takes them: `['QueryRetrieveLevel=STUDY', 'PatientName=A*']`
 * @param folder matches are written there as files `rsp0001.dcm`, ...
 */
export function findscu(
  call: Call,
  model: 'patient' | 'study' | 'worklist',
  keys: readonly string[],
  folder?: string,
): Promise<Finished> {
  const flag = { patient: '-P', study: '-S', worklist: '-W' }[model];
  const extract = folder ? ['-X', '-od', folder] : [];
  return runProgram('findscu', [flag, ...extract, ...(call.options ?? []), ...keysOf(keys), ...target(call)]);
}

/** C-MOVE to `destination`; `call.options` may hold e.g. `['+P', '11113', '-od', folder]` to receive by itself. */
export function movescu(
  call: Call,
  model: 'patient' | 'study',
  destination: string,
  keys: readonly string[],
): Promise<Finished> {
  const flag = { patient: '-P', study: '-S' }[model];
  const args = [flag, '-aem', destination, ...(call.options ?? []), ...keysOf(keys), ...target(call)];
  return runProgram('movescu', args);
}

/** C-GET into a folder. */
export function getscu(
  call: Call,
  model: 'patient' | 'study',
  folder: string,
  keys: readonly string[],
): Promise<Finished> {
  const flag = { patient: '-P', study: '-S' }[model];
  return runProgram('getscu', [
    flag,
    '-od',
    folder,
    ...(call.options ?? []),
    ...keysOf(keys),
    ...target(call),
  ]);
}

function keysOf(keys: readonly string[]): string[] {
  return keys.flatMap((key) => ['-k', key]);
}

/** The files that a tool left in a folder, sorted by name. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
}
