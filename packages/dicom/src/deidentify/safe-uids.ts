// UIDs that name kinds of things and not things: they stay whoever made them (PS3.15 section E.3.9).
import { Tag } from '../tags.ts';

/** Classes, coding schemes, contexts and transfer syntaxes (PS3.6); the profile's table lists none of them. */
const kinds: ReadonlySet<number> = new Set([
  Tag.SOPClassUID,
  0x0008001a, // RelatedGeneralSOPClassUID
  0x0008001b, // OriginalSpecializedSOPClassUID
  0x00080062, // SOPClassesInStudy
  0x0008010c, // CodingSchemeUID
  0x0008010d, // ContextGroupExtensionCreatorUID
  0x00080117, // ContextUID
  0x00080118, // MappingResourceUID
  0x00081150, // ReferencedSOPClassUID
  0x0008115a, // SOPClassesSupported
  0x00083002, // AvailableTransferSyntaxUID
  0x00089123, // CreatorVersionUID
  0x00340003, // FlowTransferSyntaxUID
  0x04000010, // MACCalculationTransferSyntaxUID
  0x04000510, // EncryptedContentTransferSyntaxUID
  0x30100052, // PertinentSOPClassesInStudy
  0x30100053, // PertinentSOPClassesInSeries
]);

export function namesAKind(tag: number): boolean {
  return kinds.has(tag);
}
