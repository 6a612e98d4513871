// What the presenting workers are asked, and what they answer.
import type { RenderRequest } from '../rendering/render-request.ts';

export type PresentingRequest =
  /** Which study a file belongs to; the file comes back. */
  | { readonly type: 'identify'; readonly file: Uint8Array }
  /** The metadata of an instance from its data set as a Part 10 file. */
  | { readonly type: 'metadata'; readonly file: Uint8Array; readonly options: MetadataOptions }
  /** One element's value by its path: `00880200/0/7FE00010`. */
  | { readonly type: 'bulk-data'; readonly file: Uint8Array; readonly path: string }
  | { readonly type: 'render'; readonly request: RenderRequest };

export interface MetadataOptions {
  /** What stands before the path of an element in its BulkDataURI. */
  readonly bulkDataBase: string;
  /** Whether the instance has pixels, which the data set lacks. */
  readonly hasPixels: boolean;
}

export type PresentingReply =
  | { readonly type: 'identified'; readonly studyInstanceUid: string | null; readonly file: Uint8Array }
  /** UTF-8 of one JSON object. */
  | { readonly type: 'metadata'; readonly json: Uint8Array }
  /** Null when there is no such element. */
  | { readonly type: 'bulk-data'; readonly bytes: Uint8Array | null }
  | { readonly type: 'rendered'; readonly image: Uint8Array }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
