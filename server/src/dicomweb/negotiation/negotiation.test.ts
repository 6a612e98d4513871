import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose, wantedBy } from './accept.ts';
import { includesType, parseMediaType, parseMediaTypes } from './media-type.ts';

describe('media types', () => {
  it('are read with quoted parameters that hold separators', () => {
    const type = parseMediaType('Multipart/Related; Type="application/dicom"; boundary="a;b,\\"c"');
    expect(type?.type).toBe('multipart/related');
    expect(type?.parameters.get('type')).toBe('application/dicom');
    expect(type?.parameters.get('boundary')).toBe('a;b,"c');
  });

  it('are read from clients that forget the quotes', () => {
    expect(parseMediaType('multipart/related; type=image/jpeg')?.parameters.get('type')).toBe('image/jpeg');
  });

  it.each(['', 'dicom', '/', 'a/b/c', 'a b/c', 'text/'])('are not seen in "%s"', (text) => {
    expect(parseMediaType(text)).toBeNull();
  });

  it('never throw, whatever stands there', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        parseMediaType(text);
        parseMediaTypes(text);
      }),
    );
  });

  it('lie in ranges', () => {
    expect(includesType('image/*', 'image/jphc')).toBe(true);
    expect(includesType('*/*', 'application/dicom')).toBe(true);
    expect(includesType('image/*', 'video/mp4')).toBe(false);
  });
});

describe('what a client accepts', () => {
  it('is anything when it does not say', () => {
    expect(wantedBy(undefined, undefined)).toEqual([{ type: '*/*', packaging: 'any', transferSyntax: null }]);
  });

  it('is what OHIF asks frames with', () => {
    expect(
      wantedBy('multipart/related; type=application/octet-stream; transfer-syntax=*', undefined),
    ).toEqual([{ type: 'application/octet-stream', packaging: 'multipart', transferSyntax: '*' }]);
  });

  it('is in the order of its qualities, without those of quality 0', () => {
    const accepted = wantedBy('image/png;q=0.5, image/gif;q=0, image/jpeg', undefined);
    expect(accepted.map(({ type }) => type)).toEqual(['image/jpeg', 'image/png']);
  });

  it('is read from the query before the header', () => {
    expect(wantedBy('text/html', 'application/dicom json')[0]?.type).toBe('application/dicom+json');
  });

  it('is refused with what there is instead', () => {
    const accepted = wantedBy('text/html', undefined);
    expect(() => choose(accepted, () => null, ['application/dicom+json'])).toThrow(
      expect.objectContaining({
        statusCode: 406,
        message: expect.stringContaining('application/dicom+json'),
      }),
    );
    expect(() => wantedBy('what?', undefined)).toThrow(expect.objectContaining({ statusCode: 400 }));
  });
});
