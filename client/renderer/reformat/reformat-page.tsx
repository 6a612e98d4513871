// The volume in the place of the viewports: its planes, and what can be changed about them.
import { useEffect, useRef } from 'preact/hooks';
import { displayNumber } from '../format/quantities.ts';
import { EdgeLetters } from '../study/edge-letters.tsx';
import { edgeLabels } from '../study/orientation.ts';
import { lossOf } from '../study/quality.ts';
import { barOf } from '../study/scale-bar.ts';
import { ScaleMarks } from '../study/scale-bar-view.tsx';
import type { Plane, SlabKind } from '../viewport/volume-views.ts';
import type { ReformatModel } from './reformat-model.ts';
import './reformat.css';

const kinds: readonly (readonly [SlabKind, string])[] = [
  ['maximum', 'Maximum (MIP)'],
  ['minimum', 'Minimum (MinIP)'],
  ['mean', 'Mean'],
];

export function ReformatPage({ reformat }: { reformat: ReformatModel }) {
  const { problem, filled, slab, kind, tool, window } = reformat;
  const slices = reformat.series.value?.stack.slices ?? [];
  const loss = slices.map(({ presentation }) => lossOf(presentation)).find(Boolean);
  return (
    <div class="reformat">
      <div class="reformat-bar" role="toolbar" aria-label="Volume">
        <b>Volume</b>
        {(['crosshair', 'window'] as const).map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            aria-pressed={tool.value === one}
            onClick={() => reformat.setTool(one)}
          >
            {one === 'crosshair' ? 'Crosshair' : 'Window'}
          </button>
        ))}
        <label for="slab">Slab {slab.value} mm</label>
        <input
          id="slab"
          type="range"
          min="0"
          max="60"
          step="1"
          value={slab.value}
          onInput={({ currentTarget }) => reformat.setSlab(Number(currentTarget.value), kind.value)}
        />
        {kinds.map(([one, name]) => (
          <button
            key={one}
            type="button"
            class="button"
            disabled={slab.value === 0}
            aria-pressed={slab.value > 0 && kind.value === one}
            onClick={() => reformat.setSlab(slab.value, one)}
          >
            {name}
          </button>
        ))}
        <span class="dim">
          C {displayNumber(window.value.centre)} W {displayNumber(window.value.width)}
        </span>
        <span class="space" />
        {loss && <span class="lossy">{loss}</span>}
        <Filled reformat={reformat} />
        <button type="button" class="button" onClick={() => reformat.close()}>
          Close <kbd>Esc</kbd>
        </button>
      </div>
      {problem.value ? (
        <p class="no-volume" role="alert">
          No volume of this series. {problem.value}
        </p>
      ) : (
        <Planes reformat={reformat} waiting={filled.value.any < filled.value.of} />
      )}
    </div>
  );
}

/** That the volume is not yet all there, or not yet sharp. */
function Filled({ reformat }: { reformat: ReformatModel }) {
  const { any, full, of } = reformat.filled.value;
  if (of === 0 || reformat.problem.value) return null;
  if (full === of) return <span class="dim">All {of} images at full level</span>;
  return (
    <span class="level coarse">
      {any < of ? `${any} of ${of} images there` : `${full} of ${of} images at full level`}
    </span>
  );
}

const names: Readonly<Record<Plane, string>> = { axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal' };

function Planes({ reformat, waiting }: { reformat: ReformatModel; waiting: boolean }) {
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = (plane: string) => grid.current?.querySelector<HTMLDivElement>(`[data-plane="${plane}"]`);
    const [axial, sagittal, coronal] = ['axial', 'sagittal', 'coronal'].map(element);
    if (axial && sagittal && coronal) reformat.attach({ axial, sagittal, coronal });
  }, [reformat]);
  return (
    <div class="planes" ref={grid}>
      {(Object.entries(names) as [Plane, string][]).map(([plane, name]) => (
        <div key={plane} class={`plane ${plane}`}>
          <div class="viewport" data-plane={plane} />
          <PlaneMarks reformat={reformat} plane={plane} name={name} />
          {waiting && <p class="dim">The volume is on the way</p>}
        </div>
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
