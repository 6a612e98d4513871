// What the server says of images in words (why something is not shown): the known sentences in the chosen language.
import { type KnownSentences, knownSentence } from './known-sentences.ts';

const sentences: KnownSentences = [
  [/^VOI LUT not offered: (.+)$/, 'VOI-LUT nicht angeboten: $1'],
  [
    /^VOI LUTs not offered: more than (\d+), or (\d+) entries$/,
    'VOI-LUTs nicht angeboten: mehr als $1, oder $2 Einträge',
  ],
  [/^modality LUT not applied: (.+)$/i, 'Modality-LUT nicht angewendet: $1'],
  [/^overlays? ([0-9A-F]+): (.+)$/, 'Overlay $1: $2'],
  [/^(\S+) shutter not applied: (.+)$/, 'Blende ($1) nicht angewendet: $2'],
  [/^its descriptor is (?:incomplete|garbage)$/, 'ihre Beschreibung ist nicht brauchbar'],
  [/^(\d+) entries are above the limit of (\d+)$/, '$1 Einträge übersteigen die Grenze von $2'],
  [/^entries of (\d+) bits$/, 'Einträge mit $1 Bit'],
  [/^(\d+) entries announced, (\d+) bytes there$/, '$1 Einträge angekündigt, $2 Bytes vorhanden'],
  [/^it has no size$/, 'es hat keine Größe'],
  [/^(\d+) x (\d+) points are above the limit$/, '$1 x $2 Punkte übersteigen die Grenze'],
  [/^its bits lie in pixels that are not native$/, 'seine Bits liegen in komprimierten Bildpunkten'],
  [
    /^pixels in (.+) are kept as they are, without frames$/,
    'Bilddaten in $1 werden unverändert aufbewahrt, ohne Einzelbilder',
  ],
  [/^there is not one fragment of pixels$/, 'die Bilddaten fehlen'],
  [/^there are no pixels that can be decoded$/, 'die Bilddaten lassen sich nicht dekodieren'],
  [/^the file ends inside its pixel data.*$/, 'die Datei endet mitten in den Bilddaten'],
  [/^this shape is not known$/, 'diese Form ist nicht bekannt'],
  [/^the units are not said$/, 'die Einheit ist nicht angegeben'],
  [/^values in (.+) are no activity$/, 'Werte in $1 sind keine Aktivität'],
  [/^the image is not corrected for attenuation$/, 'das Bild ist nicht schwächungskorrigiert'],
  [/^the image is not corrected for decay$/, 'das Bild ist nicht zerfallskorrigiert'],
  [/^values are counts without a factor to activity$/, 'die Werte sind Zählraten ohne Umrechnungsfaktor'],
  [/^the values are SUV of another type \((.+)\)$/, 'die Werte sind SUV anderer Art ($1)'],
  [
    /^the header of an enhanced PET image is not read for it$/,
    'im Kopf eines Enhanced-PET-Bildes wird danach nicht gesucht',
  ],
  [/^the radiopharmaceutical is not said$/, 'das Radiopharmakon ist nicht angegeben'],
  [/^several radiopharmaceuticals were given$/, 'mehrere Radiopharmaka wurden gegeben'],
  [/^the injected dose is missing$/, 'die injizierte Aktivität fehlt'],
  [
    /^the injected dose of (.+) is not in becquerel$/,
    'die injizierte Aktivität von $1 ist nicht in Becquerel',
  ],
  [
    /^it is not said to which time decay is corrected$/,
    'der Bezugszeitpunkt der Zerfallskorrektur ist nicht angegeben',
  ],
  [/^the half-life is missing$/, 'die Halbwertszeit fehlt'],
  [/^the time of injection does not fit the scan$/, 'der Injektionszeitpunkt passt nicht zur Aufnahme'],
  [/^the time of the scan is not known$/, 'der Aufnahmezeitpunkt ist nicht bekannt'],
  [/^the time of injection is missing$/, 'der Injektionszeitpunkt fehlt'],
  [/^the patient's weight is missing$/, 'das Gewicht des Patienten fehlt'],
  [/^32-bit integers$/, '32-Bit-Ganzzahlen'],
  [/^32-bit floating point numbers$/, '32-Bit-Gleitkommazahlen'],
  [/^64-bit floating point numbers$/, '64-Bit-Gleitkommazahlen'],
  [/^overlays cannot be shown: (.+)$/, 'Overlays können nicht gezeigt werden: $1'],
  [/^the server answered (\d+)$/, 'der Server antwortete $1'],
];

/** A sentence of the server for people; one that is not known stays as it is. */
export function serverText(text: string): string {
  return knownSentence(text, sentences);
}
