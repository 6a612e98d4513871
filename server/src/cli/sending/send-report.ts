// What a sending came to, for people.
import type { SendOutcome } from '../../dimse/scu/store.ts';
import { count, duration, printable } from '../words.ts';
import type { Unsendable } from './outgoing.ts';

export interface SendSummary {
  readonly sent: number;
  readonly warnings: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ms: number;
}

/** Counts; what could not even be offered to the peer has failed too. */
export function summarise(
  outcomes: readonly SendOutcome[],
  unsendable: readonly Unsendable[],
  ms: number,
): SendSummary {
  const of = (kind: SendOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === kind).length;
  const skipped = unsendable.filter((one) => one.skipped).length;
  const warnings = of('warning');
  return {
    ...{ sent: of('sent') + warnings, warnings, skipped, ms },
    failed: of('failed') + unsendable.length - skipped,
  };
}

/** The counts, and below them whatever was not sent with its reason. */
export function sendReport(
  peer: string,
  { sent, warnings, failed, skipped, ms }: SendSummary,
  outcomes: readonly SendOutcome[],
  unsendable: readonly Unsendable[],
): string {
  const notes = [
    ...(warnings > 0 ? [`${count(warnings, 'one', 'of them')} with a warning of the peer`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const head = `${[`${count(sent, 'object')} sent to ${peer}`, ...notes].join(', ')}, in ${duration(ms)}.`;
  const reasons = [
    ...outcomes.flatMap(({ sopInstanceUid, reason }) => (reason ? [{ name: sopInstanceUid, reason }] : [])),
    ...unsendable,
  ];
  return [
    head,
    ...reasons.map(({ name, reason }) => `  ${printable(name)}\n      ${printable(reason)}`),
  ].join('\n');
}
