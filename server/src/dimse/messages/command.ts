// What a command set says (PS3.7 sections 9.3, 10.3 and annex E).

/** The command field; a response has the highest bit. */
export const CommandField = {
  cStore: 0x0001,
  cGet: 0x0010,
  cFind: 0x0020,
  cMove: 0x0021,
  cEcho: 0x0030,
  cCancel: 0x0fff,
  nEventReport: 0x0100,
  nGet: 0x0110,
  nSet: 0x0120,
  nAction: 0x0130,
  nCreate: 0x0140,
  nDelete: 0x0150,
} as const;

export const RESPONSE = 0x8000;

/** The fields of a command set by their keywords; which are there depends on the command. */
export interface Command {
  readonly commandField: number;
  /** Whether a data set follows. */
  readonly hasDataSet: boolean;
  readonly messageId?: number | undefined;
  readonly messageIdBeingRespondedTo?: number | undefined;
  readonly affectedSopClassUid?: string | undefined;
  readonly requestedSopClassUid?: string | undefined;
  readonly affectedSopInstanceUid?: string | undefined;
  readonly requestedSopInstanceUid?: string | undefined;
  readonly moveDestination?: string | undefined;
  /** 2 low, 0 medium, 1 high. */
  readonly priority?: number | undefined;
  readonly status?: number | undefined;
  /** At most 64 characters. */
  readonly errorComment?: string | undefined;
  readonly errorId?: number | undefined;
  readonly eventTypeId?: number | undefined;
  readonly actionTypeId?: number | undefined;
  readonly remaining?: number | undefined;
  readonly completed?: number | undefined;
  readonly failed?: number | undefined;
  readonly warning?: number | undefined;
  readonly moveOriginatorAe?: string | undefined;
  readonly moveOriginatorMessageId?: number | undefined;
}

/** The response to a request: its field, its message, and the class and instance that it names. */
export function responseTo(request: Command, status: number, more: Partial<Command> = {}): Command {
  return {
    commandField: request.commandField | RESPONSE,
    messageIdBeingRespondedTo: request.messageId,
    affectedSopClassUid: request.affectedSopClassUid ?? request.requestedSopClassUid,
    affectedSopInstanceUid: request.affectedSopInstanceUid ?? request.requestedSopInstanceUid,
    hasDataSet: false,
    status,
    ...more,
  };
}
