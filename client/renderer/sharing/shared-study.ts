// The study that the link of this page opens.
import { signal } from '@preact/signals';
import type { SharedStudy } from './shares-client.ts';

/** Null until it is known, and on pages that are no link. */
export const sharedStudy = signal<SharedStudy | null>(null);
