// Attributes by the standard's keywords, as people and query parameters name them (PS3.6 section 6).
import { data } from 'dcmjs';

/** The tag of a keyword (`PatientName`), or null when the data dictionary has none. Upper and lower case matter. */
export function tagOfKeyword(keyword: string): number | null {
  const { nameMap } = data.DicomMetaDictionary;
  const tag = Object.hasOwn(nameMap, keyword) ? nameMap[keyword]?.tag : undefined;
  const digits = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/i.exec(tag ?? '');
  return digits ? Number.parseInt(`${digits[1]}${digits[2]}`, 16) : null;
}
