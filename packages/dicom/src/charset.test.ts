import { describe, expect, it } from 'vitest';
import { textDecoding } from './charset.ts';
import { readPart10 } from './part10.ts';
import { latin } from './testing/build.ts';
import { testFile } from './testing/data.ts';

const nameIn = (file: string): string => readPart10(testFile(file)).attributes.patient.name;
const decode = (terms: string[], text: string): string => textDecoding(terms)(latin(text));

describe('names in the character sets of real files', () => {
  it.each([
    ['odd/fo-dicom/chrArab.dcm', 'قباني^لنزار'],
    ['odd/fo-dicom/chrHbrw.dcm', 'שרון^דבורה'],
    ['odd/fo-dicom/chrRuss.dcm', 'Люкceмбypг'],
    ['odd/fo-dicom/chrH32.dcm', 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'],
    ['odd/fo-dicom/chrGB2312.dcm', 'Zhang^XiaoDong=张^小东='],
    ['odd/fo-dicom/chrX2.dcm', 'Wang^XiaoDong=王^小东='],
    ['odd/fo-dicom/GH1301.dcm', 'Wang^XiaoDong=王^小东='],
    ['odd/fo-dicom/chrKoreanMulti.dcm', '김희중'],
  ])('%s', (file, name) => {
    expect(nameIn(file)).toBe(name);
  });
});

describe('the examples of PS3.5 annexes H to K', () => {
  it('decodes Japanese in JIS X 0201 and JIS X 0208', () => {
    const kanji = 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B';
    expect(decode(['', 'ISO 2022 IR 87'], kanji)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう');
  });

  it('decodes Korean, announced again after each delimiter or only once', () => {
    const again =
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf';
    const once = 'Hong^Gildong=\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7=\xc8\xab^\xb1\xe6\xb5\xbf';
    for (const text of [again, once]) {
      expect(decode(['', 'ISO 2022 IR 149'], text)).toBe('Hong^Gildong=洪^吉洞=홍^길동');
    }
  });

  it('decodes Chinese in UTF-8, GB18030 and GBK', () => {
    expect(decode(['ISO_IR 192'], 'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1=')).toBe(
      'Wang^XiaoDong=王^小東=',
    );
    expect(decode(['GB18030'], 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=')).toBe('Wang^XiaoDong=王^小东=');
    expect(decode(['GBK'], '\xcd\xf5')).toBe('王');
  });

  it('mixes Latin-1 and Greek with code extensions, and returns to the first set after a delimiter', () => {
    const text = '\xc4neas^\x1b-F\xc4\xe9\xef\xed^\xdf';
    expect(decode(['ISO 2022 IR 100', 'ISO 2022 IR 126'], text)).toBe('Äneas^Διον^ß');
  });
});

describe('character sets as they are really written', () => {
  it('takes any spelling of a defined term', () => {
    for (const term of [
      'ISO_IR 100',
      'ISO-IR 100',
      'ISO_IR_100',
      'iso ir 100',
      'ISO 2022 IR 100',
      'ISO_IR 100 ',
    ]) {
      expect(decode([term], 'J\xe9r\xf4me')).toBe('Jérôme');
    }
  });

  it('takes text that was never declared for UTF-8 when it is that, else for Latin-1', () => {
    expect(decode([''], 'J\xc3\xa9r\xc3\xb4me')).toBe('Jérôme');
    expect(decode([''], 'J\xe9r\xf4me')).toBe('Jérôme');
    expect(decode(['ISO_IR 4711'], 'J\xe9r\xf4me')).toBe('Jérôme');
  });

  it('never fails, whatever the terms and the bytes', () => {
    const terms = [
      [],
      [''],
      ['ISO_IR 192'],
      ['GB18030'],
      ['', 'ISO 2022 IR 87'],
      ['ISO 2022 IR 13', 'ISO 2022 IR 159'],
      ['x', 'y'],
    ];
    for (let seed = 1; seed < 3000; seed++) {
      const bytes = Uint8Array.from({ length: seed % 23 }, (_, at) => {
        const value = (seed * 7919 + at * 104_729) % 300;
        return value > 255 ? 0x1b : value;
      });
      for (const values of terms) expect(typeof textDecoding(values)(bytes)).toBe('string');
    }
  });
});
