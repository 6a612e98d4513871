import { describe, expect, it } from 'vitest';
import type { Stack } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { type Placed, protocolFor, seriesFor, wantsPrior } from './match.ts';
import { openingSeries } from './opening-series.ts';
import { checkProtocols, type Protocol } from './protocol.ts';
import { usualProtocols } from './usual-protocols.ts';

function seriesOf(uid: string, modality: string, description = '', bodyPart = '', images = 1): StudySeries {
  const head = { number: 1, laterality: '', date: '', time: '', instances: [] };
  const stack = { slices: Array.from({ length: images }, () => ({})), documents: [] } as unknown as Stack;
  return {
    manifest: { uid, ...head, modality, description, bodyPart },
    stack,
    patient: { id: '', issuer: '', name: '', birthDate: '', sex: '' },
    study: {
      ...{ uid: '9', id: '', accessionNumber: '', date: '', time: '', description: 'Trauma head' },
      referringPhysician: '',
    },
  };
}

const protocol = (name: string, more: Partial<Protocol>): Protocol => ({
  ...{ name, for: {}, layout: { rows: 2, columns: 2 }, viewports: [] },
  ...more,
});
const uids = (placed: readonly (Placed | null)[]) => placed.map((one) => one?.series.manifest.uid ?? null);

describe('the protocol of a study', () => {
  it('is the one that says most of what fits one of its series; of equals the first', () => {
    const all = [
      protocol('all', {}),
      protocol('ct', { for: { modality: 'CT' } }),
      protocol('ct head', { for: { modality: 'ct', bodyPart: 'head' } }),
      protocol('ct head too', { for: { modality: 'CT', bodyPart: 'HEAD' } }),
      protocol('trauma', { for: { modality: 'CT', bodyPart: 'HEAD', description: 'trauma' } }),
    ];
    const name = (protocols: Protocol[], ...series: StudySeries[]) => protocolFor(protocols, series)?.name;
    expect(name(all, seriesOf('1', 'CT', '', 'HEAD'))).toBe('trauma');
    expect(name(all.slice(0, 4), seriesOf('1', 'SR'), seriesOf('2', 'CT', '', 'HEAD/NECK'))).toBe('ct head');
    expect(name(all, seriesOf('1', 'CT', '', 'CHEST'))).toBe('ct');
    expect(name(all, seriesOf('1', 'US'))).toBe('all');
    expect(name(all.slice(1), seriesOf('1', 'US'))).toBeUndefined();
  });

  it('puts a CT beside the PET of its study, and either alone', () => {
    const [ct, pet] = [seriesOf('ct', 'CT'), seriesOf('pet', 'PT')];
    const opened = (...series: StudySeries[]) => {
      const { layout, placed } = openingSeries(series);
      return [`${layout.rows} x ${layout.columns}`, ...uids(placed)];
    };
    expect(opened(pet, ct)).toEqual(['1 x 2', 'ct', 'pet']);
    expect(opened(pet)).toEqual(['1 x 1', 'pet']);
    expect(opened(ct)).toEqual(['1 x 1', 'ct']);
  });

  it('puts what is asked for where it is asked for, each series once, and the rest after', () => {
    const current = [
      seriesOf('report', 'SR', '', '', 0),
      seriesOf('loc', 'MR', 'Localizer'),
      seriesOf('t1', 'MR', 'T1 ax'),
      seriesOf('t2', 'MR', 'T2 ax'),
    ];
    const prior = [seriesOf('old', 'MR', 'T2 tra')];
    const wishes = protocol('t2 beside the prior', {
      viewports: [
        { study: 'current', description: 't2' },
        { study: 'prior', description: 'T2' },
      ],
    });
    expect(wantsPrior(wishes)).toBe(true);
    expect(uids(seriesFor(wishes, current, prior))).toEqual(['t2', 'old', 'loc', 't1']);
    expect(uids(seriesFor(wishes, current.slice(0, 3), []))).toEqual([null, null, 'loc', 't1']);
  });
});

describe('a list of protocols from outside', () => {
  it('is taken when it is right, and comes through JSON unchanged', () => {
    expect(checkProtocols(JSON.parse(JSON.stringify(usualProtocols)))).toEqual(usualProtocols);
    const least = { name: 'x', layout: { rows: 1, columns: 2 } };
    expect(checkProtocols([least])).toEqual([{ ...least, for: {}, viewports: [] }]);
  });

  it('is refused with the name of the protocol and of the field', () => {
    const wrong = (more: object) => () =>
      checkProtocols([{ name: 'Mine', layout: { rows: 1, columns: 1 }, ...more }]);
    expect(() => checkProtocols({})).toThrow('A list of protocols');
    expect(() => checkProtocols([7])).toThrow('protocol 1: an object');
    expect(wrong({ name: '' })).toThrow('"name" is missing');
    expect(wrong({ layout: { rows: 9, columns: 1 } })).toThrow('"Mine": "rows" must be 1, 2 or 3');
    expect(wrong({ viewports: [{}, {}] })).toThrow('"Mine": "viewports" must be a list of at most 1');
    expect(wrong({ viewports: [{ study: 'next' }] })).toThrow('"Mine", viewport 1: "study" must be');
    expect(wrong({ for: { modality: 7 } })).toThrow('"Mine": "modality" must be a text');
    expect(wrong({ together: 'yes' })).toThrow('"together" must be true or false');
    expect(() => checkProtocols(Array.from({ length: 101 }, () => ({})))).toThrow('more than 100');
  });
});
