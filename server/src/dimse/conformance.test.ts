// The conformance statement says what the program does: its tables are compared with the program's own lists.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IMPLEMENTATION_CLASS, IMPLEMENTATION_VERSION } from '@strata/dicom/writing/part10-writer';
import { describe, expect, it } from 'vitest';
import { DEFAULT_DICOM_PORT } from '../config/settings/dicom-section.ts';
import { parseSettings } from '../config/settings/settings.ts';
import { Status } from './messages/status.ts';
import { offerOf } from './scp/offers.ts';
import { storeStatus } from './scp/store.ts';
import { STORAGE_CLASSES } from './storage-classes.ts';
import { STORAGE_SYNTAXES } from './transfer-syntaxes.ts';
import { SopClass } from './uids.ts';
import { APPLICATION_CONTEXT, Rejection } from './upper-layer/pdu.ts';

const file = path.resolve(import.meta.dirname, '../../../docs/dicom-conformance.md');
const statement = readFileSync(file, 'utf8');
const { dicom } = parseSettings('{}', '/settings.json');

/** The text of the section of this number. */
function section(number: number): string {
  const text = statement.split(/^## /m).find((part) => part.startsWith(`${number}. `));
  if (!text) throw new Error(`the statement has no section ${number}`);
  return text;
}

/** The cells of the tables in a text, without headings and rules. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => /^\| .*[^- |]/.test(line));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const uidsOf = (text: string) =>
  rows(text).flatMap((cells) => cells.filter((cell) => /^[12][\d.]+$/.test(cell)));

describe('the conformance statement', () => {
  it('lists the storage SOP classes with their names', () => {
    const listed = rows(section(4)).filter(([, uid]) => /^[\d.]+$/.test(uid ?? ''));
    expect(listed.map(([name, uid]) => [uid, name])).toEqual([...STORAGE_CLASSES]);
  });

  it('lists the transfer syntaxes in which objects are taken', () => {
    expect(uidsOf(section(5))).toEqual(STORAGE_SYNTAXES);
  });

  it('lists the services, and those that are accepted', () => {
    const listed = rows(section(3)).filter(([, uid]) => /^[\d.]+$/.test(uid ?? ''));
    expect(new Set(listed.map(([, uid]) => uid))).toEqual(new Set(Object.values(SopClass)));
    for (const [, uid = '', , scp] of listed) {
      expect(offerOf(uid, dicom) !== null, uid).toBe(scp === 'yes');
    }
  });

  it('lists every status', () => {
    const codes = new Set(section(6).match(/0x[0-9A-F]{4}\b/g));
    const known = Object.values(Status).map(
      (code) => `0x${code.toString(16).toUpperCase().padStart(4, '0')}`,
    );
    expect(codes).toEqual(new Set(known));
    const stores = rows(section(6)).filter(([, service]) => service?.includes('C-STORE'));
    const refusals = ['no-space', 'uid-mismatch', 'conflict', 'bad-command', 'not-dicom'].map(storeStatus);
    for (const code of refusals) expect(stores.map(([status]) => Number(status))).toContain(code);
  });

  it('says who Strata is and what its limits are', () => {
    for (const word of [IMPLEMENTATION_CLASS, IMPLEMENTATION_VERSION, APPLICATION_CONTEXT, dicom.aeTitle]) {
      expect(statement).toContain(`\`${word}\``);
    }
    const { limits, timeouts } = dicom;
    expect(section(2)).toContain(`| associations at once | ${limits.associations} `);
    expect(section(2)).toContain(`| largest PDU taken | ${limits.pduBytes} bytes`);
    expect(section(3)).toContain(`${limits.matches} matches`);
    for (const seconds of Object.values(timeouts)) expect(section(2)).toContain(` ${seconds} s`);
    expect(section(7)).toContain(` ${DEFAULT_DICOM_PORT} `);
    for (const { result, source, reason } of Object.values(Rejection)) {
      expect(section(2)).toContain(`${result}/${source}/${reason}`);
    }
  });
});
