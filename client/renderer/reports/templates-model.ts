// The templates of this workstation: the user's own, before the usual ones.
import { computed, signal } from '@preact/signals';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';
import {
  bestTemplate,
  MOST_TEMPLATES,
  type ReportTemplate,
  readTemplates,
  type StudyKind,
} from './template.ts';
import { usualTemplates } from './usual-templates.ts';

const NAME = 'report-templates';

export class TemplatesModel {
  readonly own = signal<readonly ReportTemplate[]>(readTemplates(keptSetting(NAME)));
  /** Own ones hide usual ones of the same name. */
  readonly all = computed(() => {
    const own = this.own.value;
    return [...own, ...usualTemplates().filter(({ name }) => !own.some((one) => one.name === name))];
  });
  /** Whether its dialog is open. */
  readonly editing = signal(false);

  /** The one that fits a study best. */
  bestFor(study: StudyKind): ReportTemplate | undefined {
    return bestTemplate(this.all.peek(), study);
  }

  /** Keeps a template, in the place of the own one of its name. @returns whether it was kept */
  save(template: ReportTemplate): 'kept' | 'not kept' {
    const others = this.own.peek().filter(({ name }) => name !== template.name);
    const [read] = readTemplates([template]);
    if (!read || others.length >= MOST_TEMPLATES) return 'not kept';
    return this.#keep([read, ...others]);
  }

  /** Forgets an own template. */
  remove(name: string): void {
    this.#keep(this.own.peek().filter((one) => one.name !== name));
  }

  #keep(own: readonly ReportTemplate[]): 'kept' | 'not kept' {
    this.own.value = own;
    return keepSetting(NAME, own);
  }
}
