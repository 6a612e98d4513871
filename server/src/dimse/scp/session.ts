// One association that a peer has opened: who it is, what is agreed on, and which service a request goes to.
import type { Socket } from 'node:net';
import { IMPLEMENTATION_CLASS, IMPLEMENTATION_VERSION } from '@strata/dicom/writing/part10-writer';
import { CommandField, responseTo } from '../messages/command.ts';
import { Messages, type Request } from '../messages/messages.ts';
import { Status } from '../messages/status.ts';
import { SopClass } from '../uids.ts';
import { negotiate } from '../upper-layer/negotiate.ts';
import { AbortReason, APPLICATION_CONTEXT, type AssociateRequest, Rejection } from '../upper-layer/pdu.ts';
import { UpperLayer } from '../upper-layer/upper-layer.ts';
import { serveCommitment } from './commitment.ts';
import { serveEcho } from './echo.ts';
import { serveFind, serveWorklist } from './find.ts';
import { serveGet } from './get.ts';
import { serveMove } from './move.ts';
import { offerOf } from './offers.ts';
import type { Caller, DimseParts, Service } from './parts.ts';
import { StoreService } from './store.ts';

const finds = new Set<string>([SopClass.patientRootFind, SopClass.studyRootFind]);
const moves = new Set<string>([SopClass.patientRootMove, SopClass.studyRootMove]);
const gets = new Set<string>([SopClass.patientRootGet, SopClass.studyRootGet]);

export class Session {
  /** Resolves when the association is over. */
  readonly ended: Promise<unknown>;
  readonly #parts: DimseParts;
  readonly #layer: UpperLayer;
  readonly #admit: () => boolean;
  readonly #store: StoreService;
  readonly #peer: string;
  #messages: Messages | null = null;
  #caller: Caller | null = null;

  /** @param admit takes a place among the associations, or says that there is none */
  constructor(socket: Socket, parts: DimseParts, admit: () => boolean) {
    const { limits, timeouts } = parts.settings;
    this.#parts = parts;
    this.#admit = admit;
    this.#store = new StoreService(parts);
    this.#peer = `${socket.remoteAddress}:${socket.remotePort}`;
    const options = { maxPduBytes: limits.pduBytes, artimMs: timeouts.artim * 1000 };
    this.#layer = new UpperLayer(socket, 'acceptor', options);
    this.#layer.onRequest = (request) => this.#decide(request);
    this.ended = this.#layer.ended.then(({ error }) => {
      const { callingAe } = this.#caller ?? {};
      if (error) parts.log.info({ peer: this.#peer, callingAe, why: error.message }, 'an association broke');
    });
  }

  /** Whether a request is being served. */
  get busy(): boolean {
    return this.#messages?.busy ?? false;
  }

  abort(): void {
    this.#layer.abort(undefined, 'Strata is stopping');
  }

  #decide(request: AssociateRequest): void {
    const { settings, log } = this.#parts;
    const { callingAe, calledAe } = request;
    const rejection = this.#rejectionOf(request);
    if (rejection) {
      log.info({ peer: this.#peer, callingAe, calledAe, ...rejection }, 'rejected an association');
      this.#layer.reject(rejection);
      return;
    }
    const agreement = negotiate(request, (uid) => offerOf(uid, settings));
    const { limits, timeouts } = settings;
    const messages = new Messages(this.#layer, agreement.agreed, {
      identifierBytes: limits.identifierBytes,
      messageMs: timeouts.message * 1000,
      idleMs: timeouts.idle * 1000,
      responseMs: timeouts.response * 1000,
    });
    const extended = new Map(agreement.extended.map(({ sopClass, information }) => [sopClass, information]));
    const caller = { messages, callingAe, calledAe, peer: this.#peer, extended };
    this.#messages = messages;
    this.#caller = caller;
    messages.sinkFor = (command, context) =>
      command.commandField === CommandField.cStore ? this.#store.sinkFor(command, context) : null;
    messages.onRequest = (message) => this.#serve(message, caller);
    this.#layer.accept(
      {
        type: 'associate-accept',
        calledAe,
        callingAe,
        contexts: agreement.answers,
        user: {
          maxPduBytes: limits.pduBytes,
          implementationClass: IMPLEMENTATION_CLASS,
          implementationVersion: IMPLEMENTATION_VERSION,
          roles: agreement.roles,
          extended: agreement.extended,
        },
      },
      request.user.maxPduBytes,
    );
  }

  #rejectionOf(request: AssociateRequest) {
    const { settings } = this.#parts;
    const knows = settings.peers.some(({ aeTitle }) => aeTitle === request.callingAe);
    if ((request.protocolVersion & 1) === 0) return Rejection.protocolVersion;
    if (request.applicationContext !== APPLICATION_CONTEXT) return Rejection.applicationContext;
    if (settings.checkCalledTitle && request.calledAe !== settings.aeTitle) return Rejection.calledAeUnknown;
    if (!knows && !settings.acceptUnknownCalling) return Rejection.callingAeUnknown;
    if (!this.#admit()) return Rejection.localLimit;
    return null;
  }

  async #serve(request: Request, caller: Caller): Promise<void> {
    const { command, context } = request;
    const service = this.#serviceOf(request);
    if (service) return service(request, caller, this.#parts);
    if (command.commandField === CommandField.cStore)
      return this.#layer.abort(AbortReason.unexpectedParameter);
    const errorComment = 'This operation is not served on this presentation context.';
    await caller.messages.send(context, responseTo(command, Status.unrecognizedOperation, { errorComment }));
  }

  #serviceOf({ command, context }: Request): Service | null {
    const { settings } = this.#parts;
    const offer = offerOf(context.abstractSyntax, settings);
    switch (command.commandField) {
      case CommandField.cEcho:
        return serveEcho;
      case CommandField.cFind:
        if (context.abstractSyntax === SopClass.worklistFind) return serveWorklist;
        return finds.has(context.abstractSyntax) ? serveFind : null;
      case CommandField.nAction:
        return context.abstractSyntax === SopClass.storageCommitment ? serveCommitment : null;
      case CommandField.cMove:
        return moves.has(context.abstractSyntax) ? serveMove : null;
      case CommandField.cGet:
        return gets.has(context.abstractSyntax) ? serveGet : null;
      case CommandField.cStore:
        return offer?.roles.scp ? (request, caller) => this.#store.serve(request, caller) : null;
      default:
        return null;
    }
  }
}
