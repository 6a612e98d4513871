// Messages on an association: pieces become commands with their data sets, responses find their requests.
import { AssociationError } from '../upper-layer/association-error.ts';
import type { AgreedContext } from '../upper-layer/negotiate.ts';
import { AbortReason, type DataPiece, PduError } from '../upper-layer/pdu.ts';
import type { UpperLayer } from '../upper-layer/upper-layer.ts';
import { type Command, CommandField, RESPONSE } from './command.ts';
import { MAX_COMMAND_BYTES, readCommand, writeCommand } from './command-set.ts';
import { type DataSink, MemorySink } from './data-sink.ts';
import { isPending } from './status.ts';

/** A request of the peer with the sink that took its data set; null when it came without one. */
export interface Request<Sink extends DataSink = DataSink> {
  readonly context: AgreedContext;
  readonly command: Command;
  readonly sink: Sink | null;
}

/** A response of the peer. */
export interface Response {
  readonly command: Command;
  readonly status: number;
  /** Empty when it came without one. */
  readonly dataSet: Uint8Array;
}

export interface MessageLimits {
  /** Largest data set that is collected in memory. */
  readonly identifierBytes: number;
  /** Longest silence in the middle of a message, between messages, and before a response, in milliseconds. */
  readonly messageMs: number;
  readonly idleMs: number;
  readonly responseMs: number;
}

interface Awaited {
  readonly context: AgreedContext;
  readonly onPending: (response: Response) => void;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
  late: NodeJS.Timeout | null;
}

/** A message that is coming. */
interface Coming {
  readonly context: AgreedContext;
  readonly command: Command;
  readonly sink: DataSink;
}

export class Messages {
  /** Serves a request; further ones wait for its promise. */
  onRequest: (request: Request) => Promise<void> = async () => undefined;
  /** Where the data set of a request goes; default: into memory. */
  sinkFor: (command: Command, context: AgreedContext) => DataSink | null = () => null;
  readonly layer: UpperLayer;
  readonly contexts: ReadonlyMap<number, AgreedContext>;

  readonly #limits: MessageLimits;
  readonly #awaited = new Map<number, Awaited>();
  readonly #cancelled = new Map<number, () => void>();
  #command: { contextId: number; parts: Buffer[]; length: number } | null = null;
  #coming: Coming | null = null;
  #serving: Promise<void> | null = null;
  #lastMessageId = 0;

  constructor(layer: UpperLayer, contexts: ReadonlyMap<number, AgreedContext>, limits: MessageLimits) {
    this.layer = layer;
    this.contexts = contexts;
    this.#limits = limits;
    layer.onData = (piece) => this.#take(piece);
    this.#watch();
    void layer.ended.then(({ error }) => this.#over(error));
  }

  /** Whether a request of the peer is being served. */
  get busy(): boolean {
    return this.#serving !== null || this.#coming !== null;
  }

  /** Sends a response or another message that is not answered. @throws AssociationError */
  send(context: AgreedContext, command: Command, dataSet: Uint8Array | null = null): Promise<void> {
    return this.layer.send(context.id, writeCommand({ ...command, hasDataSet: dataSet !== null }), dataSet);
  }

  /**
   * Sends a request and waits for its last response.
   * @param onPending told of each response before the last
   * @throws AssociationError; 'silent' when the peer does not answer in time, which ends the association
   */
  async request(
    context: AgreedContext,
    command: Omit<Command, 'messageId' | 'hasDataSet'>,
    dataSet: Uint8Array | null = null,
    onPending: (response: Response) => void = () => undefined,
  ): Promise<Response> {
    const messageId = this.#nextId();
    const response = new Promise<Response>((resolve, reject) => {
      this.#awaited.set(messageId, { context, onPending, resolve, reject, late: null });
    });
    response.catch(() => undefined); // it may fail while the request is still being sent
    this.#watch();
    await this.send(context, { ...command, messageId, hasDataSet: dataSet !== null }, dataSet);
    this.#await(messageId);
    return response;
  }

  /** Asks the peer to give up the operation that `request` runs on this context, if there is one. */
  async cancel(context: AgreedContext): Promise<void> {
    for (const [messageId, awaited] of this.#awaited) {
      if (awaited.context !== context) continue;
      await this.send(context, {
        commandField: CommandField.cCancel,
        messageIdBeingRespondedTo: messageId,
        hasDataSet: false,
      });
    }
  }

  /** Calls back when the peer cancels this request. @returns what ends the waiting for it */
  onCancel(request: Command, cancelled: () => void): () => void {
    const id = request.messageId ?? 0;
    this.#cancelled.set(id, cancelled);
    return () => this.#cancelled.delete(id);
  }

  #take({ contextId, command, last, bytes }: DataPiece): Promise<void> | undefined {
    const context = this.contexts.get(contextId);
    if (!context) {
      throw new PduError(
        AbortReason.invalidParameter,
        `Data came on the context ${contextId}, which is not agreed.`,
      );
    }
    if (command) return this.#takeCommand(context, bytes, last);
    const coming = this.#coming;
    if (coming?.context !== context) {
      throw new PduError(AbortReason.unexpectedParameter, 'A data set came without its command.');
    }
    const wait = bytes.length > 0 ? coming.sink.write(bytes) : undefined;
    if (!last) return wait;
    this.#coming = null;
    return wait ? wait.then(() => this.#complete(coming)) : this.#complete(coming);
  }

  #takeCommand(context: AgreedContext, bytes: Uint8Array, last: boolean): Promise<void> | undefined {
    if (this.#coming) throw new PduError(AbortReason.unexpectedParameter, 'A command came instead of data.');
    this.#command ??= { contextId: context.id, parts: [], length: 0 };
    const collected = this.#command;
    collected.parts.push(Buffer.from(bytes));
    collected.length += bytes.length;
    if (collected.contextId !== context.id || collected.length > MAX_COMMAND_BYTES) {
      throw new PduError(AbortReason.invalidParameter, 'A command set is too long or changes its context.');
    }
    if (!last) {
      this.#watch();
      return undefined;
    }
    this.#command = null;
    const command = readCommand(Buffer.concat(collected.parts));
    const isRequest = (command.commandField & RESPONSE) === 0;
    if (isRequest && command.commandField !== CommandField.cCancel && this.#serving) {
      // No asynchronous operations were agreed on: the next request waits for the end of this one.
      return this.#serving.then(() => this.#begin(context, command));
    }
    return this.#begin(context, command);
  }

  #begin(context: AgreedContext, command: Command): Promise<void> | undefined {
    const sink =
      (command.hasDataSet ? this.sinkFor(command, context) : null) ??
      new MemorySink(this.#limits.identifierBytes);
    const coming = { context, command, sink };
    if (!command.hasDataSet) return this.#complete(coming);
    this.#coming = coming;
    this.#watch();
    return undefined;
  }

  #complete({ context, command, sink }: Coming): undefined {
    if (command.commandField === CommandField.cCancel) {
      this.#cancelled.get(command.messageIdBeingRespondedTo ?? 0)?.();
    } else if ((command.commandField & RESPONSE) !== 0) {
      this.#respond(command, sink instanceof MemorySink ? sink.bytes : new Uint8Array(0));
    } else {
      // A peer that asks in the middle of an operation is at work on it.
      for (const id of this.#awaited.keys()) this.#await(id);
      this.#serving = this.#serve({ context, command, sink: command.hasDataSet ? sink : null });
    }
    this.#watch();
  }

  async #serve(request: Request): Promise<void> {
    try {
      await this.onRequest(request);
    } catch (error) {
      // Whoever serves answers what goes wrong; what is left is an association that ended meanwhile, or a defect.
      if (!(error instanceof AssociationError)) this.layer.abort(AbortReason.notSpecified, String(error));
    } finally {
      this.#serving = null;
      this.#watch();
    }
  }

  #respond(command: Command, dataSet: Uint8Array): void {
    const id = command.messageIdBeingRespondedTo ?? 0;
    const awaited = this.#awaited.get(id);
    if (!awaited) {
      throw new PduError(AbortReason.unexpectedParameter, `A response came to ${id}, which was not asked.`);
    }
    const status = command.status ?? 0;
    if (isPending(status)) {
      this.#await(id);
      awaited.onPending({ command, status, dataSet });
      return;
    }
    this.#forget(id);
    awaited.resolve({ command, status, dataSet });
  }

  #await(id: number): void {
    const awaited = this.#awaited.get(id);
    if (!awaited) return;
    if (awaited.late) clearTimeout(awaited.late);
    const { responseMs } = this.#limits;
    awaited.late = setTimeout(() => {
      const message = `The peer did not answer within ${responseMs / 1000} s.`;
      awaited.reject(new AssociationError('silent', message));
      this.#forget(id);
      this.layer.abort(undefined, message);
    }, responseMs);
  }

  #forget(id: number): void {
    const late = this.#awaited.get(id)?.late;
    if (late) clearTimeout(late);
    this.#awaited.delete(id);
  }

  /** Says to the layer how long the peer may be silent now. */
  #watch(): void {
    const { messageMs, idleMs } = this.#limits;
    if (this.#coming || this.#command || this.layer.insidePdu) {
      this.layer.allowSilence(messageMs, 'the peer fell silent in the middle of a message');
    } else if (this.#serving || this.#awaited.size > 0) {
      this.layer.allowSilence(0, '');
    } else {
      this.layer.allowSilence(idleMs, 'the association was idle');
    }
  }

  #nextId(): number {
    do this.#lastMessageId = (this.#lastMessageId % 0xffff) + 1;
    while (this.#awaited.has(this.#lastMessageId));
    return this.#lastMessageId;
  }

  #over(error: AssociationError | null): void {
    this.#coming?.sink.discard();
    this.#coming = null;
    for (const cancelled of this.#cancelled.values()) cancelled();
    for (const id of [...this.#awaited.keys()]) {
      const awaited = this.#awaited.get(id);
      this.#forget(id);
      awaited?.reject(error ?? new AssociationError('closed', 'The peer released the association.'));
    }
  }
}
