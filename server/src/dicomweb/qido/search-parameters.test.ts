import { describe, expect, it } from 'vitest';
import { readSearchParameters } from './search-parameters.ts';

describe('the parameters of a search', () => {
  it('name attributes by keyword, by tag, and inside sequences', () => {
    const { keys } = readSearchParameters({
      PatientName: 'DOE*',
      '00080020': '20240101-20240131',
      'RequestAttributesSequence.00401001': 'P1',
      'RequestAttributesSequence.ScheduledProcedureStepID': 'S1',
    });
    expect(keys).toEqual({
      '00100010': { vr: 'PN', Value: ['DOE*'] },
      '00080020': { vr: 'DA', Value: ['20240101-20240131'] },
      '00400275': {
        vr: 'SQ',
        Value: [{ '00401001': { vr: 'SH', Value: ['P1'] }, '00400009': { vr: 'SH', Value: ['S1'] } }],
      },
    });
  });

  it('list UIDs and codes with commas, but names hold them', () => {
    const { keys } = readSearchParameters({
      StudyInstanceUID: '1.2,1.3',
      ModalitiesInStudy: 'CT\\MR',
      PatientName: 'a,b',
      PatientID: '',
    });
    expect(keys['0020000D']?.Value).toEqual(['1.2', '1.3']);
    expect(keys['00080061']?.Value).toEqual(['CT', 'MR']);
    expect(keys['00100010']?.Value).toEqual(['a,b']);
    expect(keys['00100020']).toEqual({ vr: 'LO' });
  });

  it('say what to return, once or several times, or all', () => {
    const { include } = readSearchParameters({ includefield: ['00081030,00080060', 'PatientAge'] });
    expect(include).toEqual(['00081030', '00080060', '00101010']);
    expect(readSearchParameters({ includefield: ['all', '00081030'] }).include).toBe('all');
  });

  it('are bounded, whatever is asked for', () => {
    expect(readSearchParameters({ limit: '999999', offset: '20' })).toMatchObject({
      limit: 1000,
      offset: 20,
    });
    expect(readSearchParameters({})).toMatchObject({ limit: 1000, offset: 0, fuzzy: false, include: [] });
  });

  it('that name nothing are passed over and told', () => {
    expect(readSearchParameters({ _: '1', orderby: 'x' }).unknown).toEqual(['_', 'orderby']);
  });

  it.each([
    { limit: '-1' },
    { offset: 'x' },
    { fuzzymatching: 'maybe' },
    { includefield: 'Nothing' },
    { limit: ['1', '2'] },
  ])('are refused when they make no sense: %j', (query) => {
    expect(() => readSearchParameters(query)).toThrow(expect.objectContaining({ statusCode: 400 }));
  });
});
