// DICOM person names as people read them (PS3.5 section 6.2.1).

/**
 * A person name for display: family name first, then the given names.
 * @param name as in the file: `Yamada^Tarou=山田^太郎=やまだ^たろう`; component groups by `=`, components by `^`
 * @returns `Yamada, Tarou · 山田 太郎`, or an empty string when there is no name
 */
export function displayName(name: string): string {
  const [alphabetic = '', ideographic = '', phonetic = ''] = name.split('=');
  const local = spaced(ideographic) || spaced(phonetic);
  return [westernOrder(alphabetic), local].filter(Boolean).join(' · ');
}

function westernOrder(group: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = components(group);
  const first = [prefix, given, middle].filter(Boolean).join(' ');
  const last = [family, suffix].filter(Boolean).join(' ');
  return [last, first].filter(Boolean).join(', ');
}

function spaced(group: string): string {
  return components(group).filter(Boolean).join(' ');
}

function components(group: string): string[] {
  return group.split('^').map((part) => part.trim());
}
