// The C-STORE sub-operations of a retrieval: counted, told of while they run, summed up at the end (PS3.4 section C.4.2).
import { Key, writeIdentifier } from '../identifier.ts';
import { type Command, responseTo } from '../messages/command.ts';
import type { Messages } from '../messages/messages.ts';
import { Status } from '../messages/status.ts';
import type { SendOutcome } from '../scu/store.ts';
import type { AgreedContext } from '../upper-layer/negotiate.ts';

export class SubOperations {
  readonly #messages: Messages;
  readonly #context: AgreedContext;
  readonly #command: Command;
  readonly #total: number;
  #completed = 0;
  #warning = 0;
  readonly #failed: string[] = [];
  #reason: string | null = null;
  #told: Promise<void> = Promise.resolve();

  constructor(messages: Messages, context: AgreedContext, command: Command, total: number) {
    this.#messages = messages;
    this.#context = context;
    this.#command = command;
    this.#total = total;
  }

  /** Counts an outcome and tells the peer how far it is. */
  count({ outcome, sopInstanceUid, reason }: SendOutcome): void {
    if (outcome === 'sent') this.#completed += 1;
    else if (outcome === 'warning') this.#warning += 1;
    else {
      this.#failed.push(sopInstanceUid);
      this.#reason ??= reason;
    }
    if (this.#left === 0) return;
    const pending = responseTo(this.#command, Status.pending, { remaining: this.#left, ...this.#counts });
    // One after the other; a peer that is gone is noticed at the end.
    this.#told = this.#told.then(() => this.#messages.send(this.#context, pending)).catch(() => undefined);
  }

  /** The last response. @param cancelled whether the peer asked to stop @throws AssociationError */
  async finish(cancelled: boolean): Promise<void> {
    await this.#told;
    const failed = this.#failed.length;
    const stopped = cancelled && this.#left > 0;
    const status = stopped ? Status.cancel : failed === 0 ? Status.success : this.#failureStatus;
    const response = responseTo(this.#command, status, {
      ...this.#counts,
      ...(stopped && { remaining: this.#left }),
      ...(failed > 0 && { errorComment: this.#reason ?? '' }),
    });
    const list = failed > 0 ? { [Key.failedInstances]: { vr: 'UI', Value: this.#failed } } : null;
    const dataSet = list && writeIdentifier(list, this.#context.transferSyntax);
    await this.#messages.send(this.#context, response, dataSet);
  }

  get #failureStatus(): number {
    return this.#completed + this.#warning === 0 ? Status.cannotPerform : Status.someFailed;
  }

  get #left(): number {
    return this.#total - this.#completed - this.#warning - this.#failed.length;
  }

  get #counts(): Partial<Command> {
    return { completed: this.#completed, warning: this.#warning, failed: this.#failed.length };
  }
}
