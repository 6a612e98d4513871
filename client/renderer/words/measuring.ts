// The texts of measuring: what is drawn, what it measures, and what must be said of that.
import { type KnownSentences, knownSentence } from './known-sentences.ts';
import { texts } from './texts.ts';

export const measuringTexts = texts({
  en: {
    drawn: {
      length: 'Length',
      angle: 'Angle',
      cobb: 'Cobb angle',
      ellipse: 'Ellipse',
      rectangle: 'Rectangle',
      freehand: 'Freehand',
      bidirectional: 'Long and short axis',
      arrow: 'Arrow',
      probe: 'Value',
    },
    /** By the names that figures have in the page's state and in what is saved. */
    figures: {
      Length: 'Length',
      Long: 'Long',
      Short: 'Short',
      Angle: 'Angle',
      'Cobb angle': 'Cobb angle',
      Area: 'Area',
      Mean: 'Mean',
      SD: 'SD',
      Min: 'Min',
      Max: 'Max',
      Value: 'Value',
      Red: 'Red',
      Green: 'Green',
      Blue: 'Blue',
    },
    showImage: (what: string) => `${what}: show its image`,
    remove: 'Remove',
    removeWhat: (what: string) => `Remove ${what}`,
    arrowText: 'Text of the arrow',
    drawFirst: 'Draw a length over something of known size first.',
    howLong: 'How many millimetres is this line long?',
    onTheWay: 'values on the way',
    provisional: (level: number, levels: number) => `provisional: level ${level} of ${levels}`,
  },
  de: {
    drawn: {
      length: 'Länge',
      angle: 'Winkel',
      cobb: 'Cobb-Winkel',
      ellipse: 'Ellipse',
      rectangle: 'Rechteck',
      freehand: 'Freihand',
      bidirectional: 'Lang- und Kurzachse',
      arrow: 'Pfeil',
      probe: 'Punktwert',
    },
    figures: {
      Length: 'Länge',
      Long: 'Lang',
      Short: 'Kurz',
      Angle: 'Winkel',
      'Cobb angle': 'Cobb-Winkel',
      Area: 'Fläche',
      Mean: 'Mittel',
      SD: 'SD',
      Min: 'Min',
      Max: 'Max',
      Value: 'Wert',
      Red: 'Rot',
      Green: 'Grün',
      Blue: 'Blau',
    },
    showImage: (what) => `${what}: Bild dazu zeigen`,
    remove: 'Entfernen',
    removeWhat: (what) => `${what} entfernen`,
    arrowText: 'Text des Pfeils',
    drawFirst: 'Zuerst eine Länge über etwas von bekannter Größe zeichnen.',
    howLong: 'Wie viele Millimeter ist diese Linie lang?',
    onTheWay: 'Werte sind unterwegs',
    provisional: (level, levels) => `vorläufig: Stufe ${level} von ${levels}`,
  },
});

/** What `measuring/scale.ts` says of scales, and what is said of figures that others stated. */
const notes: KnownSentences = [
  [/^calibrated by hand$/, 'von Hand kalibriert'],
  [/^not within one region with a scale$/, 'nicht in einem Bereich mit Maßstab'],
  [/^at the detector$/, 'am Detektor'],
  [
    /^at the detector \/ (\S+), its estimated magnification$/,
    'am Detektor / $1, der geschätzten Vergrößerung',
  ],
  [/^the calibration is incomplete$/, 'die Kalibrierung ist unvollständig'],
  [/^no scale in the image$/, 'kein Maßstab im Bild'],
  [/^calibrated by an object of known size$/, 'mit einem Objekt bekannter Größe kalibriert'],
  [/^calibrated by geometry$/, 'geometrisch kalibriert'],
  [/^calibrated, how is not said$/, 'kalibriert, wie ist nicht angegeben'],
];

/** What must be said of a scale, in the chosen language. @param note sentences joined by '; ' */
export function noteText(note: string): string {
  const sentences = note.split('; ').map((one) => knownSentence(one, notes));
  return sentences.join('; ');
}
