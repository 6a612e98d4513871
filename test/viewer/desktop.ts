// Tests of the pages inside the desktop program, in a real browser through the program's own bridge, handlers and disk cache.
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callNames, makeBridge } from '../../client/bridge/bridge.ts';
import { bridgeHandlers } from '../../client/main/bridge-handlers.ts';
import { SealedCache } from '../../client/main/cache/sealed-cache.ts';
import { temporaryFolder } from '../support/strata.ts';
import type { Hosted } from './hosted.ts';

/** @param host the running Strata and browser, known once the tests run */
export function describeDesktop(host: () => Hosted): void {
  describe('the desktop program', () => {
    it('shows from its encrypted disk what came before, follows links, and wipes all at sign-out', async () => {
      const { folder, remove } = temporaryFolder('desktop');
      const cache = await SealedCache.open(folder, randomBytes(32), 2 ** 28);
      onTestFinished(() => cache.close().then(remove));
      let recalled = 0;
      const handlers = bridgeHandlers({
        start: {
          servers: [`${host().server.url.replace(/^http/, 'ws')}/stream`],
          site: null,
          program: 'Strata',
        },
        cache: {
          put: (key, bytes) => cache.put(key, bytes),
          get: async (key) => {
            const bytes = await cache.get(key);
            recalled += bytes?.byteLength ?? 0;
            return bytes;
          },
        },
        openStudy: () => undefined,
        signOut: () => cache.wipe(),
      });
      const giveBridge = async (page: Page) => {
        for (const name of callNames) {
          await page.exposeFunction(`call_${name}`, (...args: unknown[]) => handlers[name](args));
        }
        await page.addInitScript(`
          const callNames = ${JSON.stringify(callNames)};
          const makeBridge = ${makeBridge.toString()};
          window.told = {};
          window.strataDesktop = makeBridge(
            (name, args) => window['call_' + name](...args),
            (event, tell) => ((window.told[event] = tell), () => undefined),
          );`);
      };
      const study = await host().studyOf('name=head');
      const first = await host().open(`/study/${study}`, { prepare: giveBridge });
      const { image } = await first.untilSharp();
      await first.until('all is here', (state) => state.image?.refined === state.image?.count);
      expect((await first.state()).bytesReceived).toBeGreaterThan(1_000_000);
      expect(recalled).toBe(0);
      await first.close();

      const again = await host().open('/', { prepare: giveBridge });
      await again.page.evaluate(`window.told.goTo('/study/${study}')`);
      const { image: same } = await again.untilSharp();
      expect(same?.level).toBe(image?.level);
      await again.until('all is here', (state) => state.image?.refined === state.image?.count);
      // On a busy machine the servers may be asked for the rest.
      expect(recalled).toBeGreaterThan(100_000);
      await again.keep('desktop');

      await again.page.getByRole('button', { name: 'Sign out' }).click();
      await expect.poll(() => cache.bytes).toBe(0);
      again.expectNoProblems();
    });
  });
}
