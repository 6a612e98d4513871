// The media types of frames and which transfer syntaxes they carry (PS3.18 tables 8.7.3-4 and 8.7.3-5).

import type { Wanted } from '../negotiation/accept.ts';
import { includesType } from '../negotiation/media-type.ts';

export const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const HTJ2K_LOSSLESS = '1.2.840.10008.1.2.4.201';
const J2K_LOSSLESS = '1.2.840.10008.1.2.4.90';
export const OCTETS = 'application/octet-stream';

const JPEG = '1.2.840.10008.1.2.4.';
const compressed: Readonly<Record<string, string | undefined>> = {
  '1.2.840.10008.1.2.5': 'image/dicom-rle',
  [`${JPEG}50`]: 'image/jpeg',
  [`${JPEG}51`]: 'image/jpeg',
  [`${JPEG}57`]: 'image/jpeg',
  [`${JPEG}70`]: 'image/jpeg',
  [`${JPEG}80`]: 'image/jls',
  [`${JPEG}81`]: 'image/jls',
  [`${JPEG}90`]: 'image/jp2',
  [`${JPEG}91`]: 'image/jp2',
  [`${JPEG}92`]: 'image/jpx',
  [`${JPEG}93`]: 'image/jpx',
  [`${JPEG}201`]: 'image/jphc',
  [`${JPEG}202`]: 'image/jphc',
  [`${JPEG}203`]: 'image/jphc',
  [`${JPEG}110`]: 'image/jxl',
  [`${JPEG}111`]: 'image/jxl',
  [`${JPEG}112`]: 'image/jxl',
  [`${JPEG}100`]: 'video/mpeg',
  [`${JPEG}101`]: 'video/mpeg',
  [`${JPEG}102`]: 'video/mp4',
  [`${JPEG}103`]: 'video/mp4',
  [`${JPEG}104`]: 'video/mp4',
  [`${JPEG}105`]: 'video/mp4',
  [`${JPEG}106`]: 'video/mp4',
  [`${JPEG}107`]: 'video/H265',
  [`${JPEG}108`]: 'video/H265',
};

/** A form in which frames can go out. */
export interface FrameForm {
  readonly mediaType: string;
  readonly transferSyntaxUid: string;
}

/** The form in which the frames of a compressed object are kept; null of a native one. */
export function storedForm(transferSyntaxUid: string): FrameForm | null {
  const mediaType = compressed[transferSyntaxUid];
  return mediaType ? { mediaType, transferSyntaxUid } : null;
}

/** All forms for an object of this transfer syntax, the default one first. */
function frameForms(transferSyntaxUid: string): FrameForm[] {
  const stored = storedForm(transferSyntaxUid);
  return [
    { mediaType: OCTETS, transferSyntaxUid: EXPLICIT_LITTLE },
    { mediaType: 'image/jphc', transferSyntaxUid: HTJ2K_LOSSLESS },
    { mediaType: 'image/jp2', transferSyntaxUid: J2K_LOSSLESS },
    ...(stored ? [stored] : []),
  ];
}

/** The form that a client would take, or null. Any transfer syntax means the stored one. */
export function formFor(wanted: Wanted, transferSyntaxUid: string): FrameForm | null {
  const stored = storedForm(transferSyntaxUid);
  const { type, transferSyntax } = wanted;
  if (transferSyntax === '*' && stored) {
    if (includesType(type, stored.mediaType)) return stored;
    // Octets of a named transfer syntax: what viewers mean that ask for octets and any transfer syntax.
    if (type === OCTETS) return { mediaType: OCTETS, transferSyntaxUid };
  }
  const named = transferSyntax === '*' ? null : transferSyntax;
  const fits = (form: FrameForm) =>
    includesType(type, form.mediaType) && (named === null || named === form.transferSyntaxUid);
  // Without a transfer syntax a type stands for what is there of it, before what can be made.
  if (stored && named === null && type !== '*/*' && fits(stored)) return stored;
  return frameForms(transferSyntaxUid).find(fits) ?? null;
}

/** As Accept would say it. */
export function formTexts(transferSyntaxUid: string): string[] {
  return frameForms(transferSyntaxUid).map(
    (form) => `multipart/related; type="${form.mediaType}"; transfer-syntax=${form.transferSyntaxUid}`,
  );
}
