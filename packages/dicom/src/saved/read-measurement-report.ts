// Reads measurements from structured reports of the template TID 1500, ours and others'.
import { createHash } from 'node:crypto';
import type { DicomJson } from '../json/types.ts';
import { code, sameCode } from './codes.ts';
import { type ContentItem, contentTree, oneLine, wordsOf } from './content-tree.ts';
import type { Measurement } from './measurement.ts';
import { concepts } from './measurement-concepts.ts';
import { readGroup } from './read-group.ts';
import { items, textOf } from './reading.ts';
import { uidOfBytes } from './uid.ts';

const MAX_MEASUREMENTS = 1000;
const MAX_UNREAD = 200;

/** What a report says. */
export interface ReadReport {
  readonly measurements: readonly Measurement[];
  readonly title: string;
  /** What of it could not be read, in words. */
  readonly unread: readonly string[];
}

/** Content that says nothing to those who look at images: who, how, and a list of the images. */
const context = [
  concepts.procedureReported,
  code('121049', 'DCM', 'Language of Content Item and Descendants'),
  code('111028', 'DCM', 'Image Library'),
];

/** What a report says of measurements; null for a document of another kind. Never throws. */
export function readMeasurementReport(object: DicomJson): ReadReport | null {
  const { root, cut } = contentTree(object);
  const template = items(object, 'ContentTemplateSequence')[0];
  const isReport =
    sameCode(root.name, concepts.report) || (template && textOf(template, 'TemplateIdentifier') === '1500');
  if (!isReport) return null;
  const measurements: Measurement[] = [];
  const unread: string[] = cut ? ['it has more content than is read'] : [];
  const document = textOf(object, 'SOPInstanceUID');
  for (const [number, group] of groupsIn(root, unread).entries()) {
    const read = readGroup(group, (at) => madeUid(`${document}\n${number}\n${at}`));
    measurements.push(...read.measurements);
    unread.push(...read.unread);
  }
  if (measurements.length > MAX_MEASUREMENTS) {
    unread.push(`only the first ${MAX_MEASUREMENTS} of ${measurements.length} measurements are shown`);
  }
  const shown = new Map(measurements.slice(0, MAX_MEASUREMENTS).map((one) => [one.uid, one]));
  return {
    measurements: [...shown.values()],
    title: oneLine(root.name?.meaning ?? ''),
    unread: unread.slice(0, MAX_UNREAD),
  };
}

/** The groups of the report; what else it says is said in words. */
function groupsIn(root: ContentItem, unread: string[]): ContentItem[] {
  return root.children.flatMap((item) => {
    if (item.relationship === 'HAS OBS CONTEXT' || context.some((name) => sameCode(name, item.name)))
      return [];
    if (item.type !== 'CONTAINER') return asWords(item, unread);
    return item.children.flatMap((child) =>
      sameCode(child.name, concepts.group) ? [child] : asWords(child, unread),
    );
  });
}

function asWords(item: ContentItem, unread: string[]): [] {
  const words = wordsOf(item);
  const name = item.name?.meaning ?? '';
  if (item.type === 'CONTAINER') unread.push(oneLine(`${name || 'A part'} is not shown`));
  else if (words) unread.push(oneLine(`${name}: ${words}`));
  return [];
}

/** A UID that is the same whenever the document is read. */
function madeUid(name: string): string {
  return uidOfBytes(createHash('sha256').update(`strata measurement\n${name}`).digest());
}
