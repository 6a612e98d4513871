// Tests of measurements in planes through a volume in a real browser, against figures computed here from what was put into it.
import { expect, it } from 'vitest';
import type { PlaneLook, PlaneMeasurementState, ViewerPage } from '../support/viewer-page.ts';
import { hotSpot, petAt, petMiddles } from './pet-ct.ts';

type Place = readonly [number, number, number];
type PlaneName = 'axial' | 'sagittal' | 'coronal';

const plus = (a: Place, b: Place, by: number): Place => [
  a[0] + b[0] * by,
  a[1] + b[1] * by,
  a[2] + b[2] * by,
];
const dot = (a: Place, b: Place) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const far = (a: Place, b: Place) => Math.hypot(...plus(a, b, -1));

function expectNearly(found: number | undefined, expected: number): void {
  expect(Math.abs((found ?? Number.NaN) / expected - 1), `${found} for ${expected}`).toBeLessThan(0.005);
}

const figure = (one: PlaneMeasurementState, name: string) =>
  one.figures.find((each) => each.name === name && each.quantity !== 'SUVbsa')?.value;

async function lookOf(viewer: ViewerPage, plane: PlaneName): Promise<PlaneLook> {
  const look = (await viewer.state()).reformat?.looks[plane];
  if (!look) throw new Error(`The ${plane} plane is not shown.`);
  return look;
}

/** Where a place of the plane is on the page. */
async function onPage(
  viewer: ViewerPage,
  plane: PlaneName,
  place: Place,
): Promise<readonly [number, number]> {
  const { origin, right, down, scale } = await lookOf(viewer, plane);
  const box = await viewer.page.locator(`.plane.${plane} .viewport`).boundingBox();
  const from = plus(place, origin, -1);
  return [(box?.x ?? 0) + dot(from, right) * scale, (box?.y ?? 0) + dot(from, down) * scale];
}

/** Draws with the tool of a key: pressed at the first place, let go at the last. */
async function draw(viewer: ViewerPage, key: string, plane: PlaneName, ...places: Place[]): Promise<void> {
  const { page } = viewer;
  await page.keyboard.press(key);
  const [first, ...others] = await Promise.all(places.map((place) => onPage(viewer, plane, place)));
  if (!first) return;
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const place of others) await page.mouse.move(...place, { steps: 4 });
  await page.mouse.up();
}

/** The one drawn last, once there are so many and its figures are final. */
async function measured(viewer: ViewerPage, count: number): Promise<PlaneMeasurementState> {
  const { planeMeasurements } = await viewer.until(
    `there are ${count} measurements`,
    ({ planeMeasurements: all }) => all.length === count && all.at(-1)?.provisional === null,
  );
  return planeMeasurements.at(-1) as PlaneMeasurementState;
}

/** Mean and greatest value at the middles of the voxels in an ellipse or a rectangle by its handles, and its area. */
function valuesIn({ tool, points }: PlaneMeasurementState) {
  const [a, b, c, d] = points;
  if (!a || !b || !c || !d) throw new Error('The region is not drawn.');
  const isEllipse = tool === 'ellipse';
  const [middle, down, right] = isEllipse
    ? [plus(a, plus(b, a, -1), 0.5), plus(b, a, -1), plus(d, c, -1)]
    : [plus(a, plus(d, a, -1), 0.5), plus(c, a, -1), plus(b, a, -1)];
  const [width, height] = [Math.hypot(...right), Math.hypot(...down)];
  const values = petMiddles(middle, acrossOf(right, down)).flatMap((place) => {
    const from = plus(place, middle, -1);
    const [u, v] = [dot(from, right) / width ** 2, dot(from, down) / height ** 2];
    const isInside = isEllipse ? Math.hypot(u, v) < 0.5 : Math.max(Math.abs(u), Math.abs(v)) < 0.5;
    return isInside ? [petAt(place)] : [];
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const area = width * height * (isEllipse ? Math.PI / 4 : 1);
  return { mean, max: Math.max(...values), area };
}

/** The axis of the patient that a plane along the other two lies across. */
const acrossOf = (right: Place, down: Place) =>
  [0, 1, 2].findIndex((axis) => Math.hypot(right[axis] ?? 0, down[axis] ?? 0) < 1);

const isDrawn = (viewer: ViewerPage, plane: PlaneName, text: RegExp) =>
  expect.poll(() => viewer.page.locator(`.plane.${plane} .viewport`).textContent()).toMatch(text);
const isNotDrawn = (viewer: ViewerPage, plane: PlaneName, text: RegExp) =>
  expect.poll(() => viewer.page.locator(`.plane.${plane} .viewport`).textContent()).not.toMatch(text);

/** @param open opens the study of the made PET series */
export function itMeasuresInPlanes(open: () => Promise<ViewerPage>): void {
  it('measurements in planes agree with the volume within half a percent, stay with their plane, and go with the page', async () => {
    const viewer = await open();
    const { page } = viewer;
    await page.locator('.series', { hasText: 'FDG' }).dblclick();
    await viewer.until('the PET is open', ({ image }) => image?.count === 44);
    await page.keyboard.press('Shift+v');
    await viewer.until(
      'the planes are there',
      ({ reformat }) => reformat?.full === 44 && reformat.looks.coronal !== undefined,
    );

    // Windows are chosen as on images.
    const isWindow = (what: string, wanted: (state: { width: number; inverted: boolean }) => boolean) =>
      viewer.until(what, ({ reformat }) => {
        const width = reformat?.window?.width;
        return width !== undefined && wanted({ width, inverted: reformat?.inverted === true });
      });
    await page.keyboard.press('3');
    await isWindow('the window is SUV 0 to 10', ({ width }) => width === 10);
    await page.keyboard.press('a');
    await isWindow('the window is that of the values', ({ width }) => width > 0 && width < 10);
    // Of PET hot is dark.
    await page.keyboard.press('i');
    await isWindow('hot is bright', ({ inverted }) => !inverted);
    await page.keyboard.press('i');
    await isWindow('hot is dark again', ({ inverted }) => inverted);
    await page.locator('.reformat .window-menu > .button').click();
    await page.getByRole('menuitem', { name: 'SUV 0–7' }).click();
    await isWindow('the window is SUV 0 to 7', ({ width }) => width === 7);

    // In the plane through the middle of the volume, at the height of the hot spot.
    const axial = await lookOf(viewer, 'axial');
    const inAxial = (x: number, y: number): Place => [x, y, axial.origin[2]];
    await draw(viewer, 'l', 'axial', inAxial(-50, -60), inAxial(40, 20));
    const length = await measured(viewer, 1);
    expect(length.plane).toBe('axial');
    const [from, to] = length.points;
    expect(far(from as Place, inAxial(-50, -60))).toBeLessThan(2);
    expectNearly(figure(length, 'Length'), far(from as Place, to as Place));

    const coronal = await lookOf(viewer, 'coronal');
    const inCoronal = (x: number, z: number): Place => [x, coronal.origin[1], z];
    const [hotX, , hotZ] = hotSpot.place;
    await draw(viewer, 'q', 'coronal', inCoronal(hotX - 30, hotZ + 26), inCoronal(hotX + 26, hotZ - 30));
    const rectangle = await measured(viewer, 2);
    const inRectangle = valuesIn(rectangle);
    expectNearly(figure(rectangle, 'Mean'), inRectangle.mean);
    expectNearly(figure(rectangle, 'Area'), inRectangle.area);
    expectNearly(figure(rectangle, 'Max'), inRectangle.max);
    expect(rectangle.figures[1]).toMatchObject({ unit: 'g/ml', quantity: 'SUVbw' });

    const sagittal = await lookOf(viewer, 'sagittal');
    const inSagittal = (y: number, z: number): Place => [sagittal.origin[0], y, z];
    await draw(viewer, 'e', 'sagittal', inSagittal(60, 60), inSagittal(95, 110));
    const ellipse = await measured(viewer, 3);
    const inEllipse = valuesIn(ellipse);
    expectNearly(figure(ellipse, 'Mean'), inEllipse.mean);
    expectNearly(figure(ellipse, 'Area'), inEllipse.area);
    await draw(viewer, 'h', 'axial', inAxial(60, -10));
    const probe = await measured(viewer, 4);
    expectNearly(figure(probe, 'Value'), petAt(probe.points[0] as Place));
    await viewer.keep('plane-measurements');

    // The one drawn last is selected: it is removed, and comes back. A half-drawn one is given up.
    await page.keyboard.press('Delete');
    await viewer.until('the value is gone', ({ planeMeasurements }) => planeMeasurements.length === 3);
    await page.keyboard.press('Control+z');
    await viewer.until('it is back', ({ planeMeasurements }) => planeMeasurements.length === 4);
    await draw(viewer, 'b', 'axial', inAxial(-40, 20), inAxial(10, 60));
    await measured(viewer, 5);
    await page.keyboard.press('Control+z');
    await viewer.until('the axes are taken back', ({ planeMeasurements }) => planeMeasurements.length === 4);
    await draw(viewer, 'g', 'coronal', inCoronal(-60, 100), inCoronal(-30, 100));
    await viewer.until('the angle has one leg', ({ planeMeasurements }) => planeMeasurements.length === 5);
    await page.keyboard.press('Escape');
    await viewer.until('it is given up', ({ planeMeasurements }) => planeMeasurements.length === 4);
    await page.keyboard.press('x');

    // Through a slab the values are others, and that is said.
    await page.locator('#slab').fill('60');
    const { planeMeasurements } = await viewer.until('the slab is measured', ({ planeMeasurements: all }) =>
      all.some(({ tool, slab }) => tool === 'rectangle' && slab?.millimetres === 60),
    );
    const thick = planeMeasurements.find(({ tool }) => tool === 'rectangle') as PlaneMeasurementState;
    expectNearly(figure(thick, 'Max'), hotSpot.suv);
    await isDrawn(viewer, 'coronal', /Slab 60 mm, Maximum \(MIP\)/);
    await viewer.keep('plane-measurements-slab');
    await page.locator('#slab').fill('0');

    // Only in the plane where it was drawn; the list brings that back.
    await isDrawn(viewer, 'coronal', /mm²/);
    await page.locator('.plane.coronal .viewport').hover();
    await page.mouse.wheel(0, 300);
    await isNotDrawn(viewer, 'coronal', /mm²/);
    const list = page.locator('.in-planes');
    expect(await list.textContent()).toContain('Not saved');
    await page.keyboard.press('Escape');
    await page.locator('.reformat').waitFor({ state: 'detached' });
    await list.getByTitle('Rectangle: show its plane').click();
    await isDrawn(viewer, 'coronal', /mm²/);
    const { reformat } = await viewer.state();
    expect(reformat?.looks.coronal?.origin[1]).toBeCloseTo(coronal.origin[1], 3);

    // A double click enlarges: it points at no place, and draws nothing.
    const before = (await viewer.state()).reformat?.looks.axial?.origin[2] ?? Number.NaN;
    const twice = { position: { x: 30, y: 30 } };
    await page.locator('.plane.coronal .viewport').dblclick(twice);
    await viewer.until('one plane is large', (state) => state.reformat?.large === 'coronal');
    await isDrawn(viewer, 'coronal', /mm²/);
    await viewer.keep('plane-large');
    await page.keyboard.press('l');
    await page.locator('.plane.coronal .viewport').dblclick(twice);
    const all = await viewer.until('all planes are there', (state) => state.reformat?.large === null);
    expect(all.planeMeasurements.length).toBe(4);
    expect(all.reformat?.looks.axial?.origin[2]).toBeCloseTo(before, 3);

    // A series that is chosen is seen: the planes make room, and what is measured in them stays.
    await page.locator('.series', { hasText: 'FDG' }).dblclick();
    await page.locator('.reformat').waitFor({ state: 'detached' });
    await viewer.until('the images are there', ({ image }) => image?.count === 44 && image.shown !== null);

    // Leaving the study, or the page, would lose them: that is asked first.
    const asked = page.waitForEvent('dialog');
    const reloading = page.evaluate('location.reload()');
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await reloading;
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').textContent()).toContain('4 measurements in planes are not saved');
    await viewer.keep('plane-measurements-leave');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await viewer.state()).planeMeasurements.length).toBe(4);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'OK' }).click();
    await viewer.until('the worklist is there', (state) => state.page === 'worklist');
    viewer.expectNoProblems();
  });
}
