// The volume in the place of the viewports: its planes, and what can be changed about them.

import { useEffect, useRef } from 'preact/hooks';
import { FusionBar } from '../fusion/fusion-bar.tsx';
import type { FusionModel } from '../fusion/fusion-model.ts';
import { keyCap } from '../keys/chords.ts';
import { EdgeLetters } from '../study/edge-letters.tsx';
import { edgeLabels } from '../study/orientation.ts';
import type { PageModels } from '../study/page-models.ts';
import { lossOf } from '../study/quality.ts';
import { barOf } from '../study/scale-bar.ts';
import { ScaleMarks } from '../study/scale-bar-view.tsx';
import { WindowMenu } from '../study/window-menu.tsx';
import { type Plane, planes } from '../viewport/plane-ids.ts';
import type { SlabKind } from '../viewport/volume-views.ts';
import { FilledLine, VolumeNotes } from '../volume/volume-lines.tsx';
import { volumeTexts } from '../words/volumes.ts';
import { PlaneFusion } from './plane-fusion.tsx';
import { PlaneToolBar } from './plane-tool-bar.tsx';
import type { ReformatModel } from './reformat-model.ts';
import '../volume/volume-bar.css';
import './reformat.css';

const kinds: readonly SlabKind[] = ['maximum', 'minimum', 'mean'];

export function ReformatPage({ page }: { page: PageModels }) {
  const { reformat, fusion } = page;
  const { problem, filled, notes } = reformat;
  const texts = volumeTexts.value;
  const slices = reformat.series.value?.stack.slices ?? [];
  const loss = slices.map(({ presentation }) => lossOf(presentation)).find(Boolean);
  return (
    <div class="reformat">
      <div>
        <div class="volume-bar reformat-bar" role="toolbar" aria-label={texts.volume}>
          <b>{texts.volume}</b>
          {!problem.value && (
            <>
              <PlaneToolBar reformat={reformat} />
              <WindowMenu page={page} />
              <SlabControls reformat={reformat} />
            </>
          )}
          <span class="about-volume">
            {loss && <span class="lossy">{loss}</span>}
            <VolumeNotes notes={notes.value} />
            <FilledLine
              filled={filled.value}
              isReduced={notes.value.some((note) => note.kind === 'reduced')}
            />
            <button type="button" class="button" onClick={() => reformat.close()}>
              {texts.close} <kbd>{keyCap('Escape')}</kbd>
            </button>
          </span>
        </div>
        <FusionBar fusion={fusion} />
      </div>
      {problem.value ? (
        <p class="no-volume" role="alert">
          {texts.noVolume(texts.problems[problem.value])}
        </p>
      ) : (
        <Planes reformat={reformat} fusion={fusion} waiting={filled.value.any < filled.value.of} />
      )}
    </div>
  );
}

/** How thick the slab is, and how it becomes a picture. */
function SlabControls({ reformat }: { reformat: ReformatModel }) {
  const { slab, kind } = reformat;
  const texts = volumeTexts.value;
  return (
    <span class="slab">
      <label for="slab">{texts.slab(slab.value)}</label>
      <input
        id="slab"
        type="range"
        min="0"
        max="60"
        step="1"
        value={slab.value}
        onInput={({ currentTarget }) => reformat.setSlab(Number(currentTarget.value), kind.value)}
      />
      {kinds.map((one) => (
        <button
          key={one}
          type="button"
          class="button"
          disabled={slab.value === 0}
          aria-pressed={slab.value > 0 && kind.value === one}
          onClick={() => reformat.setSlab(slab.value, one)}
        >
          {texts.kinds[one]}
        </button>
      ))}
    </span>
  );
}

interface PlanesProps {
  readonly reformat: ReformatModel;
  readonly fusion: FusionModel;
  readonly waiting: boolean;
}

function Planes({ reformat, fusion, waiting }: PlanesProps) {
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = (plane: string) => grid.current?.querySelector<HTMLDivElement>(`[data-plane="${plane}"]`);
    const [axial, sagittal, coronal] = planes.map(element);
    if (axial && sagittal && coronal) reformat.attach({ axial, sagittal, coronal });
  }, [reformat]);
  return (
    <div class="planes" ref={grid}>
      {planes.map((plane) => (
        <section
          key={plane}
          class={`plane ${plane}`}
          aria-label={volumeTexts.value.planes[plane]}
          data-large={reformat.large.value === plane}
          onPointerDownCapture={() => reformat.use(plane)}
          onDblClick={() => reformat.toggleLarge(plane)}
        >
          <div class="viewport" data-plane={plane}>
            <PlaneFusion reformat={reformat} fusion={fusion} plane={plane} />
          </div>
          <PlaneMarks reformat={reformat} plane={plane} name={volumeTexts.value.planes[plane]} />
          {waiting && <p class="dim">{volumeTexts.value.onTheWay}</p>}
        </section>
      ))}
    </div>
  );
}

/** The plane's name, the letters at its edges and its scale bar. */
function PlaneMarks({ reformat, plane, name }: { reformat: ReformatModel; plane: Plane; name: string }) {
  const look = reformat.looks.value[plane];
  const labels = look && edgeLabels({ orientation: [...look.right, ...look.down], letters: null });
  const bar = look && barOf(look.scale);
  return (
    <div class="overlay">
      <div class="corner top left">
        <b>{name}</b>
      </div>
      {labels && <EdgeLetters labels={labels} />}
      {bar && <ScaleMarks bar={bar} note="" />}
    </div>
  );
}
