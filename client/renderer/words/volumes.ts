// Texts of what is made of whole series: SUV of PET, planes through volumes, fusion, volumes in 3D.
import { decimal, plural } from './numbers.ts';
import { texts } from './texts.ts';

export const volumeTexts = texts({
  en: {
    noSuv: (why: string) => `No SUV: ${why}`,
    volume: 'Volume',
    crosshair: 'Crosshair',
    window: 'Window',
    slab: (millimetres: number) => `Slab ${millimetres} mm`,
    kinds: { maximum: 'Maximum (MIP)', minimum: 'Minimum (MinIP)', mean: 'Mean' },
    close: 'Close',
    noVolume: (why: string) => `No volume of this series. ${why}`,
    problems: {
      few: 'A volume needs more images.',
      colour: 'Colour images make no volume.',
      unplaced: 'The images do not say where they lie.',
      differ: 'The images differ in size or direction.',
      repeated: 'Several images lie at the same place (phases, or a series that was taken twice).',
      large: 'It is too large for the memory that the page may use, even at its coarsest level.',
    },
    tilted: (degrees: number) => `Tilted gantry (${decimal(degrees, 1)}°), put right`,
    uneven: (least: number, most: number) =>
      `Uneven steps (${decimal(least, 1)} to ${decimal(most, 1)} mm), interpolated`,
    reduced: (step: number) => `Reduced for want of memory: every ${step}th pixel`,
    allFull: (count: number) =>
      plural(count, { one: 'The image at full level', other: 'All # images at full level' }),
    allNeeded: (count: number) =>
      plural(count, { one: 'The image at the level needed', other: 'All # images at the level needed' }),
    someThere: (some: number, all: number) => `${some} of ${all} images there`,
    someFull: (some: number, all: number) => `${some} of ${all} images at the level needed`,
    missing: (count: number) =>
      plural(count, { one: '# image cannot be had', other: '# images cannot be had' }),
    onTheWay: 'The volume is on the way',
    planes: { axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal' },
  },
  de: {
    noSuv: (why) => `Keine SUV: ${why}`,
    volume: 'Volumen',
    crosshair: 'Fadenkreuz',
    window: 'Fenster',
    slab: (millimetres) => `Schicht ${millimetres} mm`,
    kinds: { maximum: 'Maximum (MIP)', minimum: 'Minimum (MinIP)', mean: 'Mittel' },
    close: 'Schließen',
    noVolume: (why) => `Kein Volumen aus dieser Serie. ${why}`,
    problems: {
      few: 'Ein Volumen braucht mehr Bilder.',
      colour: 'Farbbilder ergeben kein Volumen.',
      unplaced: 'Die Bilder geben ihre Lage nicht an.',
      differ: 'Die Bilder unterscheiden sich in Größe oder Richtung.',
      repeated: 'Mehrere Bilder liegen am selben Ort (Phasen oder eine doppelt aufgenommene Serie).',
      large: 'Es ist auch in der gröbsten Stufe zu groß für den Speicher, den die Seite nutzen darf.',
    },
    tilted: (degrees) => `Gekippte Gantry (${decimal(degrees, 1)}°), zurechtgerückt`,
    uneven: (least, most) =>
      `Ungleiche Abstände (${decimal(least, 1)} bis ${decimal(most, 1)} mm), interpoliert`,
    reduced: (step) => `Aus Speichermangel verkleinert: jeder ${step}. Bildpunkt`,
    allFull: (count) =>
      plural(count, { one: 'Das Bild in voller Stufe', other: 'Alle # Bilder in voller Stufe' }),
    allNeeded: (count) =>
      plural(count, { one: 'Das Bild in der nötigen Stufe', other: 'Alle # Bilder in der nötigen Stufe' }),
    someThere: (some, all) => `${some} von ${all} Bildern da`,
    someFull: (some, all) => `${some} von ${all} Bildern in der nötigen Stufe`,
    missing: (count) =>
      plural(count, { one: '# Bild nicht zu bekommen', other: '# Bilder nicht zu bekommen' }),
    onTheWay: 'Das Volumen ist unterwegs',
    planes: { axial: 'Axial', sagittal: 'Sagittal', coronal: 'Koronal' },
  },
});
