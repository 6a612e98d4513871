// Private attributes that are thought to be safe: numbers and codes of technique that no standard attribute has.
// Source: DICOM PS3.15 2026c, table E.3.10-1, without those of its rows that hold free text, UIDs, pixels or bytes of which
// nobody says what they are. A creator and a group, then the last two digits of the elements.

const SAFE_PRIVATE = `
Philips PET Private Group|7053
  00 09
ELSCINT1|00E1
  21 50
ELSCINT1|01E1
  26
ELSCINT1|01F1
  01 07 26 27
GEMS_ACQU_01|0019
  23 24 27
GEMS_PARM_01|0043
  39 6F
GEMS_HELIOS_01|0045
  01 02
GEIIS PACS|0903
  10 11 12
Philips Imaging DD 001|2001
  01 02 03 04 05 06 07 08 09 0A 0B 0C 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 21 22 23 24 26 27
  28 29 2A 2B 2C 2D 2E 2F 30 31 32 33 34 35 36 37 38 39 3A 3B 3C 3D 3E 3F 40 41 42 43 44 45 46 47 48 49 4A 4B
  4C 4D 4E 4F 51 53 54 55 56 57 58 59 5F 60 61 62 63 65 66 67 68 69 6A 6B 6F 71 72 73 74 75 76 77 79 7A 7B 7C
  7E 7F 81 82 83 84 85 86 88 89 8A 8C 9A 9B 9F A1 A2 A3 A4 A5 C0 C2 C3 C5 C6 C7 CA CB D0 D1 D2 D3 D4 D5 D6 D7
  D8 D9 DA DB DC DD DE DF E9 F1 F2 F3 F4 F5 F6 F9 FB FC FD
Philips Imaging DD 002|2001
  01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 20 21 22 23 24
  25 26 27 28 29 2A 2B 2C 2D 2E 2F 30 31 32 33 34 35 36 37 38 39 3A 3B 3C 3D 3E 3F 40 50 53 57 58 5D 5E 5F 64
  65 66 71 72 73 75
Philips Imaging DD 097|2001
  01 02 03 04 05 06 07 08 0A 0B 0D 0E 0F 12 17 18 1A 1B 1C 1D 1E 1F 21 22 23 24 25 26 27 2B 2C 2D 2E 30 31 32
  37 38 39 3A 3B 3C 3D 3E 40 42 45 49 4B A1 A2 A3 A4 A5 A6 A8 A9 AA AB
Philips Imaging DD 129|2001
  00 01 02 03 04 05 06 07 08 09
SIEMENS MR HEADER|0019
  0C 0D 0E 27
GEMS_SERS_01|0025
  07
HOLOGIC, Inc.|7E01
  10 11
NQHeader|0099
  04 10 21
NQLeft|0199
  01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16
NQRight|0299
  01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16
Philips MR Imaging DD 001|2005
  0D 0E
SIEMENS Ultrasound SC2000|0119
  02 03 05 06 07 08 09 13
SIEMENS Ultrasound SC2000|0129
  00 06 09 11 20 30
SIEMENS Ultrasound SC2000|0139
  01
SIEMENS Ultrasound SC2000|0149
  01 02 03
`;

function parse(): Set<string> {
  const safe = new Set<string>();
  let block = '';
  for (const line of SAFE_PRIVATE.trim().split('\n')) {
    if (!line.startsWith(' ')) block = line;
    else for (const element of line.trim().split(' ')) safe.add(`${block}|${element}`);
  }
  return safe;
}

const safe = parse();

/** Whether a private attribute of a creator is on the list. */
export function isSafePrivate(tag: number, creator: string): boolean {
  const hex = (number: number, digits: number) => number.toString(16).toUpperCase().padStart(digits, '0');
  return safe.has(`${creator}|${hex(tag >>> 16, 4)}|${hex(tag & 0xff, 2)}`);
}
