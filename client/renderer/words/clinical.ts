// Texts of clinical documents.
import { texts } from './texts.ts';

export const clinicalTexts = texts({
  en: {
    untitled: 'Clinical document',
    patient: 'Patient:',
    written: 'Date:',
    author: 'Author:',
    signed: 'Signed:',
    custodian: 'Kept by:',
    empty: 'The document has no text.',
    left: {
      pictures: 'Pictures of the document are not shown here.',
      file: 'Its text is a file inside it, which is not shown here.',
      rest: 'The document is longer than what is shown here.',
    },
    unreadable: {
      'too-large': 'The document is too large to be shown here.',
      entities: 'The document defines entities of its own, which are not read.',
      'no-xml': 'The document is no XML that can be read.',
      'no-document': 'The file is XML, but no clinical document.',
    },
  },
  de: {
    untitled: 'Klinisches Dokument',
    patient: 'Patient:',
    written: 'Datum:',
    author: 'Autor:',
    signed: 'Unterzeichnet:',
    custodian: 'Verwahrt von:',
    empty: 'Das Dokument hat keinen Text.',
    left: {
      pictures: 'Bilder des Dokuments werden hier nicht gezeigt.',
      file: 'Sein Text ist eine Datei darin, die hier nicht gezeigt wird.',
      rest: 'Das Dokument ist länger als das, was hier gezeigt wird.',
    },
    unreadable: {
      'too-large': 'Das Dokument ist zu groß, um hier gezeigt zu werden.',
      entities: 'Das Dokument definiert eigene Entitäten; sie werden nicht gelesen.',
      'no-xml': 'Das Dokument ist kein lesbares XML.',
      'no-document': 'Die Datei ist XML, aber kein klinisches Dokument.',
    },
  },
});
