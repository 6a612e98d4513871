// Reads a clinical document (HL7 CDA Release 2): its head, and the sections of its body. Nothing of it is run, fetched, or put
// into the page as it is.
import { type ClinicalDocument, ClinicalError, type Section, type Signed } from './clinical-document.ts';
import { childrenOf, firstOf, lineOf, pathTo } from './elements.ts';
import { Allowance, readNarrative } from './read-narrative.ts';

/** Bytes of a document. */
export const MOST_BYTES = 8 * 2 ** 20;
const MOST_PEOPLE = 20;
const MOST_SECTIONS = 500;
const MOST_DEPTH = 8;

/**
 * @param bytes the file, in the encoding that it names
 * @throws ClinicalError
 */
export function readClinicalDocument(bytes: Uint8Array): ClinicalDocument {
  if (bytes.length > MOST_BYTES) throw new ClinicalError('too-large');
  const text = textOf(bytes);
  // A clinical document needs no entities of its own; expanding them may take all memory.
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new ClinicalError('entities');
  const xml = new DOMParser().parseFromString(withoutNamespaces(text), 'application/xml');
  if (xml.getElementsByTagName('parsererror').length > 0) throw new ClinicalError('no-xml');
  const root = xml.documentElement;
  if (root.localName !== 'ClinicalDocument') throw new ClinicalError('no-document');
  const allowance = new Allowance();
  const body = firstOf(root, 'component');
  const sections = sectionsOf(body && firstOf(body, 'structuredBody'), allowance);
  if (body && firstOf(body, 'nonXMLBody')) allowance.leave('file');
  return { ...headOf(root), sections, left: [...allowance.left] };
}

/** By its byte order mark, else by the encoding that it names, else as UTF-8. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const named = /^[^<]*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  const label = isWide ? (first === 0xff ? 'utf-16le' : 'utf-16be') : named;
  const text = decoderOf(label).decode(bytes);
  // What is text by now is in no encoding.
  return text.replace(/^\s*<\?xml[^>]*\?>/, '');
}

/**
 * With namespaces that no browser knows: an element of HTML or SVG would be one even in a document that is only read, with
 * handlers of events.
 */
function withoutNamespaces(text: string): string {
  return text.replace(
    /(\sxmlns(?::([^\s=]+))?\s*=\s*)(?:"[^"]*"|'[^']*')/g,
    (all, begin: string, prefix = '') => (prefix === 'xml' ? all : `${begin}"urn:read:${prefix}"`),
  );
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}

function headOf(root: Element): Omit<ClinicalDocument, 'sections' | 'left'> {
  const role = pathTo(root, 'recordTarget', 'patientRole');
  const patient = role && firstOf(role, 'patient');
  const authors = childrenOf(root, 'author').slice(0, MOST_PEOPLE);
  const signers = childrenOf(root, 'legalAuthenticator').slice(0, MOST_PEOPLE);
  return {
    title: lineOf(firstOf(root, 'title')) || attributeOf(root, 'code', 'displayName'),
    language:
      /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.exec(attributeOf(root, 'languageCode', 'code'))?.[0] ?? '',
    written: momentOf(attributeOf(root, 'effectiveTime', 'value')),
    patient: {
      name: nameOf(patient && firstOf(patient, 'name')),
      id: attributeOf(role, 'id', 'extension'),
      birthDate: momentOf(attributeOf(patient, 'birthTime', 'value')).slice(0, 8),
      sex: attributeOf(patient, 'administrativeGenderCode', 'code').slice(0, 16),
    },
    authors: authors.map((author) => signed(author, 'assignedAuthor')),
    signers: signers.map((signer) => signed(signer, 'assignedEntity')),
    custodian: lineOf(
      pathTo(root, 'custodian', 'assignedCustodian', 'representedCustodianOrganization', 'name'),
    ),
  };
}

function signed(person: Element, role: 'assignedAuthor' | 'assignedEntity'): Signed {
  const assigned = firstOf(person, role);
  const device = pathTo(assigned, 'assignedAuthoringDevice', 'softwareName');
  return {
    name: nameOf(pathTo(assigned, 'assignedPerson', 'name')) || lineOf(device),
    organization: lineOf(pathTo(assigned, 'representedOrganization', 'name')),
    at: momentOf(attributeOf(person, 'time', 'value')),
  };
}

/** A name by its parts, as DICOM writes it; one without parts as it stands. */
function nameOf(name: Element | null): string {
  if (!name) return '';
  const part = (kind: string) => childrenOf(name, kind).map(lineOf).filter(Boolean).join(' ');
  const [family, given] = [part('family'), part('given')];
  if (!family && !given) return lineOf(name);
  return [family, given, '', part('prefix'), part('suffix')].join('^').replace(/\^+$/, '');
}

const attributeOf = (parent: Element | null, child: string, name: string): string =>
  ((parent && firstOf(parent, child))?.getAttribute(name) ?? '').slice(0, 256).trim();

/** `20060407130000.12+0500`: its digits before the point. */
const momentOf = (value: string): string => /^\d{4,14}/.exec(value)?.[0] ?? '';

function sectionsOf(parent: Element | null, allowance: Allowance, depth = 0): Section[] {
  if (!parent || depth > MOST_DEPTH) return [];
  const sections: Section[] = [];
  for (const component of childrenOf(parent, 'component')) {
    const section = firstOf(component, 'section');
    if (!section) continue;
    if (sections.length >= MOST_SECTIONS) {
      allowance.leave('rest');
      break;
    }
    const title = lineOf(firstOf(section, 'title')) || attributeOf(section, 'code', 'displayName');
    const narrative = firstOf(section, 'text');
    sections.push({ depth, title, blocks: narrative ? readNarrative(narrative, allowance) : [] });
    sections.push(...sectionsOf(section, allowance, depth + 1));
  }
  return sections;
}
