// The text in the corners of the image and the letters at its edges.

import { levelSize } from '@strata/codec/levels';
import type { OverlayPlane } from '@strata/protocol/overlays';
import { ageAt, displayDate, displayDateTime } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { displayBytes, displayNumber } from '../format/quantities.ts';
import type { Cine } from '../grid/cine.ts';
import { clientStats } from '../shell/connection.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import { presentingTexts } from '../words/presenting.ts';
import { volumeTexts } from '../words/volumes.ts';
import { EdgeLetters } from './edge-letters.tsx';
import { edgeLabels } from './orientation.ts';
import { lossOf, renditionOf } from './quality.ts';
import { ScaleBar } from './scale-bar-view.tsx';
import { shadingText } from './shading-text.ts';
import type { Slice } from './stack.ts';
import type { ShownSlice, ViewerModel } from './viewer-model.ts';

interface OverlayProps {
  readonly viewer: ViewerModel;
  readonly cine: Cine;
  /** UID of the study that the page is of. */
  readonly pageStudy: string;
}

export function Overlay({ viewer, cine, pageStudy }: OverlayProps) {
  const series = viewer.series.value;
  const target = viewer.target.value;
  const slice = series?.stack.slices[target];
  if (!series || !slice) return null;
  const { manifest, stack, patient, study } = series;
  const born = [displayDate(patient.birthDate), ageAt(patient.birthDate, study.date), patient.sex];
  return (
    <div class="overlay">
      <div class="corner top left">
        <b>{displayName(patient.name) || 'no name'}</b>
        <span>{patient.id}</span>
        <span>{born.filter(Boolean).join(' · ')}</span>
      </div>
      <div class="corner top right">
        <b>{study.description}</b>
        {study.uid !== pageStudy && <span class="other-study">Other study</span>}
        <span class={study.uid === pageStudy ? '' : 'other-study'}>
          {displayDateTime(study.date, study.time)}
        </span>
        <span>
          {[manifest.modality, seriesNumber(manifest.number), manifest.description]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {study.accessionNumber && <span>Acc. {study.accessionNumber}</span>}
      </div>
      <div class="corner bottom left">
        <b>
          Image {target + 1}/{stack.slices.length}
        </b>
        {placeOf(slice) && <span>{placeOf(slice)}</span>}
        <span>
          {shadingText(viewer)}
          {viewer.tones.inverted.value && ' · inverted'}
        </span>
        <span>Zoom {Math.round(viewer.zoom.value * 100)} %</span>
        <CineLine viewer={viewer} cine={cine} />
      </div>
      <div class="corner bottom right">
        {lossOf(slice.presentation) && <span class="lossy">{lossOf(slice.presentation)}</span>}
        {slice.presentation.notApplied?.map((what) => (
          <span key={what} class="lossy">
            {what.charAt(0).toUpperCase() + what.slice(1)}
          </span>
        ))}
        <OverlayLines viewer={viewer} />
        {viewer.shutters.ofImage(slice.presentation) && !viewer.shutters.shown.value && (
          <span>{presentingTexts.value.shutterOff}</span>
        )}
        {stack.suv && 'problem' in stack.suv && (
          <span class="lossy">{volumeTexts.value.noSuv(stack.suv.problem)}</span>
        )}
        {slice.presentation.rendition && <span>{renditionOf(slice.presentation.rendition)}</span>}
        <LevelLine viewer={viewer} slice={slice} shown={viewer.shown.value} />
        <span>{displayBytes(clientStats.value?.payloadBytes ?? 0)} received</span>
      </div>
      <ScaleBar viewer={viewer} slice={slice} />
      <Edges slice={slice} place={viewer.imagePlace.value} />
    </div>
  );
}

/** That the images are played, how fast, and how fast that is where it falls short. */
function CineLine({ viewer, cine }: Pick<OverlayProps, 'viewer' | 'cine'>) {
  if (cine.playing.value !== viewer) return null;
  const [rate, reached] = [cine.rate.value, cine.reached.value];
  const short = reached !== null && reached < rate * 0.9;
  return <span>{short ? `Cine ${reached} of ${rate} images/s` : `Cine ${rate} images/s`}</span>;
}

const seriesNumber = (number: number | null) => (number === null ? '' : `Series ${number}`);

function placeOf({ frames, frameNumber, instanceNumber, presentation }: Slice): string {
  const parts = [
    instanceNumber === null ? '' : `No. ${instanceNumber}`,
    frames > 1 ? `frame ${frameNumber}/${frames}` : '',
    presentation.sliceLocation === null ? '' : `${displayNumber(presentation.sliceLocation)} mm`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** That there is something over the image that is not shown, or cannot be. */
function OverlayLines({ viewer }: { viewer: ViewerModel }) {
  const { overlays, shown } = viewer.overlays;
  const { planes, problems } = overlays.value;
  return (
    <>
      {problems.map((what) => (
        <span key={what} class="lossy">
          {what.charAt(0).toUpperCase() + what.slice(1)}
        </span>
      ))}
      {planes.length > 0 && <span>{shown.value ? overlayNames(planes) : 'Overlays hidden (V)'}</span>}
    </>
  );
}

/** 'Overlay: Marks, 6002'. */
function overlayNames(planes: readonly OverlayPlane[]): string {
  const names = planes.map(({ label, group }) => label || group).join(', ');
  return `${planes.length === 1 ? 'Overlay' : 'Overlays'}: ${names}`;
}

/** Which level is on the screen, and whether it is all that there is or all that the screen can show. */
function LevelLine({
  viewer,
  slice,
  shown,
}: {
  viewer: ViewerModel;
  slice: Slice;
  shown: ShownSlice | null;
}) {
  // Read so that the line follows zoom and loading.
  void [viewer.zoom.value, viewer.progress.value];
  const level = shown?.index === viewer.target.value ? shown.level : -1;
  if (level < 0 || viewer.failure.value) {
    return <span class="level coarse">{viewer.failure.value ? 'not shown' : 'no level yet'}</span>;
  }
  const needed = viewer.needed(viewer.target.value);
  const size = levelSize(slice.format.width, level, slice.levels);
  const how = level === slice.levels ? 'full' : level >= needed ? 'display resolution' : 'coarse';
  return (
    <span class={`level ${level < needed ? 'coarse' : ''}`}>
      Level {level}/{slice.levels} ({size} px) · {how}
    </span>
  );
}

function Edges({ slice, place }: { slice: Slice; place: ImagePlace | null }) {
  const { imageOrientation, patientOrientation } = slice.presentation;
  const labels = edgeLabels({ orientation: imageOrientation, letters: patientOrientation ?? null }, place);
  return labels && <EdgeLetters labels={labels} />;
}
