// A modality of our own: asks for storage commitment, and takes the answer on the same or on a new association.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { DicomJson } from '@strata/dicom/json/types';
import { parseSettings } from '../../server/src/config/settings/settings.ts';
import { Key, readIdentifier, writeIdentifier } from '../../server/src/dimse/identifier.ts';
import { CommandField, responseTo } from '../../server/src/dimse/messages/command.ts';
import { MemorySink } from '../../server/src/dimse/messages/data-sink.ts';
import { Messages, type Request } from '../../server/src/dimse/messages/messages.ts';
import { type Connection, connect } from '../../server/src/dimse/scu/connection.ts';
import { IDENTIFIER_SYNTAXES } from '../../server/src/dimse/transfer-syntaxes.ts';
import { COMMITMENT_INSTANCE, SopClass } from '../../server/src/dimse/uids.ts';
import { negotiate } from '../../server/src/dimse/upper-layer/negotiate.ts';
import { UpperLayer } from '../../server/src/dimse/upper-layer/upper-layer.ts';

const limits = { identifierBytes: 2 ** 22, messageMs: 10_000, idleMs: 60_000, responseMs: 10_000 };
const { storageCommitment } = SopClass;

/** An N-EVENT-REPORT as it came. */
export interface Report {
  readonly eventTypeId: number;
  readonly dataSet: DicomJson;
}

export class Modality {
  readonly aeTitle: string;
  readonly reports: Report[] = [];
  #server: Server | null = null;

  constructor(aeTitle: string) {
    this.aeTitle = aeTitle;
  }

  /** Asks for commitment of instances, given as pairs of SOP class and SOP Instance UID. @returns the open association and the status */
  async ask(
    port: number,
    transactionUid: string,
    instances: readonly (readonly [string, string])[],
  ): Promise<{ connection: Connection; status: number }> {
    const { dicom } = parseSettings(JSON.stringify({ dicom: { aeTitle: this.aeTitle } }), '/settings.json');
    const peer = { aeTitle: 'STRATA', host: '127.0.0.1', port, tls: false };
    const connection = await connect(peer, { settings: dicom, settingsFolder: '/' }, [
      { abstractSyntax: storageCommitment, transferSyntaxes: IDENTIFIER_SYNTAXES },
    ]);
    const context = connection.context(storageCommitment);
    if (!context) throw new Error('storage commitment was not accepted');
    connection.messages.onRequest = (request) => this.#take(request, connection.messages);
    const action: DicomJson = {
      [Key.transactionUid]: { vr: 'UI', Value: [transactionUid] },
      [Key.referencedSopSequence]: {
        vr: 'SQ',
        Value: instances.map(([sopClass, instance]) => ({
          [Key.referencedSopClassUid]: { vr: 'UI', Value: [sopClass] },
          [Key.referencedSopInstanceUid]: { vr: 'UI', Value: [instance] },
        })),
      },
    };
    const { status } = await connection.messages.request(
      context,
      {
        commandField: CommandField.nAction,
        requestedSopClassUid: storageCommitment,
        requestedSopInstanceUid: COMMITMENT_INSTANCE,
        actionTypeId: 1,
      },
      writeIdentifier(action, context.transferSyntax),
    );
    return { connection, status };
  }

  /** Listens for reports; on a free port unless one is given. @returns the port */
  async listen(port = 0): Promise<number> {
    const server = createServer((socket) => {
      const layer = new UpperLayer(socket, 'acceptor', { maxPduBytes: 65_536, artimMs: 5000 });
      layer.onRequest = (request) => {
        const offer = {
          transferSyntaxes: IDENTIFIER_SYNTAXES,
          order: 'ours',
          roles: { scu: true, scp: true },
        };
        const { agreed, answers, roles } = negotiate(request, () => offer as never);
        const messages = new Messages(layer, agreed, limits);
        messages.onRequest = (message) => this.#take(message, messages);
        const user = { ...request.user, roles, extended: [] };
        const { calledAe, callingAe } = request;
        layer.accept({ type: 'associate-accept', calledAe, callingAe, contexts: answers, user }, 65_536);
      };
    });
    this.#server = server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server?.close();
  }

  async #take({ context, command, sink }: Request, messages: Messages): Promise<void> {
    const bytes = sink instanceof MemorySink ? sink.bytes : new Uint8Array(0);
    this.reports.push({
      eventTypeId: command.eventTypeId ?? 0,
      dataSet: readIdentifier(bytes, context.transferSyntax),
    });
    await messages.send(context, responseTo(command, 0));
  }
}
