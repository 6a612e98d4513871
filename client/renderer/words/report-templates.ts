// Headings of reports, and what the usual templates say.
import { texts } from './texts.ts';

export const templateTexts = texts({
  en: {
    headings: {
      indication: 'Indication',
      history: 'History',
      technique: 'Technique',
      comparison: 'Comparison',
      findings: 'Findings',
      impression: 'Impression',
      recommendation: 'Recommendation',
      addendum: 'Addendum',
      other: 'Further',
    },
    usual: {
      ctChest: {
        name: 'CT chest',
        technique: 'CT of the chest.',
        findings:
          'Lungs: \nAirways: \nPleura: \nMediastinum and hila: \nHeart and great vessels: \nChest wall and bones: ',
      },
      ctAbdomen: {
        name: 'CT abdomen and pelvis',
        technique: 'CT of the abdomen and pelvis.',
        findings:
          'Liver and biliary tract: \nSpleen and pancreas: \nKidneys and adrenals: \nBowel: \nVessels and lymph nodes: \nPelvis: \nBones: ',
      },
      ctHead: {
        name: 'CT head',
        technique: 'CT of the head without contrast.',
        findings: 'Brain: \nVentricles and cisterns: \nHaemorrhage: \nSkull and sinuses: ',
      },
      mrHead: {
        name: 'MR brain',
        technique: 'MR of the brain.',
        findings: 'Brain: \nDiffusion: \nVentricles: \nVessels: \nSkull base and sinuses: ',
      },
      mrSpine: {
        name: 'MR spine',
        technique: 'MR of the spine.',
        findings: 'Alignment: \nVertebrae: \nDiscs by level: \nSpinal canal and cord: \nParavertebral: ',
      },
      mrKnee: {
        name: 'MR knee',
        technique: 'MR of the knee.',
        findings: 'Menisci: \nCruciate ligaments: \nCollateral ligaments: \nCartilage: \nBone: \nEffusion: ',
      },
      chest: {
        name: 'Chest radiograph',
        technique: 'Chest radiograph.',
        findings: 'Lungs: \nPleura: \nHeart and mediastinum: \nBones: \nDevices: ',
      },
      bones: {
        name: 'Radiograph',
        technique: 'Radiograph.',
        findings: 'Alignment: \nFracture: \nJoints: \nSoft tissue: ',
      },
      breast: {
        name: 'Mammography',
        technique: 'Mammography in two views.',
        findings: 'Density: \nRight: \nLeft: \nBI-RADS right: \nBI-RADS left: ',
      },
      ultrasound: { name: 'Ultrasound', technique: 'Ultrasound.', findings: '' },
      pet: {
        name: 'PET/CT',
        technique: 'PET/CT. Tracer: ',
        findings: 'Head and neck: \nChest: \nAbdomen and pelvis: \nSkeleton: ',
      },
      general: { name: 'General', technique: '', findings: '' },
    },
  },
  de: {
    headings: {
      indication: 'Fragestellung',
      history: 'Anamnese',
      technique: 'Technik',
      comparison: 'Voraufnahmen',
      findings: 'Befund',
      impression: 'Beurteilung',
      recommendation: 'Empfehlung',
      addendum: 'Nachtrag',
      other: 'Weiteres',
    },
    usual: {
      ctChest: {
        name: 'CT Thorax',
        technique: 'CT des Thorax.',
        findings:
          'Lunge: \nAtemwege: \nPleura: \nMediastinum und Hili: \nHerz und große Gefäße: \nThoraxwand und Skelett: ',
      },
      ctAbdomen: {
        name: 'CT Abdomen und Becken',
        technique: 'CT des Abdomens und Beckens.',
        findings:
          'Leber und Gallenwege: \nMilz und Pankreas: \nNieren und Nebennieren: \nDarm: \nGefäße und Lymphknoten: \nBecken: \nSkelett: ',
      },
      ctHead: {
        name: 'CT Schädel',
        technique: 'Native CT des Schädels.',
        findings: 'Gehirn: \nVentrikel und Zisternen: \nBlutung: \nSchädel und Nebenhöhlen: ',
      },
      mrHead: {
        name: 'MRT Schädel',
        technique: 'MRT des Schädels.',
        findings: 'Gehirn: \nDiffusion: \nVentrikel: \nGefäße: \nSchädelbasis und Nebenhöhlen: ',
      },
      mrSpine: {
        name: 'MRT Wirbelsäule',
        technique: 'MRT der Wirbelsäule.',
        findings:
          'Stellung: \nWirbelkörper: \nBandscheiben nach Höhe: \nSpinalkanal und Myelon: \nParavertebral: ',
      },
      mrKnee: {
        name: 'MRT Knie',
        technique: 'MRT des Kniegelenks.',
        findings: 'Menisken: \nKreuzbänder: \nSeitenbänder: \nKnorpel: \nKnochen: \nErguss: ',
      },
      chest: {
        name: 'Röntgen Thorax',
        technique: 'Röntgen des Thorax.',
        findings: 'Lunge: \nPleura: \nHerz und Mediastinum: \nSkelett: \nFremdmaterial: ',
      },
      bones: {
        name: 'Röntgen',
        technique: 'Röntgen.',
        findings: 'Stellung: \nFraktur: \nGelenke: \nWeichteile: ',
      },
      breast: {
        name: 'Mammographie',
        technique: 'Mammographie in zwei Ebenen.',
        findings: 'Dichte: \nRechts: \nLinks: \nBI-RADS rechts: \nBI-RADS links: ',
      },
      ultrasound: { name: 'Sonographie', technique: 'Sonographie.', findings: '' },
      pet: {
        name: 'PET/CT',
        technique: 'PET/CT. Tracer: ',
        findings: 'Kopf und Hals: \nThorax: \nAbdomen und Becken: \nSkelett: ',
      },
      general: { name: 'Allgemein', technique: '', findings: '' },
    },
  },
});
