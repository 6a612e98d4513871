// Tells a peer which instances of a study are here: Instance Availability Notification (PS3.4 annex R).
import { randomUUID } from 'node:crypto';
import type { DicomJson } from '@strata/dicom/json/types';
import type { InstanceAvailability } from '@strata/metadata/records';
import type { PeerSettings } from '../../config/settings/dicom-section.ts';
import { Key, writeIdentifier } from '../identifier.ts';
import { CommandField } from '../messages/command.ts';
import { Status, statusText } from '../messages/status.ts';
import { IDENTIFIER_SYNTAXES } from '../transfer-syntaxes.ts';
import { SopClass } from '../uids.ts';
import { type Calling, connect } from './connection.ts';

const REFERENCED_STEP_SEQUENCE = '00081111';
const REFERENCED_SERIES_SEQUENCE = '00081115';

/** @returns why the peer did not take it, or null @throws AssociationError, the file system's error */
export async function notifyAvailability(
  peer: PeerSettings,
  calling: Calling,
  studyUid: string,
  instances: readonly InstanceAvailability[],
): Promise<string | null> {
  const affectedSopClassUid = SopClass.instanceAvailability;
  const connection = await connect(peer, calling, [
    { abstractSyntax: affectedSopClassUid, transferSyntaxes: IDENTIFIER_SYNTAXES },
  ]);
  try {
    const context = connection.context(affectedSopClassUid);
    if (!context) return `${peer.aeTitle} does not take notifications of availability.`;
    const affectedSopInstanceUid = `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
    const { status } = await connection.messages.request(
      context,
      { commandField: CommandField.nCreate, affectedSopClassUid, affectedSopInstanceUid },
      writeIdentifier(notificationOf(studyUid, instances, calling.settings.aeTitle), context.transferSyntax),
    );
    return status === Status.success ? null : `${peer.aeTitle} answered ${statusText(status)}.`;
  } finally {
    await connection.release();
  }
}

/** The attributes of table R.3.2-1. */
function notificationOf(
  studyUid: string,
  instances: readonly InstanceAvailability[],
  retrieveAe: string,
): DicomJson {
  const series = new Map<string, DicomJson[]>();
  for (const { seriesUid, sopClassUid, instanceUid, availability } of instances) {
    const references = series.get(seriesUid) ?? [];
    series.set(seriesUid, references);
    references.push({
      [Key.retrieveAeTitle]: { vr: 'AE', Value: [retrieveAe] },
      [Key.instanceAvailability]: { vr: 'CS', Value: [availability] },
      [Key.referencedSopClassUid]: { vr: 'UI', Value: [sopClassUid] },
      [Key.referencedSopInstanceUid]: { vr: 'UI', Value: [instanceUid] },
    });
  }
  return {
    [REFERENCED_STEP_SEQUENCE]: { vr: 'SQ' },
    [REFERENCED_SERIES_SEQUENCE]: {
      vr: 'SQ',
      Value: [...series].map(([uid, references]) => ({
        [Key.referencedSopSequence]: { vr: 'SQ', Value: references },
        [Key.seriesInstanceUid]: { vr: 'UI', Value: [uid] },
      })),
    },
    [Key.studyInstanceUid]: { vr: 'UI', Value: [studyUid] },
  };
}
