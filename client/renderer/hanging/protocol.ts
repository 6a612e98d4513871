// A hanging protocol as plain data, and the check of what comes from outside: a file of settings, a person's typing.

import { hangingTexts } from '../words/hanging.ts';

/**
 * Which series a viewport takes, and of it which image where a side or a view is said: all that is said must fit; texts fit
 * where they occur, whatever the case.
 */
export interface SeriesWish {
  /** Of the study at hand, or of the patient's next earlier one of the same modality. */
  readonly study: 'current' | 'prior';
  readonly modality?: string;
  readonly description?: string;
  readonly bodyPart?: string;
  /** Of the image: R or L. */
  readonly laterality?: string;
  /** Of the image: one or several, what is wanted most first: 'MLO, ML'. */
  readonly view?: string;
  /** Name of a window preset ('Bone'); absent for the image's own. */
  readonly window?: string;
}

export interface Protocol {
  readonly name: string;
  /** Which studies it is for; all that is said must fit one series of the study. */
  readonly for: { readonly modality?: string; readonly bodyPart?: string; readonly description?: string };
  readonly layout: { readonly rows: number; readonly columns: number };
  /** Row by row; those that are left out take the series that follow. */
  readonly viewports: readonly SeriesWish[];
  /** Whether the viewports scroll together. */
  readonly together?: boolean;
}

/** Why something is no protocol, for the one who wrote it. */
class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code = 'not-a-protocol';
}

const mostProtocols = 100;
const mostCharacters = 100;

type Fields = Record<string, unknown>;

/**
 * Checks a list of protocols.
 * @throws ProtocolError that names the protocol and the field
 */
export function checkProtocols(value: unknown): Protocol[] {
  if (!Array.isArray(value)) throw new ProtocolError(hangingTexts.value.problems.noList);
  if (value.length > mostProtocols)
    throw new ProtocolError(hangingTexts.value.problems.tooMany(mostProtocols));
  return value.map((each, at) => checkProtocol(each, hangingTexts.value.problems.protocol(at + 1)));
}

function checkProtocol(value: unknown, where: string): Protocol {
  const fields = fieldsOf(value, where);
  const name = textOf(fields, 'name', where) ?? '';
  if (name === '') throw new ProtocolError(hangingTexts.value.problems.noName(where));
  const named = `"${name}"`;
  const layout = fieldsOf(fields.layout, `${named}, "layout"`);
  const viewports = fields.viewports ?? [];
  const count = sizeOf(layout, 'rows', named) * sizeOf(layout, 'columns', named);
  if (!Array.isArray(viewports) || viewports.length > count) {
    throw new ProtocolError(hangingTexts.value.problems.viewports(named, count));
  }
  const { together } = fields;
  if (together !== undefined && typeof together !== 'boolean') {
    throw new ProtocolError(hangingTexts.value.problems.together(named));
  }
  return {
    name,
    for: texts(fieldsOf(fields.for ?? {}, `${named}, "for"`), ['modality', 'bodyPart', 'description'], named),
    layout: { rows: sizeOf(layout, 'rows', named), columns: sizeOf(layout, 'columns', named) },
    viewports: viewports.map((each, at) =>
      checkWish(each, hangingTexts.value.problems.viewport(named, at + 1)),
    ),
    ...(together !== undefined && { together }),
  };
}

function checkWish(value: unknown, where: string): SeriesWish {
  const fields = fieldsOf(value, where);
  const study = fields.study ?? 'current';
  if (study !== 'current' && study !== 'prior') {
    throw new ProtocolError(hangingTexts.value.problems.study(where));
  }
  const names = ['modality', 'description', 'bodyPart', 'laterality', 'view', 'window'] as const;
  return { study, ...texts(fields, names, where) };
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError(hangingTexts.value.problems.noObject(where));
  }
  return value as Fields;
}

function texts<Name extends string>(fields: Fields, names: readonly Name[], where: string) {
  const found = names.map((name) => [name, textOf(fields, name, where)] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined)) as Partial<Record<Name, string>>;
}

function textOf(fields: Fields, name: string, where: string): string | undefined {
  const text = fields[name];
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || text.length > mostCharacters) {
    throw new ProtocolError(hangingTexts.value.problems.text(where, name, mostCharacters));
  }
  return text;
}

function sizeOf(layout: Fields, name: string, where: string): number {
  const size = layout[name];
  if (size !== 1 && size !== 2 && size !== 3)
    throw new ProtocolError(hangingTexts.value.problems.size(where, name));
  return size;
}
