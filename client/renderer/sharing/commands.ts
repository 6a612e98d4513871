// What the study page can be told about links.
import { displayDate } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { isShared } from '../shell/server-fetch.ts';
import type { Command } from '../study/commands.ts';
import type { IconName } from '../study/icons.tsx';
import { sharingTexts } from '../words/sharing.ts';
import { sharingStudy } from './sharing-study.ts';

const share: Command & { readonly icon: IconName } = {
  id: 'study.share',
  get name() {
    return sharingTexts.value.share;
  },
  keys: ['Shift+l'],
  icon: 'share',
  run: ({ study }) => {
    const manifest = study.manifest.peek();
    const { patient, study: head } = manifest ?? {};
    const name = [displayName(patient?.name ?? '') || patient?.id, displayDate(head?.date ?? '')];
    sharingStudy.value = { uid: study.uid, name: name.filter(Boolean).join(', ') };
  },
};

/** None on a page that is a link itself. */
export const shareCommands: readonly (Command & { readonly icon: IconName })[] = isShared ? [] : [share];
