// The volume in 3D in the place of the viewports: the picture, its presets, from where it is looked at, and what must be said of it.

import { useEffect, useRef } from 'preact/hooks';
import { keyCap } from '../keys/chords.ts';
import { EdgeLetters } from '../study/edge-letters.tsx';
import { edgeLabels } from '../study/orientation.ts';
import { lossOf } from '../study/quality.ts';
import { barOf } from '../study/scale-bar.ts';
import { ScaleMarks } from '../study/scale-bar-view.tsx';
import { windowText } from '../study/shading-text.ts';
import { FilledLine, VolumeNotes } from '../volume/volume-lines.tsx';
import { volumeTexts } from '../words/volumes.ts';
import type { Side } from './camera.ts';
import type { SolidModel } from './solid-model.ts';
import { presetsOf } from './transfer.ts';
import '../volume/volume-bar.css';
import './solid.css';

const sides: readonly Side[] = ['front', 'back', 'left', 'right', 'top', 'bottom'];

export function SolidPage({ solid }: { solid: SolidModel }) {
  const texts = volumeTexts.value;
  const series = solid.series.value;
  if (!series) return null;
  const { notes, filled, preset, problem, dimensions } = solid;
  const loss = series.stack.slices.map(({ presentation }) => lossOf(presentation)).find(Boolean);
  const isReduced = notes.value.some(({ kind }) => kind === 'reduced');
  return (
    <div class="solid">
      <div class="volume-bar" role="toolbar" aria-label={texts.solid}>
        <b>{texts.solid}</b>
        {presetsOf(series.manifest.modality).map((name) => (
          <button
            key={name}
            type="button"
            class="button"
            data-preset={name}
            aria-pressed={preset.value === name}
            onClick={() => solid.setPreset(name)}
          >
            {texts.presets[name]}
          </button>
        ))}
        <span class="divider" />
        {sides.map((side) => (
          <button
            key={side}
            type="button"
            class="button"
            data-side={side}
            title={texts.fromSide[side]}
            aria-label={texts.fromSide[side]}
            onClick={() => solid.lookFrom(side)}
          >
            {texts.sides[side]}
          </button>
        ))}
        <span class="space" />
        {loss && <span class="lossy">{loss}</span>}
        <VolumeNotes notes={notes.value.filter(({ kind }) => kind !== 'reduced')} />
        <FilledLine filled={filled.value} isReduced={isReduced} />
        <button type="button" class="button" onClick={() => solid.close()}>
          {texts.close} <kbd>{keyCap('Escape')}</kbd>
        </button>
      </div>
      {problem.value ? (
        <p class="no-volume" role="alert">
          {problem.value === 'stuck' ? texts.stuck : texts.noVolume(texts.problems[problem.value])}
        </p>
      ) : (
        <div class="solid-place">
          <SolidPicture solid={solid} />
          <div class="overlay">
            <div class="corner bottom left">
              {preset.value === 'mip' && <span>{windowText(solid.window.value, suvOf(solid))}</span>}
              {dimensions.value && (
                <span class="level coarse">{texts.voxels(dimensions.value.join(' × '))}</span>
              )}
              {solid.picture.value?.isTooSlow && <span class="level coarse">{texts.slow}</span>}
              <span class="lossy">{texts.forOverview}</span>
            </div>
            <CameraMarks solid={solid} />
          </div>
          {!solid.picture.value && <p class="dim">{texts.onTheWay}</p>}
        </div>
      )}
    </div>
  );
}

function suvOf({ series }: SolidModel) {
  const suv = series.value?.stack.suv;
  return suv && 'kind' in suv ? suv.kind : null;
}

function SolidPicture({ solid }: { solid: SolidModel }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = solid.picture.value;
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const sized = new ResizeObserver(() => solid.setSize(element.clientWidth, element.clientHeight));
    sized.observe(element);
    return () => sized.disconnect();
  }, [solid]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !picture) return;
    const { width, height, data } = picture;
    [context.canvas.width, context.canvas.height] = [width, height];
    context.putImageData(new ImageData(data, width, height), 0, 0);
  }, [picture]);
  const onPointerDown = (event: PointerEvent) => {
    const { currentTarget, button, pointerId } = event;
    if (!(currentTarget instanceof HTMLElement)) return;
    currentTarget.setPointerCapture(pointerId);
    const move = ({ movementX, movementY }: PointerEvent) => {
      if (button === 2) solid.drag(movementX, movementY);
      else solid.turn(movementX, movementY);
    };
    const end = () => {
      currentTarget.removeEventListener('pointermove', move);
      currentTarget.removeEventListener('pointerup', end);
    };
    currentTarget.addEventListener('pointermove', move);
    currentTarget.addEventListener('pointerup', end);
  };
  return (
    <canvas
      ref={canvas}
      class="solid-picture"
      data-export="layer"
      data-grain={picture?.grain}
      data-done={picture?.isLast === true && picture.pace === 'resting' && picture.id === solid.wished.value}
      onPointerDown={onPointerDown}
      onContextMenu={(event) => event.preventDefault()}
      onWheel={(event) => {
        event.preventDefault();
        solid.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
      }}
    />
  );
}

/** The letters at the edges and the scale bar. */
function CameraMarks({ solid }: { solid: SolidModel }) {
  const camera = solid.camera.value;
  if (!camera) return null;
  const labels = edgeLabels({ orientation: [...camera.right, ...camera.down], letters: null });
  const bar = barOf(camera.scale);
  return (
    <>
      {labels && <EdgeLetters labels={labels} />}
      {bar && <ScaleMarks bar={bar} note="" />}
    </>
  );
}
