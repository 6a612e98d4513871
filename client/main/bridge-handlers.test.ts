import { describe, expect, it } from 'vitest';
import { callNames, makeBridge } from '../bridge/bridge.ts';
import { bridgeHandlers, type Desktop } from './bridge-handlers.ts';

function desktopWith(opened: string[] = []): Desktop {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    start: { servers: ['ws://127.0.0.1:1/stream'], site: null, program: 'Strata 1' },
    cache: {
      get: async (key) => kept.get(key) ?? null,
      put: async (key, bytes) => void kept.set(key, new Uint8Array(bytes)),
    },
    openStudy: (uid) => void opened.push(uid),
    signOut: async () => kept.clear(),
  };
}

describe('the bridge', () => {
  it('carries every call to its handler', async () => {
    const opened: string[] = [];
    const handlers = bridgeHandlers(desktopWith(opened));
    const bridge = makeBridge(
      (name, args) => handlers[name](args),
      () => () => undefined,
    );
    expect(await bridge.start()).toMatchObject({ program: 'Strata 1' });
    await bridge.cachePut('key', Uint8Array.of(1, 2));
    expect(await bridge.cacheGet(['key', 'other'])).toEqual([Uint8Array.of(1, 2), null]);
    await bridge.openStudy('1.2.3');
    expect(opened).toEqual(['1.2.3']);
    await bridge.signOut();
    expect(await bridge.cacheGet(['key'])).toEqual([null]);
  });

  it('refuses arguments that are not as it says', async () => {
    const handlers = bridgeHandlers(desktopWith());
    const wrong = [
      handlers.openStudy(['../../etc']),
      handlers.openStudy([]),
      handlers.cacheGet([['x'.repeat(257)]]),
      handlers.cacheGet([[{ toString: 1 }]]),
      handlers.cacheGet(['key']),
      handlers.cacheGet([Array.from({ length: 129 }, String)]),
      handlers.cachePut(['key', 'text']),
      handlers.start(['more']),
    ];
    await Promise.all(wrong.map((call) => expect(call).rejects.toThrow(/does not take these arguments/)));
  });

  it('has no way around its calls', () => {
    const bridge = makeBridge(
      async () => null,
      () => () => undefined,
    );
    expect(Object.keys(bridge).sort()).toEqual([...callNames, 'onGoTo'].sort());
  });
});
