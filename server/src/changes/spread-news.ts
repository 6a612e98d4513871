// Tells each part of the server what it has to know of what has changed.
import type { News } from '@strata/metadata/changes/change';
import type { ImageRole } from '../image/image-role.ts';
import type { Membership } from '../pool/membership.ts';
import type { PoolStore } from '../pool/pool-store.ts';

/** Parts that want to know; null where there is none. */
export interface NewsReceivers {
  readonly image: Pick<ImageRole, 'studyChanged' | 'worklistChanged' | 'everythingChanged'> | null;
  readonly store: Pick<PoolStore, 'holdersChanged'>;
  readonly membership: Pick<Membership, 'hurry'>;
}

export function spreadNews(news: News, { image, store, membership }: NewsReceivers): void {
  if (news === 'everything') {
    image?.everythingChanged();
    store.holdersChanged(null);
    membership.hurry();
    return;
  }
  for (const { kind, uid } of news) {
    if (kind === 'study') image?.studyChanged(uid);
    else if (kind === 'blob') store.holdersChanged(uid);
  }
  const kinds = new Set(news.map(({ kind }) => kind));
  if (kinds.has('study')) image?.worklistChanged();
  if (kinds.has('blobs')) store.holdersChanged(null);
  if (kinds.has('server')) membership.hurry();
}
