// The record that the metadata keep of an instance: of a file that was just stored, and of blobs that were found.
import type { InstanceRecord } from '@strata/metadata/records';
import type { HomedBlob } from './blob-home.ts';
import type { CodedFrames } from './coding-messages.ts';
import type { Description } from './description.ts';

/** A blob and where it is. */
type PlacedBlob = Pick<HomedBlob, 'digest' | 'length' | 'replicas' | 'settle'>;

/** @param sent SHA-256 and length of the file that came */
export function recordOf(
  { attributes, indexed, transferSyntaxUid }: Description,
  sent: InstanceRecord['file'],
  object: PlacedBlob,
  frames: (Pick<CodedFrames, 'index' | 'digests' | 'format'> & { readonly blob: PlacedBlob }) | null,
): InstanceRecord {
  const { patient, study, series, instance } = attributes;
  const { palette, ...presentation } = instance.presentation;
  return {
    patient,
    study,
    series,
    instance: { ...instance, presentation: { ...presentation, palette: palette && { ...palette } } },
    attributes: indexed,
    transferSyntaxUid,
    file: sent,
    objectBlob: placed(object),
    framesBlob: frames && placed(frames.blob),
    frameIndex: frames?.index ?? null,
    frameDigests: frames?.digests ?? null,
    format: frames?.format ?? null,
  };
}

function placed({ digest, length, replicas, settle }: PlacedBlob): InstanceRecord['objectBlob'] {
  return { digest, length, ...(replicas && { replicas }), ...(settle && { settle }) };
}
