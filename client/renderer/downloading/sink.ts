// Where downloaded files go, one at a time.

export interface Sink {
  /** Keeps a whole file. @param name with slashes between folders @throws DownloadError 'not-written' */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** All files are there. */
  close(): Promise<void>;
  /** No more will come: takes away what is of no use. */
  abandon(): Promise<void>;
}
