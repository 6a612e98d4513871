// Which of the dialogs that every page has is open: opened by keys, buttons and other dialogs.
import { signal } from '@preact/signals';

/** Parts of the settings, each a tab. */
export const settingsParts = ['general', 'keys', 'mouse'] as const;

export type SettingsPart = (typeof settingsParts)[number];

/** Whether the help is open. */
export const helpOpen = signal(false);

/** The part of the settings that is open; null for none. */
export const settingsOpen = signal<SettingsPart | null>(null);
