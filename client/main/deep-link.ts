// Links into the viewer from other programs: strata://study/UID.

/** The scheme that the installers register. */
export const LINK_SCHEME = 'strata';

const MAX_LINK = 256;

/**
 * The address inside the viewer that a link names, or null for anything that is no such link. DICOM UIDs are digits and
 * dots, at most 64 (PS3.5 section 9.1); browsers and systems may add a slash.
 */
export function addressOfLink(link: string): string | null {
  if (link.length > MAX_LINK) return null;
  const uid = /^strata:\/\/study\/([0-9.]{1,64})\/?$/i.exec(link)?.[1];
  return uid ? `/study/${uid}` : null;
}

/** The address of the first link among a program's arguments, as Windows and Linux hand links over. */
export function addressOfArguments(args: readonly string[]): string | null {
  for (const one of args) {
    const address = addressOfLink(one);
    if (address) return address;
  }
  return null;
}
