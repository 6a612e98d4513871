// Keeps `window.strata` in step with the study page.

import type { GridModel } from '../grid/grid-model.ts';
import { coarseLevel } from '../loading/needed-level.ts';
import { type ImageState, publishState } from '../shell/debug-state.ts';
import type { StudyPageParts } from './make-page.ts';
import type { ViewerModel } from './viewer-model.ts';

/** Publishes the page's state. Run as an effect: reads every signal that the state is made from. */
export function publishStudy(parts: StudyPageParts): void {
  const { study, grid, measurements, saving, synchroniser, cine, hanging, priors } = parts;
  const viewers = grid.viewers.value;
  publishState({
    page: 'study',
    study: {
      uid: study.uid,
      state: study.state.value,
      series: study.series.value.length,
      message: study.message.value,
    },
    image: imageState(grid.active, grid.tool.value),
    layout: { ...sizeOf(grid), active: grid.activeIndex.value },
    saving: {
      state: saving.state.value.state,
      unsaved: saving.unsaved.value,
      author: saving.last.value?.author ?? null,
      unread: saving.unread.value.length,
    },
    measurements: measurements.list.value.map(
      ({ uid, tool, place, text, points, figures, note, provisional }) => ({
        ...{ uid, tool, text, points, figures, note, provisional },
        series: place.series.manifest.uid,
        number: place.index + 1,
      }),
    ),
    planeMeasurements: parts.reformat.measurements.list.value.map(
      ({ uid, tool, plane, points, figures, slab, provisional, series }) => ({
        ...{ uid, tool, plane, points, figures, slab, provisional },
        series: series.manifest.uid,
      }),
    ),
    report: reportOf(parts),
    reformat: reformatOf(parts),
    states: { count: parts.states.list.value.length, saving: parts.states.saving.value },
    keyImages: {
      own: parts.keyImages.marks.value.size,
      others: parts.keyImages.others.value.length,
      state: parts.keyImages.state.value,
    },
    together: synchroniser.together.value,
    cine: cine.playing.value ? cine.rate.value : 0,
    hanging: hanging.used.value?.name ?? '',
    priors: priors.studies.value.length,
    viewports: viewers.map((viewer) => imageState(viewer, grid.tool.value)),
  });
}

const reportOf = ({ reports }: StudyPageParts) => ({
  open: reports.open.value,
  state: reports.state.value,
  versions: reports.versions.value.map(({ content }) => content.stage),
  draft: reports.draft.value !== null,
  behind: reports.isBehind.value,
  problem: reports.problem.value?.code ?? null,
});

const reformatOf = ({ reformat }: StudyPageParts) =>
  reformat.series.value && {
    problem: reformat.problem.value ?? '',
    notes: reformat.notes.value.map(({ kind }) => kind),
    slab: reformat.slab.value,
    window: reformat.tones.window.value,
    inverted: reformat.tones.inverted.value,
    tool: reformat.tool.value,
    large: reformat.large.value,
    looks: reformat.looks.value,
    ...reformat.filled.value,
  };

const sizeOf = ({ layout, maximised }: GridModel) => ({
  rows: layout.value.rows,
  columns: layout.value.columns,
  maximised: maximised.value,
});

function imageState(viewer: ViewerModel, tool: string): ImageState | null {
  const series = viewer.series.value;
  const slice = series?.stack.slices[viewer.target.value];
  void viewer.progress.steps.value;
  if (!series || !slice) return null;
  const shown = viewer.shown.value;
  const states = viewer.loading;
  const known = states.map(({ received }, at) => Math.max(received, viewer.held(at)));
  return {
    series: series.manifest.uid,
    number: viewer.target.value + 1,
    count: series.stack.slices.length,
    level: shown?.index === viewer.target.value ? shown.level : -1,
    levels: slice.levels,
    needed: viewer.attached ? viewer.needed(viewer.target.value) : slice.levels,
    isPart:
      shown !== null &&
      shown.level < viewer.needed(shown.index) &&
      viewer.isVisibleAt(viewer.needed(shown.index)),
    shown: shown ? shown.index + 1 : null,
    coarse: states.filter(({ levels }, at) => (known[at] ?? -1) >= coarseLevel(levels)).length,
    refined: viewer.attached ? known.filter((level, at) => level >= viewer.wanted(at)).length : 0,
    ready:
      viewer.attached || viewer.early.value
        ? known.filter((_, at) => viewer.held(at) >= viewer.wanted(at)).length
        : 0,
    pixelBytes: viewer.pixelBytes,
    received: known,
    window: viewer.tones.window.value ?? { centre: 0, width: 0 },
    lut: viewer.tones.lutOf(slice)?.explanation ?? null,
    overlays: viewer.overlays.shown.value ? viewer.overlays.overlays.value.planes.length : 0,
    state: viewer.presented.value?.title ?? null,
    shutter: viewer.shutters.covering(slice.presentation) !== null,
    inverted: viewer.tones.inverted.value,
    zoom: viewer.zoom.value,
    place: viewer.imagePlace.value,
    turn: viewer.turn.value,
    tool,
    error: viewer.failure.value?.message ?? null,
  };
}
