// The one streaming client of the page and what it says of itself.
import { computed, signal } from '@preact/signals';
import { StrataClient } from '@strata/stream/client';
import type { ClientState, ClientStats } from '@strata/stream/types';
import { memoryOfPage } from '../loading/memory-shares.ts';
import { desktopLevels, desktopStart } from './desktop.ts';
import { shareToken } from './server-fetch.ts';

const state = signal<ClientState>('idle');
const everOnline = signal(false);

/** Counters of the client, a few times a second while something changes; null before the first. */
export const clientStats = signal<ClientStats | null>(null);

/** Study that was said to have grown, with a count so that the same study twice is seen twice. */
export const changedStudy = signal<{ readonly uid: string; readonly count: number } | null>(null);

/** Counts the times that servers said that a worklist may be another: see StrataClient. */
export const worklistNews = signal(0);

/** What the user is told. A client with nothing to do may hold no connection: that is fine too. */
export const connectionState = computed<'connecting' | 'connected' | 'reconnecting'>(() => {
  if (state.value === 'offline') return 'reconnecting';
  if (state.value === 'connecting' && !everOnline.value) return 'connecting';
  return state.value === 'idle' && !everOnline.value ? 'connecting' : 'connected';
});

/** Counts the times that a server came within reach: whatever failed for want of one may be asked again. */
export const timesOnline = signal(0);

let client: StrataClient | null = null;

/** The page's client: streams from the server that the page came from, or from those that the desktop program names. */
export function strataClient(): StrataClient {
  const { servers, site, program } = desktopStart() ?? ofBrowser();
  client ??= new StrataClient({
    servers: [...servers],
    ...(site !== null && { site }),
    client: program,
    ...(shareToken !== null && { token: shareToken }),
    ...(desktopLevels && { kept: desktopLevels }),
    cacheBytes: memoryOfPage().coded,
    onState: (next) => {
      if (next === 'online' && state.value !== 'online') timesOnline.value++;
      if (next === 'online') everOnline.value = true;
      state.value = next;
    },
    onStats: (stats) => {
      clientStats.value = stats;
    },
    onChanged: (uid) => {
      changedStudy.value = { uid, count: (changedStudy.value?.count ?? 0) + 1 };
    },
    onWorklistChanged: () => {
      worklistNews.value++;
    },
  });
  return client;
}

function ofBrowser() {
  return {
    servers: [`${location.origin.replace(/^http/, 'ws')}/stream`],
    site: null,
    program: 'Strata viewer',
  };
}
