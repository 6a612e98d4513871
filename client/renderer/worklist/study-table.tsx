// The studies, one line each; only the lines in sight and some around them are there.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { studyAhead } from '../study/page-ahead.ts';
import { worklistTexts } from '../words/worklist.ts';
import { columns, naturalDirection, opposite } from './columns.ts';
import { RowWindow } from './row-window.ts';
import { MissingRow, StudyRow } from './study-row.tsx';
import type { WorklistModel } from './worklist-model.ts';

interface TableProps {
  readonly model: WorklistModel;
  /** Whether a study was not opened here yet. */
  readonly isUnread: (studyUid: string) => boolean;
  /** Whether a click chooses a study in place of opening it. */
  readonly clickChooses: boolean;
}

export function StudyTable({ model, isUnread, clickChooses }: TableProps) {
  const box = useRef<HTMLDivElement>(null);
  const lines = useSignal<readonly [number, number]>([0, 60]);
  const view = useRef<RowWindow | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new RowWindow(element, model, lines);
    view.current = made;
    const end = made.start();
    return () => {
      view.current = null;
      end();
    };
  }, [model]);
  // Every time that rows may be others or elsewhere: before anybody sees it.
  useLayoutEffect(() => view.current?.keepPlace());
  // Drawn again, and so looked at, wherever the keyboard goes and whenever another list comes.
  model.reveals.value;
  model.lists.value;
  const rows = model.rows.value;
  const [first, last] = [Math.min(lines.value[0], rows), Math.min(lines.value[1], rows - 1)];
  const selected = model.selected.value;
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  const select = (row: number) => model.select(row);
  return (
    <div class="studies" ref={box} data-state={model.state.value} onPointerOver={fetchAhead}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen by arrow keys
        role="grid"
        aria-label={worklistTexts.value.list}
        aria-rowcount={model.hasUncounted.value ? -1 : model.total.value + 1}
        aria-activedescendant={model.selectedStudy.value ? `row-${selected}` : undefined}
        tabIndex={0}
      >
        <Head model={model} />
        <tbody>
          <Gap rows={first} />
          {shown.map((row) => {
            const study = model.studyAt(row);
            if (!study) return <MissingRow key={`missing ${row}`} row={row} selected={row === selected} />;
            const { studyUid } = study;
            return (
              <StudyRow
                key={studyUid}
                {...{
                  row,
                  study,
                  selected: row === selected,
                  unread: isUnread(studyUid),
                  select,
                  clickChooses,
                }}
              />
            );
          })}
          <Gap rows={rows - 1 - Math.max(last, first - 1)} />
        </tbody>
      </table>
    </div>
  );
}

/** Who points at a study may open it. */
function fetchAhead({ target }: Event): void {
  const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-study]') : null;
  if (row?.dataset.study) studyAhead().look(row.dataset.study);
}

/** The place of lines that are not there. */
function Gap({ rows }: { rows: number }) {
  return rows > 0 ? <tr class="gap" style={`--rows: ${rows}`} /> : null;
}

function Head({ model }: { model: WorklistModel }) {
  const { sort, direction } = model.filters.value;
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ id, className, sort: by }) => {
          const label = worklistTexts.value.columns[id];
          if (!by)
            return (
              <th key={id} class={className}>
                {label}
              </th>
            );
          const isBy = sort === by;
          const next = isBy ? opposite(direction) : naturalDirection(by);
          return (
            <th key={id} class={className} aria-sort={isBy ? direction : 'none'}>
              <button
                type="button"
                onClick={() => model.setFilters({ sort: by, direction: next })}
                title={worklistTexts.value.sortBy(label, next)}
              >
                {label}
                <span aria-hidden="true">{isBy ? (direction === 'ascending' ? ' ▴' : ' ▾') : ''}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
