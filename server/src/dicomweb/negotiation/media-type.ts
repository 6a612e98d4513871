// Media types and lists of them as they stand in Content-Type and Accept (RFC 9110 sections 8.3.1 and 12.5.1).

export interface MediaType {
  /** `type/subtype`, lower case; either may be `*` in a range. */
  readonly type: string;
  /** By lower-case name; values as they were, without their quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_TYPES = 64;
const MAX_PARAMETERS = 16;
const shape = /^[a-z0-9!#$&^_.+*-]+\/[a-z0-9!#$&^_.+*-]+$/;

/**
 * One media type, or null when it is none. Values that should be quoted and are not (`type=image/jpeg`) are taken: many
 * clients send them.
 */
export function parseMediaType(text: string): MediaType | null {
  const [name = '', ...rest] = splitOutsideQuotes(text, ';');
  const type = name.trim().toLowerCase();
  if (!shape.test(type) || rest.length > MAX_PARAMETERS) return null;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const at = parameter.indexOf('=');
    if (at > 0)
      parameters.set(parameter.slice(0, at).trim().toLowerCase(), unquoted(parameter.slice(at + 1)));
  }
  return { type, parameters };
}

/** A list of media types, or null when one of them is none. */
export function parseMediaTypes(text: string): MediaType[] | null {
  const parts = splitOutsideQuotes(text, ',').filter((part) => part.trim() !== '');
  const types = parts.slice(0, MAX_TYPES).map(parseMediaType);
  return types.every((type) => type !== null) ? types : null;
}

/** Whether a range (`image/*`) includes a type (`image/jpeg`). */
export function includesType(range: string, type: string): boolean {
  if (range === '*/*' || range === type) return true;
  return range.endsWith('/*') && type.startsWith(range.slice(0, -1));
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquoted(text: string): string {
  const value = text.trim();
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;
}
