// Texts of what is made of whole series: SUV of PET, planes through volumes, fusion, volumes in 3D.
import { decimal, plural } from './numbers.ts';
import { texts } from './texts.ts';

export const volumeTexts = texts({
  en: {
    noSuv: (why: string) => `No SUV: ${why}`,
    volume: 'Volume',
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
    reduced: (step: number) => `Reduced for want of memory: one pixel in ${step}`,
    allFull: (count: number) =>
      plural(count, { one: 'The image at full level', other: 'All # images at full level' }),
    allNeeded: (count: number) =>
      plural(count, { one: 'The image at the level needed', other: 'All # images at the level needed' }),
    allBut: (used: number, between: number) => {
      const others = { one: 'the other one lies', other: 'the # others lie' };
      const all = used + between;
      return `${used} of ${all} images at the level needed; ${plural(between, others)} between the layers`;
    },
    someThere: (some: number, all: number) => `${some} of ${all} images there`,
    someFull: (some: number, all: number) => `${some} of ${all} images at the level needed`,
    missing: (count: number) =>
      plural(count, { one: '# image cannot be had', other: '# images cannot be had' }),
    onTheWay: 'The volume is on the way',
    planes: { axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal' },
    oblique: (plane: string) => `${plane}, oblique`,
    inPlanes: 'In planes',
    notStored: 'Not saved: they are gone when the study is closed or the page loaded again.',
    leavePlanes: (count: number) =>
      plural(count, {
        one: '# measurement in planes is not saved and will be gone. Leave the study?',
        other: '# measurements in planes are not saved and will be gone. Leave the study?',
      }),
    showPlane: (what: string) => `${what}: show its plane`,
    imageMissing: 'no values: an image is missing here',
    ofReduced: (step: number) => `of the reduced volume: one pixel in ${step}`,
    ofCoarse: (times: number) => `large: looked at in one point of ${times}`,
    solid: 'Volume in 3D',
    solidCommand: 'Volume in 3D',
    presets: { bone: 'Bone', vessels: 'Vessels', lung: 'Lung', surface: 'Surface', mip: 'MIP' },
    sides: { front: 'A', back: 'P', left: 'L', right: 'R', top: 'H', bottom: 'F' },
    fromSide: {
      front: 'From the front',
      back: 'From the back',
      left: "From the patient's left",
      right: "From the patient's right",
      top: 'From the head',
      bottom: 'From the feet',
    },
    voxels: (size: string) => `${size} voxels`,
    slow: 'Coarse: a finer picture takes too long on this machine',
    forOverview: 'For overview, not for measuring',
    stuck: 'The volume could not be drawn on this machine in time.',
    fusion: 'Fusion',
    fuse: 'Fuse PET and CT, or not',
    stronger: 'Stronger colours',
    weaker: 'Weaker colours',
    endFusion: 'End fusion',
    opacity: (percent: number) => `Opacity ${percent} %`,
    upTo: (value: string, unit: string) => `Up to ${unit} ${value}`,
    colours: 'Colours',
    tables: { HOT_IRON: 'Hot iron', PET: 'PET', HOT_METAL_BLUE: 'Hot metal blue' },
    over: (name: string, percent: number) => `Colour: ${name}, ${percent} %`,
    below: (name: string) => `Grey: ${name}`,
    noScale: 'without a scale',
    notFused: (name: string) => `${name} not fused: another frame of reference`,
    fusionProblems: {
      'no-emission': 'There is no PET series to lay over this one.',
      'no-anatomy': 'There is no CT or MR series to lay this one over.',
      'other-space':
        'Not fused: the series have different frames of reference, so nothing says how they lie to each other.',
      few: 'Not fused: the PET series has too few images.',
      colour: 'Not fused: the PET series is in colour.',
      unplaced: 'Not fused: the PET images do not say where they lie.',
      differ: 'Not fused: the PET images differ in size or direction.',
      repeated: 'Not fused: several PET images lie at the same place (phases, or gates).',
      large: 'Not fused: the PET series is too large for the memory that the page may use.',
    },
  },
  de: {
    noSuv: (why) => `Keine SUV: ${why}`,
    volume: 'Volumen',
    slab: (millimetres) => `Schichtdicke ${millimetres} mm`,
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
    allBut: (used, between) => {
      const others = { one: 'das andere liegt', other: 'die # anderen liegen' };
      const all = used + between;
      return `${used} von ${all} Bildern in der nötigen Stufe; ${plural(between, others)} zwischen den Schichten`;
    },
    someThere: (some, all) => `${some} von ${all} Bildern da`,
    someFull: (some, all) => `${some} von ${all} Bildern in der nötigen Stufe`,
    missing: (count) =>
      plural(count, { one: '# Bild nicht zu bekommen', other: '# Bilder nicht zu bekommen' }),
    onTheWay: 'Das Volumen ist unterwegs',
    planes: { axial: 'Axial', sagittal: 'Sagittal', coronal: 'Koronal' },
    oblique: (plane) => `${plane}, schräg`,
    inPlanes: 'In Ebenen',
    notStored:
      'Nicht gespeichert: Sie sind weg, wenn die Studie geschlossen oder die Seite neu geladen wird.',
    leavePlanes: (count) =>
      plural(count, {
        one: '# Messung in Ebenen ist nicht gespeichert und geht verloren. Studie verlassen?',
        other: '# Messungen in Ebenen sind nicht gespeichert und gehen verloren. Studie verlassen?',
      }),
    showPlane: (what) => `${what}: Ebene dazu zeigen`,
    imageMissing: 'keine Werte: hier fehlt ein Bild',
    ofReduced: (step) => `aus dem verkleinerten Volumen: jeder ${step}. Bildpunkt`,
    ofCoarse: (times) => `groß: nur jeder ${times}. Punkt betrachtet`,
    solid: 'Volumen in 3D',
    solidCommand: 'Volumen in 3D',
    presets: { bone: 'Knochen', vessels: 'Gefäße', lung: 'Lunge', surface: 'Oberfläche', mip: 'MIP' },
    sides: { front: 'A', back: 'P', left: 'L', right: 'R', top: 'H', bottom: 'F' },
    fromSide: {
      front: 'Von vorn',
      back: 'Von hinten',
      left: 'Von der linken Seite des Patienten',
      right: 'Von der rechten Seite des Patienten',
      top: 'Vom Kopf her',
      bottom: 'Von den Füßen her',
    },
    voxels: (size) => `${size} Voxel`,
    slow: 'Grob: Ein feineres Bild dauert auf diesem Rechner zu lange',
    forOverview: 'Zur Übersicht, nicht zum Messen',
    stuck: 'Das Volumen ließ sich auf diesem Rechner nicht rechtzeitig darstellen.',
    fusion: 'Fusion',
    fuse: 'PET und CT fusionieren oder nicht',
    stronger: 'Kräftigere Farben',
    weaker: 'Schwächere Farben',
    endFusion: 'Fusion beenden',
    opacity: (percent) => `Deckkraft ${percent} %`,
    upTo: (value, unit) => `Bis ${unit} ${value}`,
    colours: 'Farben',
    tables: { HOT_IRON: 'Hot Iron', PET: 'PET', HOT_METAL_BLUE: 'Hot Metal Blue' },
    over: (name, percent) => `Farbe: ${name}, ${percent} %`,
    below: (name) => `Grau: ${name}`,
    noScale: 'ohne Skala',
    notFused: (name) => `${name} nicht fusioniert: anderes Bezugssystem`,
    fusionProblems: {
      'no-emission': 'Es gibt keine PET-Serie, die über diese gelegt werden kann.',
      'no-anatomy': 'Es gibt keine CT- oder MR-Serie, über die diese gelegt werden kann.',
      'other-space':
        'Nicht fusioniert: Die Serien haben verschiedene Bezugssysteme; wie sie zueinander liegen, ist nicht bekannt.',
      few: 'Nicht fusioniert: Die PET-Serie hat zu wenige Bilder.',
      colour: 'Nicht fusioniert: Die PET-Serie ist farbig.',
      unplaced: 'Nicht fusioniert: Die PET-Bilder geben ihre Lage nicht an.',
      differ: 'Nicht fusioniert: Die PET-Bilder unterscheiden sich in Größe oder Richtung.',
      repeated: 'Nicht fusioniert: Mehrere PET-Bilder liegen am selben Ort (Phasen).',
      large: 'Nicht fusioniert: Die PET-Serie ist zu groß für den Speicher, den die Seite nutzen darf.',
    },
  },
});
