// The uploads of this page: one set for all pages of the window, as they go on from one to the next.
import { effect, signal } from '@preact/signals';
import { askBeforeLeaving } from '../shell/ask-before-leaving.ts';
import { publishState } from '../shell/debug-state.ts';
import { httpServers } from '../shell/http-servers.ts';
import { sendFile } from './send-file.ts';
import { ServerChoice } from './server-choice.ts';
import { Uploads } from './uploads.ts';

export const uploads = new Uploads({ send: sendFile, choice: new ServerChoice(httpServers) });

/** Whether the panel is open although nothing was dropped yet. */
export const isPanelAsked = signal(false);

/** Starts what the page does for them: says what they do, and asks before the window is closed under them. Called once. */
export function startUploads(): void {
  effect(() => {
    const state = uploads.state.value;
    publishState({
      uploads: {
        ...{ state, figures: uploads.figures.value },
        refused: uploads.refused.value.map(({ name, code }) => ({ name, code })),
        studies: [...uploads.studies.value.keys()],
      },
    });
    if (state !== 'sending' && state !== 'waiting') return;
    return askBeforeLeaving();
  });
}
