// What Strata offers under which abstract syntax.
import type { DicomSettings } from '../../config/settings/dicom-section.ts';
import { STORAGE_CLASSES } from '../storage-classes.ts';
import { IDENTIFIER_SYNTAXES, STORAGE_SYNTAXES } from '../transfer-syntaxes.ts';
import { SopClass } from '../uids.ts';
import type { Offer } from '../upper-layer/negotiate.ts';
import { agreeOnQueries } from './query-model.ts';

/** Their data sets are written anew for every peer: ours is the choice. */
const identifiers: Offer = {
  transferSyntaxes: IDENTIFIER_SYNTAXES,
  order: 'ours',
  roles: { scu: true, scp: false },
};

/**
 * Images are taken as they are: the peer proposes first what costs it nothing. Requestors that retrieve by C-GET are
 * the SCP of storage; those of storage commitment stay SCU.
 */
const images: Offer = {
  transferSyntaxes: STORAGE_SYNTAXES,
  order: 'theirs',
  roles: { scu: true, scp: true },
};

const queries = new Set<string>([SopClass.patientRootFind, SopClass.studyRootFind]);
const services = new Set<string>(Object.values(SopClass));

/** @returns what is offered under the abstract syntax, or null when it is not served */
export function offerOf(abstractSyntax: string, { extraStorageClasses }: DicomSettings): Offer | null {
  if (abstractSyntax === SopClass.instanceAvailability) return null; // Strata tells, it is not told
  if (queries.has(abstractSyntax)) return { ...identifiers, extended: agreeOnQueries };
  if (services.has(abstractSyntax)) return identifiers;
  if (isStorage(abstractSyntax, extraStorageClasses)) return images;
  return null;
}

/** Whether objects of a SOP class are stored. */
function isStorage(abstractSyntax: string, extra: DicomSettings['extraStorageClasses']): boolean {
  if (STORAGE_CLASSES.has(abstractSyntax)) return true;
  if (services.has(abstractSyntax)) return false;
  return extra === 'any' ? !isOtherService(abstractSyntax) : extra.includes(abstractSyntax);
}

/** The standard's own root has other services (printing, procedure steps) that store nothing; what is private may. */
function isOtherService(abstractSyntax: string): boolean {
  return (
    abstractSyntax.startsWith('1.2.840.10008.') && !abstractSyntax.startsWith('1.2.840.10008.5.1.4.1.1.')
  );
}
