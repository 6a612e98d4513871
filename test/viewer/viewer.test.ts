// The viewer in a real browser, all of it with one Strata and one Chromium.
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { describeCtSeries } from './ct-series.ts';
import { describeDesktop } from './desktop.ts';
import { Hosted } from './hosted.ts';
import { describeKindsOfImages } from './kinds-of-images.ts';
import { describeLayouts } from './layouts.ts';
import { describeMeasurements } from './measurements.ts';
import { describeTablesAndOverlays } from './tables-and-overlays.ts';
import { describeTogether } from './together.ts';
import { describeWorklist } from './worklist.ts';
import { describeWorklistNews } from './worklist-news.ts';

let hosted: Hosted | undefined;
beforeAll(async () => {
  hosted = await Hosted.start();
});
afterEach(() => hosted?.closePages());
afterAll(() => hosted?.stop());

const host = (): Hosted => {
  if (!hosted) throw new Error('Strata was not started.');
  return hosted;
};

// A browser without a graphics card on a busy machine takes its time.
describe('the viewer', { timeout: 180_000 }, () => {
  describeWorklist(host);
  describeKindsOfImages(host);
  describeTablesAndOverlays(host);
  describeLayouts(host);
  describeMeasurements(host);
  describeTogether(host);
  describeDesktop(host);
  // Last: the first damages an image, the second adds a study and a second server.
  describeCtSeries(host);
  describeWorklistNews(host);
});
