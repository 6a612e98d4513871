// Verification (PS3.4 annex A).
import { responseTo } from '../messages/command.ts';
import { Status } from '../messages/status.ts';
import type { Service } from './parts.ts';

export const serveEcho: Service = ({ context, command }, { messages }) =>
  messages.send(context, responseTo(command, Status.success));
