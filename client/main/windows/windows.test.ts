import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrashWatch } from './crash-watch.ts';
import { fitToDisplays, layoutText, parseLayout, type WindowPlace } from './window-layout.ts';

const left = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
const right = { id: 2, workArea: { x: 1920, y: 0, width: 2560, height: 1440 } };
const place = (x: number, y: number, width = 1200, height = 900): WindowPlace => ({
  address: '/study/1.2.3',
  bounds: { x, y, width, height },
  isMaximized: false,
});

describe('windows over several monitors', () => {
  it('come back where they were', () => {
    const windows = [place(100, 50), place(2000, 100)];
    expect(fitToDisplays(parseLayout(layoutText(windows)), [left, right])).toEqual(windows);
  });

  it('come to the monitor that is left when theirs is gone', () => {
    const [window] = fitToDisplays([place(2400, 100, 2500, 1400)], [left]);
    expect(window?.bounds).toEqual({ x: 0, y: 0, width: 1920, height: 1040 });
  });

  it('are always where they can be seen', () => {
    const number = fc.integer({ min: -9_000, max: 9_000 });
    const size = fc.integer({ min: 640, max: 4_000 });
    fc.assert(
      fc.property(number, number, size, size, (x, y, width, height) => {
        const [window] = fitToDisplays([place(x, y, width, height)], [left, right]);
        const { bounds } = window ?? place(0, 0);
        const seen = [left, right].some(
          ({ workArea }) =>
            bounds.x < workArea.x + workArea.width &&
            bounds.x + bounds.width > workArea.x &&
            bounds.y < workArea.y + workArea.height &&
            bounds.y + bounds.height > workArea.y,
        );
        expect(seen).toBe(true);
      }),
    );
  });

  it('are forgotten rather than keep anybody from reading when their file is damaged', () => {
    for (const text of ['', '{', '[]', '{"windows":3}', '{"windows":[null,{"address":"http://evil"}]}']) {
      expect(parseLayout(text)).toEqual([]);
    }
  });
});

describe('a page that dies', () => {
  it('is loaded again, but not for ever', () => {
    const watch = new CrashWatch();
    expect([0, 1_000, 2_000, 3_000].map((now) => watch.mayReload(now))).toEqual([true, true, true, false]);
    expect(watch.mayReload(90_000)).toBe(true);
  });
});
