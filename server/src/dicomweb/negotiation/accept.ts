// What a client accepts, in its order of preference: media type, transfer syntax, and whether as one part or several.
import { HttpError } from '../../http/http-error.ts';
import { type MediaType, parseMediaType, parseMediaTypes } from './media-type.ts';

/** One thing that the client would take. */
export interface Wanted {
  /** A media type or a range of them. */
  readonly type: string;
  /** `multipart/related; type=...`, the bare type, or whichever the resource has by default. */
  readonly packaging: 'multipart' | 'single' | 'any';
  /** A UID, `*` for any, or null for the default of the media type (PS3.18 section 8.7.3.5.2). */
  readonly transferSyntax: string | null;
}

const ANYTHING: Wanted = { type: '*/*', packaging: 'any', transferSyntax: null };

/**
 * Reads the Accept header, or the `accept` parameter of the query, which goes before it (PS3.18 section 8.3.3.1).
 * @throws HttpError 400 when it cannot be read
 */
export function wantedBy(header: string | undefined, parameter: string | undefined): Wanted[] {
  // A plus sign that was not escaped in an address reads as a blank.
  const text = parameter?.replaceAll(' json', '+json').replaceAll(' xml', '+xml') ?? header ?? '';
  if (text.trim() === '') return [ANYTHING];
  const types = parseMediaTypes(text);
  if (types === null) {
    throw new HttpError(
      400,
      'bad-accept',
      'Accept is no list of media types. Quote parameters that hold a comma.',
    );
  }
  return types
    .map((type) => ({ type, quality: qualityOf(type) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ type }) => wanted(type));
}

/** The first that can be offered, or HttpError 406 that says what there is instead. */
export function choose<Offer>(
  accepted: readonly Wanted[],
  offer: (wanted: Wanted) => Offer | null,
  offered: readonly string[],
): Offer {
  for (const each of accepted) {
    const found = offer(each);
    if (found !== null) return found;
  }
  throw notAcceptable(offered);
}

export function notAcceptable(offered: readonly string[]): HttpError {
  return new HttpError(
    406,
    'not-acceptable',
    `Nothing of what Accept names can be given for this. There is: ${offered.join(' | ')}`,
  );
}

function qualityOf({ parameters }: MediaType): number {
  const quality = Number(parameters.get('q') ?? 1);
  return Number.isFinite(quality) ? quality : 1;
}

function wanted({ type, parameters }: MediaType): Wanted {
  const transferSyntax = parameters.get('transfer-syntax') ?? null;
  if (type === '*/*') return { ...ANYTHING, transferSyntax };
  if (type !== 'multipart/related' && type !== 'multipart/*') {
    return { type, packaging: 'single', transferSyntax };
  }
  // Some clients put the transfer syntax inside the quotes of the type.
  const inner = parseMediaType(parameters.get('type') ?? '*/*');
  return {
    type: inner?.type ?? '*/*',
    packaging: 'multipart',
    transferSyntax: transferSyntax ?? inner?.parameters.get('transfer-syntax') ?? null,
  };
}
