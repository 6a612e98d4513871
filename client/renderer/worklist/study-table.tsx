// The studies, one line each; more come as the list is scrolled to its end.
import type { WorklistStudy } from '@strata/protocol/worklist';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ageAt, displayDate, displayTime } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { goTo } from '../shell/location.ts';
import { keepTopRow, type TopRow, topRow } from './top-row.ts';
import type { WorklistModel } from './worklist-model.ts';

/** The next page is asked for when this many pixels of list are left below. */
const nearEnd = 1200;

export function StudyTable({ model }: { model: WorklistModel }) {
  const scroller = useRef<HTMLDivElement>(null);
  const studies = model.studies.value;
  const selected = model.selected.value;
  const top = useRef<TopRow | null>(null);
  const selectedUid = studies[selected]?.studyUid;
  useEffect(() => {
    scroller.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selectedUid]);
  useLayoutEffect(() => {
    if (scroller.current) top.current = keepTopRow(scroller.current, top.current);
  }, [studies]);
  const onScroll = () => {
    const box = scroller.current;
    if (box) top.current = topRow(box);
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < nearEnd) void model.loadMore();
  };
  return (
    <div class="studies" ref={scroller} onScroll={onScroll} data-state={model.state.value}>
      <table aria-label="Studies" aria-rowcount={model.hasUncounted.value ? -1 : model.total.value}>
        <Head model={model} />
        <tbody>
          {studies.map((study, index) => (
            <StudyRow
              key={study.studyUid}
              study={study}
              selected={index === selected}
              onSelect={() => {
                model.selected.value = index;
              }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ model }: { model: WorklistModel }) {
  const { sort } = model.filters.value;
  const sortable = (by: 'date' | 'name', label: string, order: 'ascending' | 'descending') => (
    <th class={by === 'name' ? 'w-name' : 'w-time'} aria-sort={sort === by ? order : 'none'}>
      <button type="button" onClick={() => model.setFilters({ sort: by })} title={`Sort by ${by}`}>
        {label}
        <span aria-hidden="true">{sort === by ? (order === 'ascending' ? ' ▴' : ' ▾') : ''}</span>
      </button>
    </th>
  );
  return (
    <thead>
      <tr>
        {sortable('name', 'Patient', 'ascending')}
        <th class="w-id">ID</th>
        <th class="w-date">Born</th>
        <th class="w-short">Age, sex</th>
        {sortable('date', 'Study date', 'descending')}
        <th class="w-short">Modality</th>
        <th>Description</th>
        <th class="w-accession">Accession</th>
        <th class="number w-count">Series</th>
        <th class="number w-count">Images</th>
      </tr>
    </thead>
  );
}

interface RowProps {
  study: WorklistStudy;
  selected: boolean;
  onSelect(): void;
}

function StudyRow({ study, selected, onSelect }: RowProps) {
  const address = `/study/${study.studyUid}`;
  const open = (event: MouseEvent) => {
    onSelect();
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(address);
  };
  const ageAndSex = [ageAt(study.birthDate, study.studyDate), study.sex].filter(Boolean).join(', ');
  return (
    <tr aria-selected={selected} data-study={study.studyUid} onClick={open}>
      <td class="name">
        <a href={address} tabIndex={-1}>
          {displayName(study.patientName) || <em>no name</em>}
        </a>
      </td>
      <td>{study.patientId}</td>
      <td>{displayDate(study.birthDate)}</td>
      <td>{ageAndSex}</td>
      <td>
        {displayDate(study.studyDate)} <span class="dim">{displayTime(study.studyTime)}</span>
      </td>
      <td class="modality">{study.modalities.join(' ')}</td>
      <td>{study.description}</td>
      <td>{study.accessionNumber}</td>
      <td class="number">{study.seriesCount}</td>
      <td class="number">{study.frameCount || <span class="dim">{study.instanceCount} doc</span>}</td>
    </tr>
  );
}
