// Ready-made frequency tables, so that small images need not carry their own. FORMAT.md appendix A.
//
// Found by clustering (k-means under relative entropy) the token counts of contexts over CT, MR, NM, XA, radiographs,
// mammograms, ultrasound and photographs, whole images and crops. From quiet to loud.
import { normalise, spreadWeights } from './frequencies.ts';

/** Per prototype the indices of its weights, a character each: 0 to 9, a to z, A to H for 0 to 43. */
const written = [
  'A111',
  'A6111111111111111111111111',
  'Ae4111111111111',
  'zk61111',
  'zic853211311111111',
  'ynd52111111111111111',
  'xqc111',
  'ygc966443a855764354223211111111111111111111',
  'wrh4111',
  'wqic63111111111111111',
  'xlheda853a7322111111',
  'urlb2111111',
  'trmf931111111',
  'uplhda75384323112111111',
  'sqnid8421311111',
  'qpnkhd8424111111',
  'tllhkfd99f842111',
  'ponkifc85a5211111',
  'ukhgdcb98fecadca9a976853221111111',
  'roljhfdb9fc978432211111',
  'onmljheb8e942111111',
  'omlkjhgdcid95311111',
  'snkifd54241119ge42jh1g41111',
  'rljigedcbigedgcabb4343111111111',
  'mllkjhhfdkhd9821111',
  'nlkjihgedkhfcd8533211111111',
  'kkjjihhgfmjhee831111',
  'mjihgfeedkjhhjgecd964431111111',
  'jiiihhggfmljhie954111111',
  'shedcba99hgeeifeeigdegdbaa52221111111',
  'ihhhgggffmlkjlhea9411111',
  'hggfffeeellkjmkhfgb733111111',
  'khgfeddccjihhkjihjhfcea64531111111',
  'eeeddddddkkkjmlkikgd993111111',
  'pdb98878aljcchedgmighmifgb21',
  '1aggg661aajjinemmp1eeea1',
  'ccccccbcbjjjimlkjmkhee9421111',
  'jeddcbaaahhgfihhgkjhgkigdeb855221111111',
  'baaaaaaa9hhhhlkkkmlkijfa6521111',
  'q43221222866ii32cdddhlklpnfd9211',
  '998888888ggggkjjimlkjljgee94221111',
  'fca988867ghfcdba9ghihnqoigab11',
  'mdba98877eddcgfedhgfeihggihfegecbdc98a743311111',
  '877666666edddhhhhkkjjmljikhdba521111111',
  '444443333bbbbfeeeiiihlkkjmljhiea6521111',
  '2222222228888ccccggggjjjimlkjljheea52211111',
  '2222222226666a999ddddhgggkjjillkjligdd8422111',
  '93222222266558877bbaaedddhhggjiihlkjikigde9522111',
];

/** The prototype that each of the 28 contexts begins with, before the first level. */
export const firstPrototypes: readonly number[] = [
  1, 3, 3, 5, 5, 5, 8, 9, 12, 13, 15, 19, 21, 25, 28, 27, 31, 32, 38, 40, 40, 43, 44, 44, 45, 46, 47, 47,
];

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH';

/** The frequencies of every prototype. */
export const prototypes: readonly Uint16Array[] = written.map((text) => {
  return normalise(
    spreadWeights(
      Array.from(text, (digit) => DIGITS.indexOf(digit)),
      'shared',
    ),
  );
});
