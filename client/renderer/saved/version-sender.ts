// Sends versions of saved work so that none is saved twice: one whose answer was lost goes again under the id it had.
import type { SavedKindName, SavedReceipt, SavedRequest } from '@strata/protocol/saved';
import { postSaved, SavedError } from './saved-client.ts';

/** A version that may have been saved or not. */
interface Unanswered<Content> {
  readonly studyUid: string;
  readonly request: SavedRequest<Content>;
  readonly id: string;
}

export class VersionSender<Content> {
  readonly #kind: SavedKindName;
  readonly #post: typeof postSaved<Content>;
  readonly #unanswered = new Map<string, Unanswered<Content>>();

  constructor(kind: SavedKindName, post: typeof postSaved<Content> = postSaved) {
    this.#kind = kind;
    this.#post = post;
  }

  /**
   * Saves a version. It is safe when this returns. Where another one had no answer, that is sent again first, and this one
   * follows on it.
   * @param line what it is a version of, where a study has several
   * @throws SavedError
   */
  async send(studyUid: string, request: SavedRequest<Content>, line = ''): Promise<SavedReceipt> {
    const key = `${studyUid} ${line}`;
    const before = this.#unanswered.get(key);
    if (!before) return this.#send(key, { studyUid, request, id: newRequestId() });
    const isTheSame = JSON.stringify(before.request) === JSON.stringify(request);
    if (isTheSame) return this.#send(key, before);
    const saved = await this.#settle(key, before);
    if (!saved) return this.send(studyUid, request, line);
    const replaced = new Set(before.request.predecessors);
    const others = request.predecessors.filter((uid) => !replaced.has(uid) && uid !== saved.sopInstanceUid);
    return this.send(studyUid, { ...request, predecessors: [saved.sopInstanceUid, ...others] }, line);
  }

  /** @returns null when the server refuses it: then it was not saved */
  async #settle(key: string, version: Unanswered<Content>): Promise<SavedReceipt | null> {
    try {
      return await this.#send(key, version);
    } catch (error) {
      if (this.#unanswered.has(key)) throw error;
      return null;
    }
  }

  async #send(key: string, version: Unanswered<Content>): Promise<SavedReceipt> {
    const { studyUid, request, id } = version;
    this.#unanswered.set(key, version);
    try {
      const receipt = await this.#post(this.#kind, studyUid, { ...request, id });
      this.#unanswered.delete(key);
      return receipt;
    } catch (error) {
      if (error instanceof SavedError && error.isRefusal) this.#unanswered.delete(key);
      throw error;
    }
  }
}

/** An id for a request that nobody else has: a random UUID (RFC 9562 section 5.4), also on pages that have no TLS. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = 0x40 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
