// The image with all that lies over it: corner text, the strip of progress, and words where there is no image.

import { useEffect, useRef } from 'preact/hooks';
import { FusionCanvas } from '../fusion/fusion-canvas.tsx';
import { SpaceMarks } from '../grid/space-marks.tsx';
import { ShutterView } from '../presenting/shutter-view.tsx';
import { StateDrawings } from '../presenting/state-view.tsx';
import { DocumentPane } from '../reports/document-pane.tsx';
import { loadViewport } from '../viewport/load-viewport.ts';
import { errorText } from '../words/errors.ts';
import { shellTexts } from '../words/shell.ts';
import { studyTexts } from '../words/study.ts';
import { EarlyPicture } from './early-picture-view.tsx';
import { Overlay } from './overlay.tsx';
import { OverlayCanvas } from './overlay-canvas.tsx';
import type { PageModels } from './page-models.ts';
import { ProgressLine } from './progress-line.tsx';
import { ProgressStrip } from './progress-strip.tsx';
import type { ViewerModel } from './viewer-model.ts';

const earlyPatienceMs = 400;

interface PaneProps {
  readonly viewer: ViewerModel;
  readonly page: PageModels;
}

export function ViewportPane({ viewer, page }: PaneProps) {
  const { grid, synchroniser, cine } = page;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => startViewport(element.current, viewer, page), [viewer, page.grid]);
  return (
    <div class="viewport-pane">
      <div class="image-place" data-viewport={viewer.id}>
        <div ref={element} class="viewport" data-shown={viewer.shown.value?.index === viewer.target.value}>
          <FusionCanvas viewer={viewer} fusion={page.fusion} />
          <ShutterView viewer={viewer} />
        </div>
        <EarlyPicture viewer={viewer} />
        <OverlayCanvas viewer={viewer} />
        <StateDrawings viewer={viewer} measured={page.measurements.list.value} />
        <SpaceMarks viewer={viewer} grid={grid} synchroniser={synchroniser} />
        <Words viewer={viewer} page={page} />
        {grid.textShown.value && (
          <Overlay viewer={viewer} keyImages={page.keyImages} cine={cine} pageStudy={page.study.uid} />
        )}
      </div>
      <ProgressLine viewer={viewer} />
      <ProgressStrip viewer={viewer} keyImages={page.keyImages} />
    </div>
  );
}

/** Fetches the viewport's script, then puts a viewport into the element. @returns the function that ends it */
function startViewport(
  element: HTMLDivElement | null,
  viewer: ViewerModel,
  { grid, synchroniser }: PageModels,
): () => void {
  let ended = false;
  const start = async () => {
    const [{ StackView }] = await Promise.all([loadViewport(), earlyPicture(viewer)]);
    if (ended || !element) return;
    const view = new StackView(viewer.id, element, {
      onTarget: (index) => viewer.targetChanged(index),
      onCamera: () => viewer.cameraChanged(),
      onDrawn: () => viewer.drawn(),
      onWindowDrag: (dx, dy) => viewer.dragWindow(dx, dy),
      onScroll: (slices) => viewer.scrollBy(slices),
      onPoint: (place) => synchroniser.point(viewer, place),
      onDoubleClick: () => (grid.viewers.peek().length > 1 ? grid.toggleMaximised() : viewer.fit()),
    });
    viewer.attach(view, grid.tool.peek());
  };
  start().catch((error: unknown) => {
    viewer.failure.value = {
      get message() {
        return studyTexts.value.notStarted(errorText(error));
      },
      passing: false,
    };
  });
  return () => {
    ended = true;
    viewer.detach();
  };
}

/**
 * Making a viewport takes the page's time, which the first picture has first until it is as sharp as the screen; when that does
 * not come soon there is time.
 */
function earlyPicture(viewer: ViewerModel): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(), earlyPatienceMs);
    const stop = viewer.early.subscribe((picture) => {
      if (!picture || picture.level < viewer.needed(viewer.target.peek())) return;
      clearTimeout(timer);
      // It is painted by then.
      requestAnimationFrame(() => setTimeout(end));
    });
    const end = () => {
      stop();
      resolve();
    };
  });
}

/** What stands in the image's place when there is none: why not, and what can be done. */
function Words({ viewer, page }: PaneProps) {
  const texts = studyTexts.value;
  const series = viewer.series.value;
  const target = viewer.target.value;
  if (!series) {
    const { instances, of } = page.study.progress.value;
    const isOpening = page.study.state.value === 'loading';
    return (
      <div class={isOpening ? 'words waiting' : 'words'} aria-live="polite">
        <p class="dim">{isOpening ? texts.opening(instances, of) : texts.dropHere}</p>
      </div>
    );
  }
  if (series.stack.slices.length === 0) {
    if (series.stack.documents.length > 0) {
      return <DocumentPane key={series.manifest.uid} series={series} page={page} />;
    }
    return (
      <div class="words" role="status">
        <p>{texts.noImageOf(texts.empty)}</p>
      </div>
    );
  }
  const failure = viewer.failure.value;
  if (failure) {
    return (
      <div class="words" role="alert">
        <p>{failure.passing ? texts.notShownYet(target + 1) : texts.notShown(target + 1)}</p>
        <p class="dim">{failure.message}</p>
        <button type="button" class="button" onClick={() => viewer.retry('this slice')}>
          {shellTexts.value.tryAgain}
        </button>
      </div>
    );
  }
  if (viewer.shown.value?.index === target || viewer.early.value) return null;
  return (
    <div class="words waiting" key={target}>
      <p class="dim">{texts.onTheWay(target + 1)}</p>
    </div>
  );
}
