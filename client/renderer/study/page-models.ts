// What a study page consists of, as commands work on it.
import type { ReadonlySignal } from '@preact/signals';
import type { ExportModel } from '../exporting/export-model.ts';
import type { FusionModel } from '../fusion/fusion-model.ts';
import type { Cine } from '../grid/cine.ts';
import type { GridModel } from '../grid/grid-model.ts';
import type { Synchroniser } from '../grid/synchroniser.ts';
import type { HangingModel } from '../hanging/hanging-model.ts';
import type { MeasurementsModel } from '../measuring/measurements-model.ts';
import type { Questions } from '../measuring/questions.ts';
import type { SavingModel } from '../measuring/saving-model.ts';
import type { KeyImagesModel } from '../presenting/key-images-model.ts';
import type { StatesModel } from '../presenting/states-model.ts';
import type { ReformatModel } from '../reformat/reformat-model.ts';
import type { ReportsModel } from '../reports/reports-model.ts';
import type { SolidModel } from '../solid/solid-model.ts';
import type { StudyModel, StudySeries } from './study-model.ts';
import type { ViewerModel } from './viewer-model.ts';

export interface PageModels {
  readonly study: StudyModel;
  /** Of the study and of the others that are open beside it. */
  readonly allSeries: ReadonlySignal<readonly StudySeries[]>;
  readonly grid: GridModel;
  readonly measurements: MeasurementsModel;
  /** Of measurements. */
  readonly saving: SavingModel;
  readonly keyImages: KeyImagesModel;
  readonly states: StatesModel;
  readonly questions: Questions;
  readonly synchroniser: Synchroniser;
  readonly cine: Cine;
  readonly exporting: ExportModel;
  readonly reformat: ReformatModel;
  readonly fusion: FusionModel;
  readonly solid: SolidModel;
  readonly hanging: HangingModel;
  readonly reports: ReportsModel;
  /** Back to where studies are chosen. */
  readonly leave: () => void;
  /** The active viewport. */
  readonly viewer: ViewerModel;
}
