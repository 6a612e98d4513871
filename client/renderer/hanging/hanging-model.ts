// The hanging protocols of a user, and what a study opens with.
import { signal } from '@preact/signals';
import type { GridModel } from '../grid/grid-model.ts';
import type { Synchroniser } from '../grid/synchroniser.ts';
import type { PriorsModel } from '../priors/priors-model.ts';
import { keepSetting } from '../settings/kept-settings.ts';
import type { StudyModel, StudySeries } from '../study/study-model.ts';
import { presetsFor } from '../viewport/window-presets.ts';
import { protocolFor, wantsPrior } from './match.ts';
import { arranged, keptProtocols, protocolsSetting } from './opening-series.ts';
import { checkProtocols, type Protocol } from './protocol.ts';
import { usualProtocols } from './usual-protocols.ts';
import { type Arranged, hasRoomForPrior } from './views.ts';

export interface HangingParts {
  readonly study: StudyModel;
  readonly grid: GridModel;
  readonly priors: PriorsModel;
  readonly synchroniser: Synchroniser;
}

export class HangingModel {
  /** The user's, which go before the usual ones. */
  readonly own = signal<readonly Protocol[]>(keptProtocols());
  /** What the study hangs by; null when by none. */
  readonly used = signal<Protocol | null>(null);
  /** Whether the dialog is open. */
  readonly editing = signal(false);
  readonly #parts: HangingParts;

  constructor(parts: HangingParts) {
    this.#parts = parts;
  }

  /** All that there are, the user's first. */
  get all(): readonly Protocol[] {
    return [...this.own.value, ...usualProtocols];
  }

  /** Hangs the study by a protocol; by the one that fits best when none is given. A prior comes when it is there. */
  async hang(protocol = protocolFor(this.all, this.#parts.study.series.peek())): Promise<void> {
    this.used.value = protocol;
    if (!protocol) return;
    const current = this.#parts.study.series.peek();
    const alone = arranged(protocol, current, []);
    this.#show(protocol, alone);
    if (!wantsPrior(protocol) && !hasRoomForPrior(protocol, alone)) return;
    const shown = this.#arrangement();
    const prior = await this.#prior(current);
    // Who has arranged something else meanwhile keeps it.
    const isAsHung = this.#arrangement() === shown && this.used.peek() === protocol;
    if (prior && isAsHung) this.#show(protocol, arranged(protocol, current, prior));
  }

  /** Keeps the user's protocols. @param text JSON; @throws ProtocolError, SyntaxError */
  save(text: string): void {
    const own = checkProtocols(JSON.parse(text));
    this.own.value = own;
    keepSetting(protocolsSetting, own);
  }

  /** The arrangement at hand as a protocol for studies like this one, under a name. */
  present(name: string): Protocol {
    const { grid, study, synchroniser } = this.#parts;
    const { rows, columns } = grid.layout.peek();
    const { modality = '', bodyPart = '' } = grid.active.series.peek()?.manifest ?? {};
    return {
      name,
      for: { modality, ...(bodyPart && { bodyPart }) },
      layout: { rows, columns },
      viewports: grid.viewers.peek().map((viewer) => {
        const series = viewer.series.peek();
        const isOther = series !== null && series.study.uid !== study.uid;
        const { laterality, viewPosition: view } = viewer.slice?.presentation ?? {};
        const of = { study: isOther ? 'prior' : 'current' } as const;
        if (modality === 'MG' && laterality && view) return { ...of, laterality, view };
        const description = series?.manifest.description;
        return { ...of, ...(description && !isOther && { description }) };
      }),
      together: synchroniser.together.peek(),
    };
  }

  #show({ together }: Protocol, { layout, placed }: Arranged): void {
    const { grid, synchroniser } = this.#parts;
    const series = placed.map((one) => one?.series ?? null);
    grid.hang(layout, series, (viewer, one, at) => viewer.openSeries(one, placed[at]?.image));
    if (together !== undefined) synchroniser.setTogether(together && placed.length > 1);
    for (const [at, { image, window } = {}] of placed.map((one) => one ?? undefined).entries()) {
      const viewer = grid.viewers.peek()[at];
      if (image !== undefined) viewer?.goTo(image);
      const modality = viewer?.series.peek()?.manifest.modality ?? '';
      const preset = presetsFor(modality).find(({ name }) => name.toLowerCase() === window?.toLowerCase());
      if (viewer && preset) viewer.tones.setWindow({ centre: preset.centre, width: preset.width });
    }
  }

  async #prior(current: readonly StudySeries[]): Promise<readonly StudySeries[] | null> {
    const { priors, study } = this.#parts;
    const manifest = study.manifest.peek();
    const modality = current.find(({ stack }) => stack.slices.length > 0)?.manifest.modality;
    if (!manifest || !modality) return null;
    await priors.find(manifest);
    const found = priors.before(manifest.study.date, modality);
    return found ? (await priors.openStudy(found.studyUid)).series.peek() : null;
  }

  /** What the viewports show, to see whether somebody changed it. */
  #arrangement(): string {
    const { grid } = this.#parts;
    const { rows, columns } = grid.layout.peek();
    return [rows, columns, ...grid.viewers.peek().map((one) => one.series.peek()?.manifest.uid)].join(' ');
  }
}
