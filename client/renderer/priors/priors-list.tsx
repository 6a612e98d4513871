// The patient's other studies below the series: a click opens one, its series can then be shown beside the present ones.
import type { WorklistStudy } from '@strata/protocol/worklist';
import { displayDate } from '../format/dates.ts';
import { counted } from '../format/quantities.ts';
import type { GridModel } from '../grid/grid-model.ts';
import { SeriesItems, type ThumbnailSource } from '../study/series-list.tsx';
import type { PriorsModel } from './priors-model.ts';
import './priors.css';

interface PriorsProps {
  readonly priors: PriorsModel;
  readonly grid: GridModel;
  readonly from: ThumbnailSource;
}

export function PriorsList({ priors, grid, from }: PriorsProps) {
  const studies = priors.studies.value;
  if (studies.length === 0) return null;
  return (
    <section class="priors" aria-label="Other studies of the patient">
      <h2>Other studies</h2>
      {studies.map((study) => (
        <Prior key={study.studyUid} study={study} priors={priors} grid={grid} from={from} />
      ))}
    </section>
  );
}

function Prior({ study, priors, grid, from }: PriorsProps & { study: WorklistStudy }) {
  const { studyUid } = study;
  const open = priors.open.value.find(({ uid }) => uid === studyUid);
  const toggle = () => (open ? priors.closeStudy(studyUid) : void priors.openStudy(studyUid));
  return (
    <>
      <button
        type="button"
        class="prior"
        data-study={studyUid}
        aria-expanded={Boolean(open)}
        onClick={toggle}
      >
        <b>{displayDate(study.studyDate) || 'no date'}</b>
        <span>{study.modalities.join(', ')}</span>
        <span class="description">{study.description}</span>
        <span class="dim">{counted(study.frameCount, 'image')}</span>
      </button>
      {open && open.state.value === 'failed' && <p class="dim failed">{open.message.value}</p>}
      {open && <SeriesItems series={open.series.value} grid={grid} from={from} />}
    </>
  );
}
