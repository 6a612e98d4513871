// A client of the upper layer that may send anything: PDUs by hand over a plain socket.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Command, CommandField } from '../../server/src/dimse/messages/command.ts';
import { writeCommand } from '../../server/src/dimse/messages/command-set.ts';
import { APPLICATION_CONTEXT, type ControlPdu } from '../../server/src/dimse/upper-layer/pdu.ts';
import { PduReceiver } from '../../server/src/dimse/upper-layer/pdu-receiver.ts';
import { dataHeader, writePdu } from '../../server/src/dimse/upper-layer/write-pdu.ts';

export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
const VERIFICATION = '1.2.840.10008.1.1';
const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';

export interface Names {
  readonly called?: string;
  readonly calling?: string;
}

export class RawAssociation {
  readonly socket: Socket;
  /** What the peer answered, control PDUs only. */
  readonly answers: ControlPdu[] = [];
  /** Bytes of data that the peer sent. */
  dataBytes = 0;
  /** Resolves when the connection is over. */
  readonly closed: Promise<unknown>;
  readonly #receiver = new PduReceiver(2 ** 20);

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined); // the test looks at what was answered before
    socket.on('data', (chunk) => {
      this.#receiver.push(chunk);
      for (let pdu = this.#receiver.next(); pdu; pdu = this.#receiver.next()) {
        if (pdu.type === 'data') this.dataBytes += pdu.bytes.length;
        else this.answers.push(pdu);
        socket.emit('pdu');
      }
    });
  }

  /** Connects and says nothing yet. */
  static async connect(port: number): Promise<RawAssociation> {
    const socket = connect(port, '127.0.0.1');
    const association = new RawAssociation(socket);
    await once(socket, 'connect');
    return association;
  }

  /** Connects and asks for contexts 1 (CT images) and 3 (verification). Resolves with the answer. */
  static async open(port: number, names: Names = {}): Promise<RawAssociation> {
    const association = await RawAssociation.connect(port);
    association.send(writePdu(associateRequest(names)));
    await association.answer();
    return association;
  }

  /** The first control PDU of the peer; null when it closed without one. */
  async answer(): Promise<ControlPdu | null> {
    while (this.answers.length === 0 && !this.socket.closed) {
      await Promise.race([once(this.socket, 'pdu'), this.closed]);
    }
    return this.answers[0] ?? null;
  }

  send(...bytes: Uint8Array[]): void {
    for (const part of bytes) this.socket.write(part);
  }

  /** Begins a C-STORE; the data set is up to the caller, on context 1. */
  beginStore(sopInstanceUid: string): void {
    this.sendCommand(1, {
      commandField: CommandField.cStore,
      hasDataSet: true,
      messageId: 1,
      affectedSopClassUid: CT_IMAGE,
      affectedSopInstanceUid: sopInstanceUid,
    });
  }

  sendCommand(contextId: number, command: Command): void {
    const bytes = writeCommand(command);
    this.send(dataHeader(contextId, true, true, bytes.length), bytes);
  }

  /** A fragment of a data set. */
  sendData(bytes: Uint8Array, last: boolean): void {
    this.send(dataHeader(1, false, last, bytes.length), bytes);
  }

  /** A C-ECHO that is answered says that the association is well. */
  async echoes(): Promise<boolean> {
    this.sendCommand(3, {
      commandField: CommandField.cEcho,
      hasDataSet: false,
      messageId: 7,
      affectedSopClassUid: VERIFICATION,
    });
    await Promise.race([once(this.socket, 'pdu'), this.closed]);
    return this.dataBytes > 0;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

function associateRequest({ called = 'STRATA', calling = 'RAW' }: Names = {}): ControlPdu {
  return {
    type: 'associate-request',
    protocolVersion: 1,
    calledAe: called,
    callingAe: calling,
    applicationContext: APPLICATION_CONTEXT,
    contexts: [
      { id: 1, abstractSyntax: CT_IMAGE, transferSyntaxes: [EXPLICIT_LITTLE] },
      { id: 3, abstractSyntax: VERIFICATION, transferSyntaxes: [EXPLICIT_LITTLE] },
    ],
    user: {
      maxPduBytes: 16_384,
      implementationClass: '1.2.3',
      implementationVersion: 'RAW',
      roles: [],
      extended: [],
    },
  };
}
