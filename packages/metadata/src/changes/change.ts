// What followers are told of.

/**
 * `study`: its instances are not as they were (uid: Study Instance UID). `blob`: other servers hold it (uid: digest).
 * `blobs`: that of many at once (uid: the server or disk). `server`: one came, left or changed (uid: its id).
 */
export type ChangeKind = 'study' | 'blob' | 'blobs' | 'server';

export interface Change {
  readonly kind: ChangeKind;
  readonly uid: string;
}

/** Changes, each once however often it was made; or that anything may have changed, this process must have missed it. */
export type News = readonly Change[] | 'everything';
