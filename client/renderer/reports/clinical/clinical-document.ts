// What people read of a clinical document: who it is about, who wrote it when, and its sections (HL7 CDA Release 2).

/** A run of text of one look. */
export interface Run {
  readonly text: string;
  readonly look: readonly Look[];
}

export type Look = 'bold' | 'italic' | 'underlined' | 'raised' | 'lowered' | 'deleted';

export type Block =
  | { readonly kind: 'paragraph'; readonly caption: string; readonly runs: readonly Run[] }
  | {
      readonly kind: 'list';
      readonly caption: string;
      readonly isOrdered: boolean;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'table'; readonly caption: string; readonly rows: readonly Row[] };

export interface Row {
  /** Whether it says what stands below it. */
  readonly isHead: boolean;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly isHead: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly blocks: readonly Block[];
}

export interface Section {
  /** 0 for those at the top. */
  readonly depth: number;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Somebody and when; both as DICOM writes them. */
export interface Signed {
  readonly name: string;
  readonly organization: string;
  /** `YYYYMMDDHHMMSS` with what is there. */
  readonly at: string;
}

export interface ClinicalDocument {
  readonly title: string;
  /** As HTML's `lang`; ''. */
  readonly language: string;
  readonly written: string;
  readonly patient: {
    readonly name: string;
    readonly id: string;
    readonly birthDate: string;
    readonly sex: string;
  };
  readonly authors: readonly Signed[];
  /** Who answers for it by law. */
  readonly signers: readonly Signed[];
  readonly custodian: string;
  readonly sections: readonly Section[];
  /** What of it is not shown. */
  readonly left: readonly Left[];
}

/** Pictures, a file in place of sections, what is beyond the limits. */
export type Left = 'pictures' | 'file' | 'rest';

/** Why a document is not read. */
export type Unreadable = 'too-large' | 'entities' | 'no-xml' | 'no-document';

export class ClinicalError extends Error {
  override readonly name = 'ClinicalError';
  readonly code: Unreadable;

  constructor(code: Unreadable) {
    super(`The clinical document cannot be read: ${code}.`);
    this.code = code;
  }
}
