// Where a file came from: rules (de-identification, forwarding, quarantine) hang on it.

export type IngestSource =
  /** `strata import` or another client of the gateway's own HTTP route: the sender still has the file. */
  | { readonly kind: 'import' }
  /** C-STORE: the AE titles as they were negotiated, the peer as `address:port`. */
  | { readonly kind: 'dimse'; readonly callingAe: string; readonly calledAe: string; readonly peer: string }
  /** STOW-RS. */
  | { readonly kind: 'stow'; readonly peer: string }
  /**
   * A file that was in quarantine, tried again; `original` is where it first came from, where that is known.
   * `deidentified`: by the rules for there it was changed already.
   */
  | { readonly kind: 'retry'; readonly original: IngestSource | null; readonly deidentified: boolean }
  /** Fetched by a rule from another archive, by AE title or site name. */
  | { readonly kind: 'prefetch'; readonly peer: string }
  /** Made here of what somebody saved with a study: measurements, key images, reports. */
  | { readonly kind: 'saved' };

/** The source in a few words for logs and lists. Carries no patient data. */
export function sourceText(source: IngestSource): string {
  switch (source.kind) {
    case 'import':
      return 'import';
    case 'dimse':
      return `C-STORE by ${source.callingAe} (${source.peer})`;
    case 'stow':
      return `STOW-RS from ${source.peer}`;
    case 'retry':
      return source.original ? `retry of ${sourceText(source.original)}` : 'retry';
    case 'prefetch':
      return `prefetch from ${source.peer}`;
    case 'saved':
      return 'saved by a viewer';
  }
}
