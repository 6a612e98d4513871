// The bytes of what is sent, one at a time: read from a file, or asked of Strata.
import type { FileSource, OpenedFile } from '../../dimse/scu/stored-files.ts';
import { CommandError } from '../failure.ts';
import { ask } from '../server-client.ts';
import { contentOf, type Outgoing } from './outgoing.ts';

export class OpenedFiles implements FileSource {
  readonly #url: string | null;
  readonly #outgoing: ReadonlyMap<string, Outgoing>;

  /** @param url of the Strata that stores what has no source of its own */
  constructor(url: string | null, outgoing: ReadonlyMap<string, Outgoing>) {
    this.#url = url;
    this.#outgoing = outgoing;
  }

  /** @throws CommandError; what reading a file throws */
  async open(sopInstanceUid: string, transferSyntaxUid: string): Promise<OpenedFile> {
    const one = this.#outgoing.get(sopInstanceUid);
    const source = one?.source;
    if (!source)
      return { file: await this.#stored(sopInstanceUid, transferSyntaxUid), close: () => undefined };
    if (one.transferSyntaxUid !== transferSyntaxUid) {
      throw new CommandError(
        `The peer does not take its transfer syntax ${one.transferSyntaxUid}. Import the file and send it by its UID: it is converted then.`,
      );
    }
    return { file: await contentOf(source), close: () => undefined };
  }

  async #stored(sopInstanceUid: string, transferSyntaxUid: string): Promise<Uint8Array> {
    const query = `transfer-syntax=${encodeURIComponent(transferSyntaxUid)}`;
    const place = `${this.#url}/gateway/instances/${encodeURIComponent(sopInstanceUid)}/file?${query}`;
    return new Uint8Array(await (await ask(place)).arrayBuffer());
  }
}
