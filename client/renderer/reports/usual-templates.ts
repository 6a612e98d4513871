// The templates that are there before anybody makes one, in the language of the page.
import type { SectionRole } from '@strata/protocol/saved-report';
import { templateTexts } from '../words/report-templates.ts';
import type { ReportTemplate } from './template.ts';

type Usual = keyof (typeof templateTexts)['value']['usual'];

/** Which studies each is for; body parts as DICOM (PS3.16 annex L) and descriptions have them. */
const kinds: Readonly<Record<Usual, Pick<ReportTemplate, 'modalities' | 'bodyParts'>>> = {
  ctChest: { modalities: ['CT'], bodyParts: ['chest', 'thorax', 'lung'] },
  ctAbdomen: { modalities: ['CT'], bodyParts: ['abdomen', 'abd', 'pelvis', 'becken', 'liver', 'leber'] },
  ctHead: { modalities: ['CT'], bodyParts: ['head', 'brain', 'skull', 'schädel', 'kopf', 'ccrani'] },
  mrHead: { modalities: ['MR'], bodyParts: ['head', 'brain', 'skull', 'schädel', 'kopf'] },
  mrSpine: { modalities: ['MR'], bodyParts: ['spine', 'lspine', 'cspine', 'wirbel', 'lws', 'hws', 'bws'] },
  mrKnee: { modalities: ['MR'], bodyParts: ['knee', 'knie'] },
  chest: { modalities: ['CR', 'DX', 'RG'], bodyParts: ['chest', 'thorax'] },
  bones: { modalities: ['CR', 'DX', 'RG'], bodyParts: [] },
  breast: { modalities: ['MG'], bodyParts: [] },
  ultrasound: { modalities: ['US'], bodyParts: [] },
  pet: { modalities: ['PT'], bodyParts: [] },
  general: { modalities: [], bodyParts: [] },
};

const order: readonly SectionRole[] = ['indication', 'technique', 'comparison', 'findings', 'impression'];

/** All of them, the general one last. */
export function usualTemplates(): ReportTemplate[] {
  const { usual } = templateTexts.value;
  return Object.entries(kinds).map(([id, kind]) => {
    const { name, technique, findings } = usual[id as Usual];
    const texts: Partial<Record<SectionRole, string>> = { technique, findings };
    return { ...kind, name, sections: order.map((role) => emptySection(role, texts[role])) };
  });
}

/** A section with the heading that the language has for it. */
export function emptySection(role: Exclude<SectionRole, 'other'> | SectionRole, text = '') {
  return { role, heading: templateTexts.value.headings[role], text };
}
