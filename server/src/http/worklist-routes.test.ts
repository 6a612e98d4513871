// The worklist's routes on a running Strata.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../config/log.ts';
import { Strata } from '../process/strata.ts';
import { scratchFolder } from '../testing/test-files.ts';

const scratch = scratchFolder();
let strata: Strata;
beforeAll(async () => {
  strata = await Strata.start({
    data: path.join(scratch.path, 'data'),
    host: '127.0.0.1',
    port: 0,
    command: 'start',
    log: createLog('silent'),
  });
});
afterAll(async () => {
  await strata.stop();
  scratch[Symbol.dispose]();
});

const item = (patient: string, start: string, modality = 'CT') => ({
  '00100010': { vr: 'PN', Value: [{ Alphabetic: `${patient}^Anna` }] },
  '00100020': { vr: 'LO', Value: [patient] },
  '00400100': {
    vr: 'SQ',
    Value: [
      {
        '00080060': { vr: 'CS', Value: [modality] },
        '00400001': { vr: 'AE', Value: ['CT1'] },
        '00400002': { vr: 'DA', Value: [start] },
        '00400003': { vr: 'TM', Value: ['0930'] },
      },
    ],
  },
});

const send = (method: string, where: string, body?: unknown, type = 'application/dicom+json') =>
  fetch(`${strata.url}/worklist-items${where}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': type }, body: JSON.stringify(body) }),
  });

describe('the worklist over HTTP', () => {
  it('takes, gives, replaces, lists and deletes scheduled procedure steps', async () => {
    const posted = await send('POST', '', item('P1', '20261201'));
    expect(posted.status).toBe(201);
    const { id, attributes } = (await posted.json()) as { id: string; attributes: Record<string, unknown> };
    expect(posted.headers.get('location')).toBe(`/worklist-items/${id}`);
    expect(attributes).toMatchObject(item('P1', '20261201'));
    expect(attributes['0020000D']).toMatchObject({
      vr: 'UI',
      Value: [expect.stringMatching(/^2\.25\.\d+$/)],
    });
    expect((await send('PUT', '/step-2', item('P2', '20261130', 'MR'), 'application/json')).status).toBe(201);
    expect((await send('PUT', '/step-2', item('P2', '20261130', 'US'))).status).toBe(200);
    const listed = async (query: string) => {
      const { items } = (await (await send('GET', query)).json()) as { items: { id: string }[] };
      return items.map((one) => one.id);
    };
    expect(await listed('')).toEqual(['step-2', id]);
    expect(await listed('?limit=1')).toEqual(['step-2']);
    expect(await listed('?00400100.00080060=CT')).toEqual([id]);
    expect(await listed('?00100010=p2*&00400100.00400002=-20261130')).toEqual(['step-2']);
    expect(await (await send('GET', '/step-2')).json()).toMatchObject({ id: 'step-2' });
    expect((await send('DELETE', '/step-2')).status).toBe(204);
    expect((await send('DELETE', '/step-2')).status).toBe(404);
    expect((await send('GET', '/step-2')).status).toBe(404);
  });

  it('refuses what is no scheduled procedure step, and says what is missing', async () => {
    const refused = async (answer: Response) => {
      const { error } = (await answer.json()) as { error: { message: string } };
      return `${answer.status} ${error.message}`;
    };
    const { '00400100': step, ...without } = item('P3', '20261201');
    expect(await refused(await send('POST', '', without))).toMatch(/^400 .*00400100, .* is missing/);
    expect(await refused(await send('POST', '', { ...item('P3', 'tomorrow') }))).toMatch(
      /^400 The Start Date/,
    );
    expect(await refused(await send('POST', '', { ...without, '00400100': { ...step, vr: 'XX' } }))).toMatch(
      /^400 DICOM JSON/,
    );
    expect(await refused(await send('POST', '', []))).toMatch(/^400 Send one/);
    expect(await refused(await send('PUT', '/a%20b', item('P3', '20261201')))).toMatch(
      /^400 A worklist item's id/,
    );
    expect(await refused(await send('GET', '?limit=0'))).toMatch(/^400/);
    expect(await refused(await send('GET', '?PatientName=x'))).toMatch(/^400 PatientName is no tag/);
    expect(
      (
        await send('POST', '', {
          ...item('P3', '20261201'),
          '00104000': { vr: 'LT', Value: ['x'.repeat(70_000)] },
        })
      ).status,
    ).toBe(413);
  });
});
