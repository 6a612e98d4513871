// The viewports of the page side by side; a series dropped on one is shown there.
import { useState } from 'preact/hooks';
import type { PageModels } from '../study/page-models.ts';
import type { StudySeries } from '../study/study-model.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import { ViewportPane } from '../study/viewport-pane.tsx';
import { studyTexts } from '../words/study.ts';
import { droppedSeries, isSeriesOver } from './series-drag.ts';
import './viewport-grid.css';

interface GridProps {
  readonly page: PageModels;
  /** Finds a series by its UID among those that the page lists. */
  readonly seriesOf: (uid: string) => StudySeries | undefined;
}

export function ViewportGrid({ page, seriesOf }: GridProps) {
  const { grid } = page;
  const { rows, columns } = grid.maximised.value ? { rows: 1, columns: 1 } : grid.layout.value;
  return (
    <div
      class="viewport-grid"
      data-viewports={rows * columns}
      style={{
        gridTemplate: `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))`,
      }}
    >
      {grid.visible.value.map((viewer) => (
        <Cell key={viewer.id} viewer={viewer} page={page} seriesOf={seriesOf} />
      ))}
    </div>
  );
}

function Cell({ viewer, page, seriesOf }: GridProps & { viewer: ViewerModel }) {
  const { grid } = page;
  const [over, setOver] = useState(false);
  const index = grid.viewers.value.indexOf(viewer);
  const active = index === grid.activeIndex.value;
  const drop = (event: DragEvent) => {
    setOver(false);
    const series = seriesOf(droppedSeries(event));
    if (series) grid.open(series, index);
  };
  return (
    <section
      class="cell"
      aria-label={studyTexts.value.viewport(index + 1)}
      data-active={active}
      data-over={over}
      onPointerDownCapture={() => grid.activate(index)}
      onWheelCapture={() => grid.activate(index)}
      onFocusCapture={() => grid.activate(index)}
      onDragOver={(event) => setOver(isSeriesOver(event))}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <ViewportPane viewer={viewer} page={page} />
    </section>
  );
}
