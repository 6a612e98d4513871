// The text in the corners of the image and the letters at its edges.

import { levelSize } from '@strata/codec/levels';
import type { OverlayPlane } from '@strata/protocol/overlays';
import { ageAt, displayDate, displayDateTime } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { displayBytes, displayNumber } from '../format/quantities.ts';
import { displaySex } from '../format/sex.ts';
import type { Cine } from '../grid/cine.ts';
import { keysOf } from '../keys/bindings.ts';
import { keyCap } from '../keys/chords.ts';
import { KeyMark } from '../presenting/key-images.tsx';
import type { KeyImagesModel } from '../presenting/key-images-model.ts';
import { StateLines } from '../presenting/state-view.tsx';
import { clientStats } from '../shell/connection.ts';
import type { ImagePlace } from '../viewport/stack-camera.ts';
import { presentingTexts } from '../words/presenting.ts';
import { seriesText } from '../words/series.ts';
import { serverText } from '../words/server.ts';
import { overlayTexts, studyTexts } from '../words/study.ts';
import { volumeTexts } from '../words/volumes.ts';
import { imageCommands } from './commands.ts';
import { EdgeLetters } from './edge-letters.tsx';
import { edgeLabels } from './orientation.ts';
import { lossOf, renditionOf } from './quality.ts';
import { ScaleBar } from './scale-bar-view.tsx';
import { shadingText } from './shading-text.ts';
import type { Slice } from './stack.ts';
import type { ViewerModel } from './viewer-model.ts';

interface OverlayProps {
  readonly viewer: ViewerModel;
  readonly keyImages: KeyImagesModel;
  readonly cine: Cine;
  /** UID of the study that the page is of. */
  readonly pageStudy: string;
}

export function Overlay({ viewer, keyImages, cine, pageStudy }: OverlayProps) {
  const series = viewer.series.value;
  const target = viewer.target.value;
  const slice = series?.stack.slices[target];
  if (!series || !slice) return null;
  const { manifest, stack, patient, study } = series;
  const texts = overlayTexts.value;
  const born = [
    displayDate(patient.birthDate),
    ageAt(patient.birthDate, study.date),
    displaySex(patient.sex),
  ];
  return (
    <div class="overlay">
      <div class="corner top left">
        <b data-identity>{displayName(patient.name) || studyTexts.value.noName}</b>
        <span data-identity>{patient.id}</span>
        <span data-identity>{born.filter(Boolean).join(' · ')}</span>
        <KeyMark slice={slice} keyImages={keyImages} />
      </div>
      <div class="corner top right">
        <b>{study.description}</b>
        {viewOf(slice) && <b class="view">{viewOf(slice)}</b>}
        {study.uid !== pageStudy && <span class="other-study">{texts.otherStudy}</span>}
        <span class={study.uid === pageStudy ? '' : 'other-study'}>
          {displayDateTime(study.date, study.time)}
        </span>
        <span>
          {[manifest.modality, seriesNumber(manifest.number), seriesText(manifest)]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {study.accessionNumber && <span data-identity>{texts.accession(study.accessionNumber)}</span>}
      </div>
      <div class="corner bottom left">
        <b>{texts.imageOf(target + 1, stack.slices.length)}</b>
        {placeOf(slice) && <span>{placeOf(slice)}</span>}
        <span>
          {shadingText(viewer)}
          {viewer.tones.isTurned.value && ` · ${texts.inverted}`}
        </span>
        {viewer.imagePlace.value && (
          <span data-export="screen">{texts.zoom(Math.round(viewer.zoom.value * 100))}</span>
        )}
        <CineLine viewer={viewer} cine={cine} />
      </div>
      <div class="corner bottom right">
        {lossOf(slice.presentation) && <span class="lossy">{lossOf(slice.presentation)}</span>}
        {slice.presentation.notApplied?.map((what) => (
          <span key={what} class="lossy">
            {sentence(serverText(what))}
          </span>
        ))}
        <StateLines viewer={viewer} />
        <OverlayLines viewer={viewer} />
        {viewer.shutters.ofImage(slice.presentation) && !viewer.shutters.shown.value && (
          <span>{presentingTexts.value.shutterOff}</span>
        )}
        {stack.suv && 'problem' in stack.suv && (
          <span class="lossy">{volumeTexts.value.noSuv(serverText(stack.suv.problem))}</span>
        )}
        {slice.presentation.rendition && <span>{renditionOf(slice.presentation.rendition)}</span>}
        <LevelLine viewer={viewer} slice={slice} />
        <span data-export="no">{texts.received(displayBytes(clientStats.value?.payloadBytes ?? 0))}</span>
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
  const texts = overlayTexts.value;
  return <span>{short ? texts.cineShort(reached, rate) : texts.cine(rate)}</span>;
}

const seriesNumber = (number: number | null) =>
  number === null ? '' : overlayTexts.value.seriesNumber(number);

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** 'R MLO': of which side a projection is, and how the beam went. */
const viewOf = ({ presentation: { laterality, viewPosition } }: Slice) =>
  viewPosition && [laterality, viewPosition].filter(Boolean).join(' ');

function placeOf({ frames, frameNumber, instanceNumber, presentation }: Slice): string {
  const texts = overlayTexts.value;
  const parts = [
    instanceNumber === null ? '' : texts.instance(instanceNumber),
    frames > 1 ? texts.frame(frameNumber, frames) : '',
    presentation.sliceLocation === null ? '' : `${displayNumber(presentation.sliceLocation)} mm`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** That there is something over the image that is not shown, or cannot be. */
function OverlayLines({ viewer }: { viewer: ViewerModel }) {
  const { overlays, shown } = viewer.overlays;
  const { problems } = overlays.value;
  const hides = viewer.slice && viewer.shutters.ofImage(viewer.slice.presentation)?.overlay;
  const planes = overlays.value.planes.filter(({ group }) => group !== hides);
  return (
    <>
      {problems.map((what) => (
        <span key={what} class="lossy">
          {sentence(serverText(what))}
        </span>
      ))}
      {planes.length > 0 && (
        <span>{shown.value ? overlayNames(planes) : overlayTexts.value.overlaysHidden(overlayKey())}</span>
      )}
    </>
  );
}

/** The key that shows them. */
function overlayKey(): string {
  const command = imageCommands.find(({ id }) => id === 'image.overlays');
  const [key] = command ? keysOf(command) : [];
  return key ? keyCap(key) : '';
}

/** 'Overlay: Marks, 6002'. */
function overlayNames(planes: readonly OverlayPlane[]): string {
  const names = planes.map(({ label, group }) => label || group).join(', ');
  return overlayTexts.value.overlayNames(planes.length, names);
}

/** Which level is on the screen, and whether it is all that there is or all that the screen can show. */
function LevelLine({ viewer, slice }: { viewer: ViewerModel; slice: Slice }) {
  // Read so that the line follows zoom and loading.
  void [viewer.zoom.value, viewer.progress.seen.value];
  const texts = overlayTexts.value;
  const level = viewer.levelSeen;
  if (level < 0 || viewer.failure.value) {
    return <span class="level coarse">{viewer.failure.value ? texts.notShown : texts.noLevel}</span>;
  }
  const needed = viewer.needed(viewer.target.value);
  // Where only the tiles under what is visible were fetched, the line is of these, and says so.
  const isPart = level < needed && viewer.isVisibleAt(needed);
  const seen = isPart ? needed : level;
  const size = levelSize(slice.format.width, seen, slice.levels);
  const how = seen === slice.levels ? texts.full : seen >= needed ? texts.display : texts.coarse;
  return (
    <span class={`level ${seen < needed ? 'coarse' : ''}`}>
      {texts.level(seen, slice.levels, size, isPart ? texts.visiblePart(how) : how)}
    </span>
  );
}

function Edges({ slice, place }: { slice: Slice; place: ImagePlace | null }) {
  const { imageOrientation, patientOrientation } = slice.presentation;
  const labels = edgeLabels({ orientation: imageOrientation, letters: patientOrientation ?? null }, place);
  return labels && <EdgeLetters labels={labels} />;
}
