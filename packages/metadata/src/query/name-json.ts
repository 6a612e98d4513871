// A name of text as the JSON model has it.

/** The component groups of a name (PS3.18 F.2.2), or null when it has none. */
export function nameGroupsJson(name: string): Record<string, string> | null {
  const [Alphabetic = '', Ideographic = '', Phonetic = ''] = name.split('=').map((group) => group.trim());
  const groups = Object.entries({ Alphabetic, Ideographic, Phonetic }).filter(([, text]) => text !== '');
  return groups.length > 0 ? Object.fromEntries(groups) : null;
}
