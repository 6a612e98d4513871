import { describe, expect, it } from 'vitest';
import { hostAllowed, loopbackAddress, originAllowed } from './loopback.ts';

describe('loopback only', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['::1', '::1'],
    ['[::1]', '::1'],
  ])('listens on %s', (host, address) => expect(loopbackAddress(host)).toBe(address));

  it.each(['0.0.0.0', '::', '192.168.1.7', 'example.org', '', '127.0.0.1.example.org'])(
    'refuses to listen on "%s" and says why',
    (host) => expect(() => loopbackAddress(host)).toThrow(/no sign-in/),
  );

  it.each(['127.0.0.1:4280', 'localhost', 'LOCALHOST:1', '[::1]:4280'])('answers to the Host %s', (host) =>
    expect(hostAllowed(host)).toBe(true),
  );

  it.each([undefined, '', 'evil.example:4280', '127.0.0.1.evil.example', '192.168.1.7:4280', '[::2]:4280'])(
    'does not answer to the Host %s',
    (host) => expect(hostAllowed(host)).toBe(false),
  );

  it('accepts programs, its own pages, those of the desktop program, and no pages of others', () => {
    expect(originAllowed(undefined, 4280)).toBe(true);
    expect(originAllowed('strata-app://viewer', 4280)).toBe(true);
    expect(originAllowed('http://127.0.0.1:4280', 4280)).toBe(true);
    expect(originAllowed('http://localhost:4280', 4280)).toBe(true);
    expect(originAllowed('http://[::1]:4280', 4280)).toBe(true);
    expect(originAllowed('http://localhost', 80)).toBe(true);
    for (const origin of [
      'null',
      'strata-app://elsewhere',
      'https://strata-app',
      'http://localhost:3000',
      'https://localhost:4280',
      'http://evil.example:4280',
      '',
    ]) {
      expect(originAllowed(origin, 4280), origin).toBe(false);
    }
  });
});
