// The DICOM peers of the settings, as forwarding and prefetching use them.
import type { DicomJson } from '@strata/dicom/json/types';
import type { PeerSettings } from '../config/settings/dicom-section.ts';
import { Key, textOf, textsOf } from '../dimse/identifier.ts';
import { notifyAvailability } from '../dimse/scu/availability.ts';
import type { Calling } from '../dimse/scu/connection.ts';
import { find } from '../dimse/scu/find.ts';
import { get, move, type RetrieveReport } from '../dimse/scu/retrieve.ts';
import { sendInstances } from '../dimse/scu/store.ts';
import { STORAGE_CLASSES } from '../dimse/storage-classes.ts';
import { AssociationError } from '../dimse/upper-layer/association-error.ts';
import { AwayError } from './errand-runner.ts';
import { OutgoingFiles, type OutgoingGateway, sendableOf } from './forward-files.ts';
import type { SendToPeer } from './forwarder.ts';
import type { NotifyPeer } from './notifier.ts';
import { PrefetchReceiver, type PrefetchReceiverParts } from './prefetch-receiver.ts';
import type { Archive } from './prefetcher.ts';
import type { PriorStudy } from './priors.ts';

export interface DicomPeersParts extends PrefetchReceiverParts {
  readonly peers: readonly PeerSettings[];
  readonly calling: Calling;
  readonly gateway: PrefetchReceiverParts['gateway'] & OutgoingGateway;
}

/** Studies of one patient that are looked at. */
const MOST_STUDIES = 1000;
/** Tags of what is asked about studies, beside the patient. */
const StudyKey = {
  date: '00080020',
  time: '00080030',
  description: '00081030',
  modalities: '00080061',
  sopClasses: '00080062',
  issuer: '00100021',
  instances: '00201208',
} as const;

/** A status that says nothing about the instance: the peer is out of resources (PS3.4 table B.2-1). */
const isFull = (status: number): boolean => (status & 0xff00) === 0xa700;

export class DicomPeers implements Archive {
  readonly #parts: DicomPeersParts;

  constructor(parts: DicomPeersParts) {
    this.#parts = parts;
  }

  readonly sendToPeer: SendToPeer = async (title, deliveries, signal) => {
    const { gateway, admission, calling } = this.#parts;
    const peer = this.#peer(title);
    const sendables = deliveries.map(sendableOf);
    const files = new OutgoingFiles(gateway, admission, deliveries);
    const open = new Map(sendables.map(({ sopInstanceUid }, at) => [sopInstanceUid, deliveries[at]]));
    const ended = new AbortController();
    let away = '';
    await reaching(() =>
      sendInstances(peer, sendables, files, calling, {
        signal: AbortSignal.any([signal, ended.signal]),
        onOutcome: ({ sopInstanceUid, outcome, status, reason, broken }) => {
          if (broken || (status !== null && isFull(status))) {
            away = reason ?? '';
            ended.abort();
            return;
          }
          const taken = outcome !== 'failed';
          open.get(sopInstanceUid)?.report(taken ? { taken } : { taken, reason: reason ?? '' });
        },
      }),
    );
    if (away !== '') throw new AwayError(away);
  };

  readonly notifyPeer: NotifyPeer = (title, studyUid, instances) =>
    reaching(() => notifyAvailability(this.#peer(title), this.#parts.calling, studyUid, instances));

  async studiesOf(title: string, patientId: string, issuer: string): Promise<PriorStudy[]> {
    const matches = await this.#find(title, {
      [Key.queryRetrieveLevel]: { vr: 'CS', Value: ['STUDY'] },
      [Key.patientId]: { vr: 'LO', Value: [patientId] },
      [StudyKey.issuer]: { vr: 'LO' },
      [Key.studyInstanceUid]: { vr: 'UI' },
      [StudyKey.date]: { vr: 'DA' },
      [StudyKey.time]: { vr: 'TM' },
      [StudyKey.description]: { vr: 'LO' },
      [StudyKey.modalities]: { vr: 'CS' },
      [StudyKey.instances]: { vr: 'IS' },
    });
    return matches
      .filter((match) => isPatient(match, patientId, issuer))
      .map((match) => ({
        studyUid: textOf(match, Key.studyInstanceUid),
        date: textOf(match, StudyKey.date),
        time: textOf(match, StudyKey.time),
        description: textOf(match, StudyKey.description),
        modalities: textsOf(match, StudyKey.modalities),
        instances: Number(textOf(match, StudyKey.instances)) || 0,
      }));
  }

  async fetchStudy(title: string, studyUid: string, by: 'get' | 'move'): Promise<void> {
    const { calling } = this.#parts;
    const peer = this.#peer(title);
    const keys: DicomJson = {
      [Key.queryRetrieveLevel]: { vr: 'CS', Value: ['STUDY'] },
      [Key.studyInstanceUid]: { vr: 'UI', Value: [studyUid] },
    };
    const report =
      by === 'move'
        ? await reaching(() => move(peer, calling, calling.settings.aeTitle, keys))
        : await this.#get(peer, studyUid, keys);
    if (report.status === 0 && report.failed === 0) return;
    const comment = report.comment === '' ? '' : `: ${report.comment}`;
    const status = report.status.toString(16).toUpperCase().padStart(4, '0');
    throw new Error(
      `${title} sent ${report.completed + report.warning} instances of study ${studyUid} and failed with ${report.failed} (status ${status}H${comment}).`,
    );
  }

  async #get(peer: PeerSettings, studyUid: string, keys: DicomJson): Promise<RetrieveReport> {
    const [match] = await this.#find(peer.aeTitle, { ...keys, [StudyKey.sopClasses]: { vr: 'UI' } });
    const told = match ? textsOf(match, StudyKey.sopClasses).filter((uid) => uid !== '') : [];
    const receiver = new PrefetchReceiver(this.#parts, peer.aeTitle);
    const classes = told.length > 0 ? told : await this.#classesOf(peer, studyUid);
    return reaching(() => get(peer, this.#parts.calling, classes, keys, receiver));
  }

  /** What the instances of a study are, asked one by one: not every archive knows it of the study. */
  async #classesOf(peer: PeerSettings, studyUid: string): Promise<string[]> {
    const series = await this.#find(peer.aeTitle, {
      [Key.queryRetrieveLevel]: { vr: 'CS', Value: ['SERIES'] },
      [Key.studyInstanceUid]: { vr: 'UI', Value: [studyUid] },
      [Key.seriesInstanceUid]: { vr: 'UI' },
    });
    const classes = new Set<string>();
    for (const match of series) {
      const instances = await this.#find(peer.aeTitle, {
        [Key.queryRetrieveLevel]: { vr: 'CS', Value: ['IMAGE'] },
        [Key.studyInstanceUid]: { vr: 'UI', Value: [studyUid] },
        [Key.seriesInstanceUid]: { vr: 'UI', Value: [textOf(match, Key.seriesInstanceUid)] },
        [Key.sopInstanceUid]: { vr: 'UI' },
        [Key.sopClassUid]: { vr: 'UI' },
      });
      for (const instance of instances) classes.add(textOf(instance, Key.sopClassUid));
    }
    classes.delete('');
    return classes.size > 0 ? [...classes] : [...STORAGE_CLASSES.keys()];
  }

  #find(title: string, keys: DicomJson): Promise<DicomJson[]> {
    const peer = this.#peer(title);
    return reaching(() => find(peer, this.#parts.calling, 'study', keys, MOST_STUDIES));
  }

  #peer(title: string): PeerSettings {
    const peer = this.#parts.peers.find(({ aeTitle }) => aeTitle === title);
    if (peer) return peer;
    throw new AwayError(`${title} is not among the peers of the settings (dicom.peers).`);
  }
}

/** The same id of another issuer is another patient; an archive that knows no issuers is believed. */
function isPatient(match: DicomJson, patientId: string, issuer: string): boolean {
  const theirs = textOf(match, StudyKey.issuer);
  const sameIssuer = theirs === '' || issuer === '' || theirs === issuer;
  return sameIssuer && textOf(match, Key.patientId).trim() === patientId.trim();
}

async function reaching<Result>(task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (cause) {
    if (cause instanceof AssociationError) throw new AwayError(cause.message, { cause });
    throw cause;
  }
}
