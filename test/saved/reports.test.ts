// Reports over HTTP, from a preliminary one to its addendum: judged by dciodvfy, DCMTK and pydicom; and who comes second.
import { writeFileSync } from 'node:fs';
import { StrataClient } from '@strata/stream/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder } from '../support/data.ts';
import { runProgram } from '../support/peers/program.ts';
import { dciodvfy, pythonJson } from '../support/peers/readers.ts';
import { StrataProcess, strata, temporaryFolder } from '../support/strata.ts';

interface Saved {
  readonly sopInstanceUid: string;
  readonly superseded: boolean;
  readonly author: string;
  readonly content: { readonly stage: string; readonly sections: { heading: string; text: string }[] };
}

let server: StrataProcess;
let image: { studyUid: string; uid: string };
const { folder, remove } = temporaryFolder('reports');

beforeAll(async () => {
  server = await StrataProcess.start(`${folder}/data`);
  const files = ['series/ct-philips/I10.dcm', 'odd/pydicom/test-SR.dcm', 'odd/cornerstone/no-pixel-data.dcm'];
  const imported = await strata(
    ...['import', '--data', `${folder}/data`, '--json'],
    ...files.map((file) => `${dataFolder}/${file}`),
  );
  expect(imported.stderr).toBe('');
  const [study] = await studies({ modality: ['CT'] });
  const client = newClient();
  const { series } = await client.study(study?.studyUid ?? '');
  client.close();
  image = { studyUid: study?.studyUid ?? '', uid: series[0]?.instances[0]?.uid ?? '' };
}, 60_000);

afterAll(async () => {
  await server?.stop();
  remove();
});

const newClient = () => new StrataClient({ servers: [`${server.url.replace(/^http/, 'ws')}/stream`] });

async function studies(query: { modality?: string[]; report?: ('unread' | 'preliminary' | 'final')[] }) {
  const client = newClient();
  try {
    return (await client.worklist({ limit: 10, ...query })).studies;
  } finally {
    client.close();
  }
}

const address = () => `${server.url}/gateway/studies/${image.studyUid}/saved/reports`;

async function post(stage: string, change: string, texts: Record<string, string>, predecessors: string[]) {
  const roles: Record<string, string> = {
    Findings: 'findings',
    Impression: 'impression',
    Addendum: 'addendum',
  };
  const sections = Object.entries(texts).map(([heading, text]) => ({
    ...{ role: roles[heading] ?? 'other', heading, text },
  }));
  const images = [{ sopInstanceUid: image.uid, frames: [] }];
  const response = await fetch(address(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      author: 'Röntgen^Wilhelm',
      predecessors,
      content: { stage, change, language: 'en', sections, images },
    }),
  });
  const answer = (await response.json()) as { sopInstanceUid: string; error?: { code: string } };
  return { status: response.status, uid: answer.sopInstanceUid, code: answer.error?.code };
}

const list = async (): Promise<Saved[]> =>
  ((await (await fetch(address())).json()) as { objects: Saved[] }).objects;

const texts = { Findings: 'No infiltrate.\nEffusion 12 mm, “Ödem”.', Impression: 'Effusion', Mine: 'Thanks' };

it('are written, signed and added to; each version is a document that others read, none is lost', async () => {
  expect((await studies({ modality: ['CT'] }))[0]).toMatchObject({ report: 'unread' });
  const first = await post('preliminary', 'none', texts, []);
  expect(first.status).toBe(201);
  expect(await studies({ report: ['preliminary'] })).toHaveLength(2);
  // Somebody who has not seen it.
  expect(await post('preliminary', 'none', texts, [])).toMatchObject({ status: 409, code: 'newer-version' });
  const final = await post('final', 'none', texts, [first.uid]);
  expect(final.status).toBe(201);
  expect(await post('final', 'none', texts, [first.uid])).toMatchObject({
    status: 409,
    code: 'newer-version',
  });
  expect(await post('final', 'none', texts, [final.uid])).toMatchObject({ status: 422, code: 'final' });
  const changed = { ...texts, Findings: 'Other', Addendum: 'More' };
  expect(await post('final', 'addendum', changed, [final.uid])).toMatchObject({ status: 422, code: 'final' });
  expect(await post('final', 'none', { Findings: ' ' }, [])).toMatchObject({ status: 422, code: 'empty' });
  const listed = await strata('studies', '--data', `${folder}/data`, '--report', 'final', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject({
    total: 2,
    studies: [{ report: 'final' }, { report: 'final' }],
  });
  const added = await post('preliminary', 'addendum', { ...texts, Addendum: 'More' }, [final.uid]);
  expect(added.status).toBe(201);

  const versions = await list();
  expect(versions.map(({ sopInstanceUid, superseded }) => [sopInstanceUid, superseded])).toEqual([
    [added.uid, false],
    [final.uid, true],
    [first.uid, true],
  ]);
  expect(versions[1]).toMatchObject({ author: 'Röntgen^Wilhelm', content: { stage: 'final' } });
  expect(versions[1]?.content.sections.map(({ text }) => text)).toEqual(Object.values(texts));
  // An addendum that is being written takes nothing back.
  expect((await studies({ modality: ['CT'] }))[0]).toMatchObject({ report: 'final' });
}, 60_000);

/** Without the one about UTF-8, which DCMTK reads but does not check. */
const complaints = (stderr: string) => stderr.replace(/^W: The VR checker does not support .*\n/m, '');

it('stand before their judges', async () => {
  for (const { sopInstanceUid, content } of await list()) {
    const file = `${folder}/${sopInstanceUid}.dcm`;
    const response = await fetch(`${server.url}/gateway/instances/${sopInstanceUid}/file`);
    writeFileSync(file, Buffer.from(await response.arrayBuffer()));
    expect((await dciodvfy(file)).errors).toEqual([]);
    const dumped = await runProgram('dsrdump', ['--print-long-values', file]);
    expect([dumped.code, complaints(dumped.stderr)]).toEqual([0, '']);
    expect(dumped.stdout).toContain('No infiltrate.');
    const html = await runProgram('dsr2html', [file, `${folder}/report.html`]);
    expect([html.code, complaints(html.stderr)]).toEqual([0, '']);
    const read = await pythonJson<Record<string, unknown>>(
      `import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
print(json.dumps({'class': d.SOPClassUID.name, 'stage': d.PreliminaryFlag, 'verified': d.VerificationFlag,
  'headings': [i.ConceptNameCodeSequence[0].CodeMeaning for i in d.ContentSequence if i.ValueType == 'CONTAINER'],
  'text': next(i for i in d.ContentSequence if i.ValueType == 'CONTAINER').ContentSequence[0].TextValue,
  'verifier': str(d.VerifyingObserverSequence[0].VerifyingObserverName) if 'VerifyingObserverSequence' in d else ''}))`,
      file,
    );
    const isFinal = content.stage === 'final';
    expect(read).toMatchObject({
      class: 'Basic Text SR Storage',
      stage: content.stage.toUpperCase(),
      verified: isFinal ? 'VERIFIED' : 'UNVERIFIED',
      verifier: isFinal ? 'Röntgen^Wilhelm' : '',
      text: 'No infiltrate.\r\nEffusion 12 mm, “Ödem”.',
    });
    expect(read.headings).toEqual([...content.sections.map(({ heading }) => heading), 'Key Images']);
  }
}, 60_000);

it('of others are read, and the words of any document', async () => {
  const final = await studies({ report: ['final'] });
  expect(final).toHaveLength(2);
  const [{ uid } = { uid: '' }] = await instancesOf(
    final.find(({ modalities }) => !modalities.includes('CT')),
  );
  const answer = await (await fetch(`${server.url}/gateway/instances/${uid}/document`)).json();
  expect(answer).toMatchObject({ file: null, report: { title: 'Diagnosis', verification: 'verified' } });
  const none = await fetch(`${server.url}/gateway/instances/${uid}/document/file`);
  expect(none.status).toBe(404);
  expect(await none.json()).toMatchObject({ error: { code: 'no-file' } });
});

async function instancesOf(study: { studyUid: string } | undefined): Promise<{ uid: string }[]> {
  const response = await fetch(`${server.url}/gateway/studies/${study?.studyUid}`);
  const listed = (await response.json()) as { sopInstanceUid: string }[];
  return listed.map(({ sopInstanceUid }) => ({ uid: sopInstanceUid }));
}
