// One line of the worklist.
import type { WorklistStudy } from '@strata/protocol/worklist';
import { ageAt, displayDate, displayTime } from '../format/dates.ts';
import { modalitiesInOrder } from '../format/modalities.ts';
import { displayName } from '../format/person-name.ts';
import { displaySex } from '../format/sex.ts';
import { goTo } from '../shell/location.ts';
import { worklistTexts } from '../words/worklist.ts';
import { columns } from './columns.ts';

interface RowProps {
  readonly row: number;
  readonly study: WorklistStudy;
  readonly selected: boolean;
  readonly unread: boolean;
  readonly select: (row: number) => void;
  /** Whether a click only chooses, because what is chosen is shown beside the list; its name, or two clicks, open it. */
  readonly clickChooses: boolean;
}

export function StudyRow({ row, study, selected, unread, select, clickChooses }: RowProps) {
  const address = `/study/${study.studyUid}`;
  const open = (event: MouseEvent) => {
    select(row);
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isOnName = event.target instanceof Element && event.target.closest('a') !== null;
    if (clickChooses && !isOnName && event.type === 'click') return;
    event.preventDefault();
    goTo(address);
  };
  const ageAndSex = [ageAt(study.birthDate, study.studyDate), displaySex(study.sex)]
    .filter(Boolean)
    .join(', ');
  return (
    <tr
      id={`row-${row}`}
      aria-rowindex={row + 2}
      aria-selected={selected}
      data-study={study.studyUid}
      data-unread={unread}
      onClick={open}
      onDblClick={open}
    >
      <td class="name">
        <a href={address} tabIndex={-1}>
          {displayName(study.patientName) || <em>{worklistTexts.value.noName}</em>}
        </a>
        {unread && <span class="visually-hidden">{worklistTexts.value.unread}</span>}
      </td>
      <td class="id">{study.patientId}</td>
      <td class="born">{displayDate(study.birthDate)}</td>
      <td class="age">{ageAndSex}</td>
      <td class="date">
        {displayDate(study.studyDate)} <span class="dim">{displayTime(study.studyTime)}</span>
      </td>
      <td class="modality">{modalitiesInOrder(study.modalities).join(' ')}</td>
      <td class="text">{study.description}</td>
      <td class="report" data-report={study.report ?? ''}>
        {study.report && worklistTexts.value.reports[study.report]}
      </td>
      <td class="accession">{study.accessionNumber}</td>
      <td class="referring">{displayName(study.referringPhysician ?? '')}</td>
      <td class="number">{study.seriesCount}</td>
      <td class="number">
        {study.frameCount || <span class="dim">{worklistTexts.value.documents(study.instanceCount)}</span>}
      </td>
    </tr>
  );
}

/** A line whose study is on its way. */
export function MissingRow({ row, selected }: { row: number; selected: boolean }) {
  return (
    <tr id={`row-${row}`} aria-rowindex={row + 2} aria-selected={selected} aria-busy="true">
      <td colSpan={columns.length} class="dim">
        …
      </td>
    </tr>
  );
}
