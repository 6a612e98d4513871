// Makes the parts of a study page and joins them.
import { computed, signal } from '@preact/signals';
import { startDecodePool } from '../decoding/start-pool.ts';
import { ExportModel } from '../exporting/export-model.ts';
import { FusionModel } from '../fusion/fusion-model.ts';
import { Cine } from '../grid/cine.ts';
import { GridModel } from '../grid/grid-model.ts';
import { SeriesMemory } from '../grid/series-memory.ts';
import { Synchroniser } from '../grid/synchroniser.ts';
import { HangingModel } from '../hanging/hanging-model.ts';
import { ImageLoader } from '../loading/image-loader.ts';
import { memoryOfPage } from '../loading/memory-shares.ts';
import { expectedPlace } from '../loading/needed-level.ts';
import { MeasurementsModel } from '../measuring/measurements-model.ts';
import { Questions } from '../measuring/questions.ts';
import { SavingModel } from '../measuring/saving-model.ts';
import { KeyImagesModel } from '../presenting/key-images-model.ts';
import { StatesModel } from '../presenting/states-model.ts';
import { PriorsModel } from '../priors/priors-model.ts';
import { ReformatModel } from '../reformat/reformat-model.ts';
import { ReportsModel } from '../reports/reports-model.ts';
import { strataClient } from '../shell/connection.ts';
import { goToWorklist } from '../shell/location.ts';
import { isShared } from '../shell/server-fetch.ts';
import { keptSession } from '../shell/session.ts';
import { SolidModel } from '../solid/solid-model.ts';
import type { PageModels } from './page-models.ts';
import type { Slice } from './stack.ts';
import { StudyModel } from './study-model.ts';
import { ViewerModel } from './viewer-model.ts';

export type StudyPageParts = ReturnType<typeof makePage>;

/** The parts of the page of a study. Nothing is asked for yet. */
export function makePage(uid: string) {
  const source = strataClient();
  const bytes = memoryOfPage();
  const pool = startDecodePool(bytes.states, (frame) => images.forgotten(frame));
  const images: ImageLoader = new ImageLoader({
    source,
    decoder: pool,
    memory: bytes,
    regions: { source, decoder: pool },
  });
  const memory = new SeriesMemory();
  const isMeasured = (slice: Slice): boolean => measurements.isMeasured(slice);
  const grid: GridModel = new GridModel((id) => new ViewerModel({ id, images, memory, isMeasured }));
  // What was left in another place is shown there again.
  const study = new StudyModel(source, uid, keptSession(uid) ? null : expectedPlace(globalThis));
  const priors = new PriorsModel(source);
  const questions = new Questions();
  const keyImages = new KeyImagesModel({ studyUid: uid, questions, allOfStudy: study.series });
  const allSeries = computed(() => [
    ...study.series.value,
    ...priors.series.value,
    ...keyImages.series.value,
  ]);
  const measurements: MeasurementsModel = new MeasurementsModel(grid, () => allSeries.peek(), questions);
  const saving = new SavingModel({ measurements, allSeries, questions });
  const states = new StatesModel({
    studyUid: uid,
    questions,
    measurements: () => measurements.list.peek(),
  });
  const synchroniser = new Synchroniser(grid);
  const hanging = new HangingModel({ study, grid, priors, synchroniser });
  const reformat = new ReformatModel(images);
  const solid = new SolidModel(images);
  const fusion = new FusionModel(images, grid, allSeries);
  const parts = {
    study,
    allSeries,
    grid,
    measurements,
    saving,
    keyImages,
    states,
    questions,
    synchroniser,
    hanging,
    reformat,
    fusion,
    solid,
    reports: new ReportsModel({ studyUid: uid, questions, series: study.series }),
    /** Whether what stands around the images is drawn: they have the first turn. */
    isFurnished: signal(false),
    cine: new Cine(),
    exporting: new ExportModel(grid, images, () => measurements.list.peek()),
    leave: isShared ? () => {} : goToWorklist,
  };
  const models = (): PageModels => ({ ...parts, viewer: grid.active });
  return { ...parts, uid, source, pool, images, memory, priors, models };
}
