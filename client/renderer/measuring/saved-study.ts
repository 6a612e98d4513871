// What is saved of the measurements of one study: the newest versions, ours and others'.
import type { SavedAnswer, SavedObject } from '@strata/protocol/saved';
import type { SavedMeasurements } from '@strata/protocol/saved-measurements';
import type { ByUid } from './merge.ts';

export interface SavedStudy {
  /** SOP Instance UIDs of our newest versions: one, or several where two people saved at the same time. */
  readonly versions: readonly string[];
  readonly ours: ByUid;
  /** Those of others that no version of ours has. */
  readonly others: ByUid;
  /** Who made those of others, by UID of the measurement. */
  readonly makers: ReadonlyMap<string, string>;
  /** Of our newest version; '' when there is none. */
  readonly author: string;
  readonly at: string;
  /** What could not be read: the title of the document, and why. */
  readonly unread: readonly { readonly title: string; readonly what: string }[];
}

export const nothingSaved: SavedStudy = {
  ...{ versions: [], ours: new Map(), others: new Map(), makers: new Map() },
  ...{ author: '', at: '', unread: [] },
};

const isOurs = ({ maker }: SavedObject<SavedMeasurements>): boolean => maker === 'Strata';

/** The newest of what a server has. */
export function savedStudyOf({ objects, problems }: SavedAnswer<SavedMeasurements>): SavedStudy {
  const current = objects.filter(({ superseded }) => !superseded);
  const versions = current.filter(isOurs);
  // The newest goes last, and before older ones.
  const ours = new Map(versions.toReversed().flatMap(({ content }) => byUid(content)));
  const foreign = current.filter((object) => !isOurs(object)).toReversed();
  const others = new Map(foreign.flatMap(({ content }) => byUid(content)).filter(([uid]) => !ours.has(uid)));
  const makers = new Map(
    foreign.flatMap(({ content, maker, title }) =>
      content.measurements.map(({ uid }) => [uid, maker || title] as const),
    ),
  );
  const [newest] = versions;
  const unread = current.flatMap(({ unread: whats, title, maker }) =>
    whats.map((what) => ({ title: [title, maker].filter(Boolean).join(', '), what })),
  );
  return {
    versions: versions.map(({ sopInstanceUid }) => sopInstanceUid),
    ...{ ours, others, makers, author: newest?.author ?? '', at: newest?.at ?? '' },
    unread: [...unread, ...problems.map((what) => ({ title: '', what }))],
  };
}

function byUid({ measurements }: SavedMeasurements) {
  return measurements.map((one) => [one.uid, one] as const);
}

/** All that is to be drawn of it. */
export function drawnOf({ ours, others }: SavedStudy): ByUid {
  return new Map([...others, ...ours]);
}
