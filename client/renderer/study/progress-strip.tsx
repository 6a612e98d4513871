// The strip beside the image: how sharp each image of the series is already, and where one is; a click goes there.
import { useEffect, useRef } from 'preact/hooks';
import { KeyTicks } from '../presenting/key-images.tsx';
import type { KeyImagesModel } from '../presenting/key-images-model.ts';
import { studyTexts } from '../words/study.ts';
import type { ViewerModel } from './viewer-model.ts';

const colours = { none: '#1a1f25', coarse: '#2f5866', sharp: '#6db3c8', failed: '#e58474' };

interface StripProps {
  readonly viewer: ViewerModel;
  readonly keyImages: KeyImagesModel;
}

export function ProgressStrip({ viewer, keyImages }: StripProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const count = viewer.series.value?.stack.slices.length ?? 0;
  const target = viewer.target.value;
  void [viewer.progress.seen.value, viewer.zoom.value];
  useEffect(() => {
    if (canvas.current) draw(canvas.current, viewer);
  });
  if (count < 2) return null;
  const go = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    viewer.goTo(Math.floor(((event.clientY - box.top) / box.height) * count));
  };
  return (
    <div
      class="progress-strip"
      role="slider"
      tabIndex={0}
      aria-label={studyTexts.value.image}
      aria-orientation="vertical"
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={target + 1}
      aria-valuetext={studyTexts.value.imageOf(target + 1, count)}
      title={studyTexts.value.strip}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      <canvas class="strip" ref={canvas} />
      <KeyTicks viewer={viewer} keyImages={keyImages} />
      <span class="place" style={{ top: `${(target / (count - 1)) * 100}%` }} />
    </div>
  );
}

function draw(canvas: HTMLCanvasElement, viewer: ViewerModel): void {
  const { loading } = viewer;
  const height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
  if (canvas.height !== height) canvas.height = height;
  canvas.width = 1;
  const context = canvas.getContext('2d');
  if (!context) return;
  for (let y = 0; y < height; y++) {
    const at = Math.floor((y / height) * loading.length);
    const state = loading[at];
    if (!state) continue;
    const known = Math.max(state.received, viewer.held(at));
    const sharp = known >= viewer.wanted(at);
    const level = sharp ? colours.sharp : known < 0 ? colours.none : colours.coarse;
    context.fillStyle = state.failed ? colours.failed : level;
    context.fillRect(0, y, 1, 1);
  }
}
