// Takes in what another archive sends in answer to a C-GET.
import { part10File } from '@strata/dicom/writing/part10-writer';
import type { Command } from '../dimse/messages/command.ts';
import type { Request } from '../dimse/messages/messages.ts';
import { Status } from '../dimse/messages/status.ts';
import { ReceivedFile, type ReceivingPlace } from '../dimse/scp/received-file.ts';
import { storeStatus } from '../dimse/scp/store.ts';
import type { Receiver } from '../dimse/scu/retrieve.ts';
import type { AgreedContext } from '../dimse/upper-layer/negotiate.ts';
import type { Admission } from '../gateway/admission.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { refusalOf } from '../gateway/refusal.ts';

export interface PrefetchReceiverParts {
  readonly gateway: Pick<Gateway, 'ingest'>;
  readonly admission: Admission;
  readonly receiving: ReceivingPlace;
}

const FIRST_GUESS = 2 ** 20;

export class PrefetchReceiver implements Receiver {
  readonly #parts: PrefetchReceiverParts;
  readonly #peer: string;

  /** @param peer the AE title of the archive */
  constructor(parts: PrefetchReceiverParts, peer: string) {
    this.#parts = parts;
    this.#peer = peer;
  }

  sinkFor(command: Command, { transferSyntax }: AgreedContext): ReceivedFile {
    const identity = {
      sopClassUid: command.affectedSopClassUid ?? '',
      sopInstanceUid: command.affectedSopInstanceUid ?? '',
      transferSyntaxUid: transferSyntax,
    };
    return new ReceivedFile(part10File(identity, []), FIRST_GUESS, this.#parts.receiving);
  }

  async take({ sink }: Request): Promise<{ status: number; errorComment?: string }> {
    const { gateway, admission } = this.#parts;
    if (!(sink instanceof ReceivedFile)) return { status: Status.cannotUnderstand };
    let leave = (): void => undefined;
    try {
      leave = await admission.enter(sink.length);
      const answer = await gateway.ingest(await sink.finish(), { kind: 'prefetch', peer: this.#peer });
      if (answer.outcome !== 'refused') return { status: Status.success };
      return { status: storeStatus(answer.code ?? ''), errorComment: answer.reason ?? '' };
    } catch (error) {
      sink.discard();
      const { code, reason } = refusalOf(error);
      return { status: storeStatus(code), errorComment: reason };
    } finally {
      leave();
    }
  }
}
