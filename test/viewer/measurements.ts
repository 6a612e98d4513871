// Tests of measurements in a real browser, against figures computed here from the files.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../support/data.ts';
import type { MeasurementState, ViewerPage, ViewerState } from '../support/viewer-page.ts';
import { doubleClick, drag, draw, type Pixel } from './drawing.ts';
import type { Hosted } from './hosted.ts';

/** Within half a percent. */
const nearly = (value: number) => ({
  low: value - Math.abs(value) * 0.005,
  high: value + Math.abs(value) * 0.005,
});

function expectNearly(found: number | undefined, expected: number): void {
  const { low, high } = nearly(expected);
  expect(found, `${found} for ${expected}`).toBeGreaterThanOrEqual(low);
  expect(found, `${found} for ${expected}`).toBeLessThanOrEqual(high);
}

const figure = (measurement: MeasurementState | undefined, name: string) =>
  measurement?.figures.find((one) => one.name === name);

/** The measurement drawn last, once there are so many and its figures are final. */
async function measured(viewer: ViewerPage, count: number): Promise<MeasurementState> {
  const { measurements } = await viewer.until(
    `there are ${count} measurements`,
    (state) => state.measurements.length === count && state.measurements.at(-1)?.provisional === null,
  );
  return measurements.at(-1) as MeasurementState;
}

/** How long the first line of a measurement is in pixels, which begins and ends within one of where it was meant to. */
function drawnLength({ points: [a, b] }: MeasurementState, from: Pixel, to: Pixel): number {
  if (!a || !b) throw new Error('There is no line.');
  expect(Math.hypot(a.x - from[0], a.y - from[1])).toBeLessThan(1);
  expect(Math.hypot(b.x - to[0], b.y - to[1])).toBeLessThan(1);
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** The angle between the two lines of a measurement, in degrees. */
function angleBetween({ points: [a, b, c, d] }: MeasurementState): number {
  if (!a || !b || !c || !d) throw new Error('There are no two lines.');
  const angle = Math.atan2(b.y - a.y, b.x - a.x) - Math.atan2(d.y - c.y, d.x - c.x);
  return (Math.abs(angle) * 180) / Math.PI;
}

/** @param host the running Strata and browser, known once the tests run */
export function describeMeasurements(host: () => Hosted): void {
  describe('measurements', () => {
    /** 512 x 512 pixels of 0.40625 mm, stored value less 1024 in Hounsfield units, as dcmdump says of the series. */
    const ct = { size: 512, spacing: 0.40625, intercept: -1024 };
    /** The first image of the series: its pixels are the last 512 x 512 words of the file. */
    const stored = new Uint16Array(
      new Uint8Array(readFileSync(`${dataFolder}/series/ct-philips/I10.dcm`).subarray(-2 * ct.size ** 2))
        .buffer,
    );
    const valuesWhere = (inside: (column: number, row: number) => boolean): number[] => {
      const values: number[] = [];
      for (const [at, value] of stored.entries()) {
        if (inside(at % ct.size, Math.floor(at / ct.size))) values.push(value + ct.intercept);
      }
      return values;
    };
    const meanOf = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;

    let address = '';
    beforeAll(async () => {
      address = `/study/${await host().studyOf('name=head')}`;
    });

    it('of a CT agree with the file within half a percent, are listed, removed, and taken back', async () => {
      const viewer = await host().open(address);
      const { page } = viewer;
      await viewer.untilSharp();
      await draw(viewer, 'l', [100, 60], [400, 160]);
      const length = await measured(viewer, 1);
      expectNearly(figure(length, 'Length')?.value, drawnLength(length, [100, 60], [400, 160]) * ct.spacing);

      await draw(viewer, 'q', [220, 250], [300, 330]);
      const rectangle = await measured(viewer, 2);
      const [corner, , , opposite] = rectangle.points;
      if (!corner || !opposite) throw new Error('The rectangle has no corners.');
      expect(Math.hypot(corner.x - 220, corner.y - 250)).toBeLessThan(1);
      const inRectangle = valuesWhere(
        (x, y) => x >= corner.x && x <= opposite.x && y >= corner.y && y <= opposite.y,
      );
      expectNearly(figure(rectangle, 'Mean')?.value, meanOf(inRectangle));
      expect(figure(rectangle, 'Max')).toMatchObject({ value: Math.max(...inRectangle), unit: 'HU' });
      const size = (opposite.x - corner.x) * (opposite.y - corner.y);
      expectNearly(figure(rectangle, 'Area')?.value, size * ct.spacing ** 2);

      await draw(viewer, 'e', [256, 256], [300, 310]);
      const ellipse = await measured(viewer, 3);
      const [bottom, top, left, right] = ellipse.points;
      if (!bottom || !top || !left || !right) throw new Error('The ellipse has no axes.');
      const centre = { x: (left.x + right.x) / 2, y: (top.y + bottom.y) / 2 };
      const [a, b] = [Math.abs(right.x - left.x) / 2, Math.abs(bottom.y - top.y) / 2];
      const inEllipse = valuesWhere((x, y) => ((x - centre.x) / a) ** 2 + ((y - centre.y) / b) ** 2 <= 1);
      expectNearly(figure(ellipse, 'Mean')?.value, meanOf(inEllipse));
      expectNearly(figure(ellipse, 'Area')?.value, Math.PI * a * b * ct.spacing ** 2);

      await draw(viewer, 'd', [60, 400], [160, 400], [160, 470], [60, 470], [60, 401]);
      const outline = await measured(viewer, 4);
      const [xs, ys] = [outline.points.map((point) => point.x), outline.points.map((point) => point.y)];
      const around = (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
      expectNearly(figure(outline, 'Area')?.value, around * ct.spacing ** 2);
      await draw(viewer, 'h', [256, 300]);
      const probe = await measured(viewer, 5);
      const { x, y } = probe.points[0] ?? { x: 0, y: 0 };
      expect(Math.hypot(x - 256, y - 300)).toBeLessThan(1);
      const value = (stored[Math.round(y) * ct.size + Math.round(x)] ?? 0) + ct.intercept;
      expect(figure(probe, 'Value')).toMatchObject({ value, unit: 'HU' });
      await draw(viewer, 'b', [380, 450], [480, 450]);
      const axes = await measured(viewer, 6);
      expectNearly(figure(axes, 'Long')?.value, drawnLength(axes, [380, 450], [480, 450]) * ct.spacing);
      await draw(viewer, 'k', [40, 100], [90, 100]);
      await draw(viewer, 'k', [40, 200], [90, 250]);
      // There is an angle as soon as the second line is begun: the one that is meant ends where it was let go.
      await viewer.until('the second line is drawn', ({ measurements }) => {
        const end = measurements[6]?.points.at(-1);
        return end !== undefined && Math.hypot(end.x - 90, end.y - 250) < 1;
      });
      const cobb = await measured(viewer, 7);
      expectNearly(figure(cobb, 'Cobb angle')?.value, angleBetween(cobb));
      await draw(viewer, 'y', [420, 60], [470, 90]);
      await page.locator('#answer').fill('Fissure');
      await page.keyboard.press('Enter');
      expect((await measured(viewer, 8)).text).toBe('Fissure');
      await viewer.keep('measurements');

      await page.keyboard.press('Delete');
      await viewer.until('the arrow is gone', ({ measurements }) => measurements.length === 7);
      await page.keyboard.press('Control+z');
      await viewer.until('it is back', ({ measurements }) => measurements.length === 8);
      await page.keyboard.press('End');
      await page.getByTitle('Length: show its image').click();
      await viewer.until('the image of the length is there', ({ image }) => image?.shown === 1);
      await page.getByRole('button', { name: 'Remove Ellipse' }).click();
      await viewer.until('the ellipse is gone', ({ measurements }) => measurements.length === 7);
      await draw(viewer, 'g', [20, 330], [70, 330]);
      await viewer.until('the angle has one leg', ({ measurements }) => measurements.length === 8);
      await page.keyboard.press('Escape');
      const givenUp = await viewer.until('it is given up', ({ measurements }) => measurements.length === 7);
      expect(givenUp.page).toBe('study');
      const [asDrawn] = givenUp.measurements;
      const end = asDrawn?.points[1] ?? { x: 0, y: 0 };
      const endOf = ({ measurements }: ViewerState) => measurements[0]?.points[1]?.x;
      await drag(viewer, 'w', [end.x, end.y], [end.x - 40, end.y + 60]);
      await viewer.until('the length is moved', (state) => endOf(state) !== end.x);
      await page.keyboard.press('Escape');
      await viewer.until('it is back', (state) => endOf(state) === end.x);
      await page.mouse.move(0, 0);
      await page.mouse.up();
      await page.keyboard.press('Control+y');
      const after = await viewer.state();
      expect(after.measurements[0]).toEqual(asDrawn);
      expect([after.page, after.image?.window]).toEqual(['study', givenUp.image?.window]);

      // What is begun is there with the press; a double click leaves nothing behind, whatever it began with.
      for (const key of ['l', 'h']) {
        await page.keyboard.press('+');
        await viewer.until('it is enlarged', ({ image }) => image?.zoom !== givenUp.image?.zoom);
        await doubleClick(viewer, key, [256, 420]);
        const fitted = await viewer.until('it is fitted', ({ image }) => image?.zoom === givenUp.image?.zoom);
        expect(fitted.measurements.length).toBe(7);
      }
      await drag(viewer, 'l', [256, 420]);
      await page.keyboard.press('Escape');
      await page.mouse.up();
      const { page: stays, measurements } = await viewer.state();
      expect([stays, measurements.length]).toEqual(['study', 7]);
      viewer.expectNoProblems();
    });

    it('are said to be provisional until the full level is there, which they ask for', async () => {
      const viewer = await host().open('/', { hold: 3 });
      await viewer.page.setViewportSize({ width: 640, height: 400 });
      await viewer.page.goto(`${host().server.url}${address}`);
      await viewer.until('level 3 is there', ({ image }) => image?.level === 3);
      await draw(viewer, 'q', [220, 250], [300, 330]);
      const { measurements } = await viewer.until(
        'it is measured',
        (state) => state.measurements[0]?.figures.some(({ name }) => name === 'Mean') ?? false,
      );
      expect(measurements[0]?.provisional).toEqual({ level: 3, levels: 5 });
      expect(await viewer.page.locator('.viewport').textContent()).toContain('provisional: level 3 of 5');
      await viewer.keep('measurement-provisional');
      viewer.held.release();
      const final = await measured(viewer, 1);
      const [corner, , , opposite] = final.points;
      const inside = valuesWhere(
        (x, y) =>
          x >= (corner?.x ?? 0) &&
          x <= (opposite?.x ?? 0) &&
          y >= (corner?.y ?? 0) &&
          y <= (opposite?.y ?? 0),
      );
      expectNearly(figure(final, 'Mean')?.value, meanOf(inside));
      viewer.expectNoProblems();
    });

    it('of other images go by what these say of their scale, or by hand', async () => {
      const ultrasound = await host().open(`/study/${await host().studyOf('name=OB')}`);
      await ultrasound.untilSharp();
      await draw(ultrasound, 'l', [300, 200], [500, 200]);
      // Region 1: columns 120 to 800, 0.02622878766 cm a pixel, as dcmdump says.
      const inRegion = await measured(ultrasound, 1);
      const pixels = drawnLength(inRegion, [300, 200], [500, 200]);
      expectNearly(figure(inRegion, 'Length')?.value, pixels * 0.2622878766);
      await draw(ultrasound, 'l', [20, 20], [60, 20]);
      expect(await measured(ultrasound, 2)).toMatchObject({ figures: [{ unit: 'px' }] });
      await ultrasound.page.keyboard.press('Shift+c');
      await ultrasound.page.locator('#answer').fill('10');
      await ultrasound.page.keyboard.press('Enter');
      const byHand = await ultrasound.until(
        'it is calibrated',
        ({ measurements }) => measurements[1]?.note === 'calibrated by hand',
      );
      expectNearly(figure(byHand.measurements[1], 'Length')?.value, 10);
      const other = drawnLength(await measured(ultrasound, 2), [20, 20], [60, 20]);
      expectNearly(figure(byHand.measurements[0], 'Length')?.value, (10 * pixels) / other);
      await ultrasound.keep('measurement-calibrated');
      ultrasound.expectNoProblems();
    });
  });
}
