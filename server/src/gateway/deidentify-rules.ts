// Which files are to lose their patient's identity before anything of them is stored, by where they came from.
import {
  type DeidentifyProfile,
  type DeidentifySettings,
  optionsOf,
  pixelRulesOf,
} from '../config/settings/deidentify-section.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { DeidentifyOrder } from './deidentify-order.ts';
import type { IngestSource } from './ingest-source.ts';

export class DeidentifyRules {
  readonly #settings: DeidentifySettings;
  readonly #secret: Uint8Array | null;

  private constructor(settings: DeidentifySettings, secret: Uint8Array | null) {
    this.#settings = settings;
    this.#secret = secret;
  }

  /** @param readKey called when a rule needs the key. Throws what it throws */
  static async open(
    { deidentify, forward }: Pick<Settings, 'deidentify' | 'forward'>,
    readKey: () => Promise<Uint8Array>,
  ): Promise<DeidentifyRules> {
    const needed = deidentify.rules.length > 0 || forward.some((rule) => rule.deidentify);
    const secret = needed ? await readKey() : null;
    return new DeidentifyRules(deidentify, secret);
  }

  /** The order for what goes out by a rule that says how. */
  orderBy(profile: DeidentifyProfile): DeidentifyOrder {
    if (this.#secret === null) throw new Error('the key was not read');
    const rules = [{ modality: null, options: optionsOf(profile) }];
    return { secret: this.#secret, rules, pixelRules: pixelRulesOf(this.#settings) };
  }

  /** @returns null when no rule can hold for the source */
  orderFor(source: IngestSource): DeidentifyOrder | null {
    // What was tried again is taken by the rules for where it first came from, unless it was changed by them before.
    const original = source.kind === 'retry' ? (source.deidentified ? null : source.original) : source;
    if (this.#secret === null || original === null || original.kind === 'retry') return null;
    // What is made here is of a stored study: changed once more, it would be of another one.
    if (original.kind === 'saved') return null;
    const rules = this.#settings.rules
      .filter(({ sources, callingAe }) => {
        if (sources && !sources.includes(original.kind)) return false;
        return !callingAe || (original.kind === 'dimse' && callingAe.includes(original.callingAe.trim()));
      })
      .map((rule) => ({ modality: rule.modality ?? null, options: optionsOf(rule) }));
    if (rules.length === 0) return null;
    return { secret: this.#secret, rules, pixelRules: pixelRulesOf(this.#settings) };
  }
}
