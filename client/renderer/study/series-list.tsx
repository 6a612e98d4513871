// The series of the study at the left: a small picture, what it is, how many images.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DecodePool } from '../decoding/decode-pool.ts';
import type { GridModel } from '../grid/grid-model.ts';
import { carrySeries } from '../grid/series-drag.ts';
import { keysOf } from '../keys/bindings.ts';
import { keyCap } from '../keys/chords.ts';
import type { LevelSource } from '../loading/request-desk.ts';
import { KeyCount, KeyImagesNote } from '../presenting/key-images.tsx';
import type { KeyImagesModel } from '../presenting/key-images-model.ts';
import { isKeySeries } from '../presenting/key-series.ts';
import { listedSeries } from '../presenting/listed-series.ts';
import { paintShutter } from '../presenting/paint-shutter.ts';
import { imageCount } from '../words/counts.ts';
import { seriesText } from '../words/series.ts';
import { studyTexts } from '../words/study.ts';
import { scrollCommands } from './commands.ts';
import type { Slice } from './stack.ts';
import type { StudyModel, StudySeries } from './study-model.ts';
import { loadThumbnail, thumbnailSide } from './thumbnails.ts';

export interface ThumbnailSource {
  readonly source: LevelSource;
  readonly pool: DecodePool;
  readonly grid: Pick<GridModel, 'viewers'>;
  readonly keyImages: KeyImagesModel;
}

interface ListProps {
  readonly study: StudyModel;
  readonly grid: GridModel;
  readonly from: ThumbnailSource;
  readonly onChoose: (series: StudySeries) => void;
  /** Below the series. */
  readonly children?: ComponentChildren;
}

export function SeriesList({ study, grid, from, onChoose, children }: ListProps) {
  const chosen = grid.active.series.value?.manifest.uid;
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <nav class="series-list" aria-label={studyTexts.value.series} ref={list}>
      <SeriesItems
        series={[...from.keyImages.series.value, ...listedSeries(study.series.value)]}
        grid={grid}
        from={from}
        onChoose={onChoose}
      />
      <KeyImagesNote keyImages={from.keyImages} />
      {children}
    </nav>
  );
}

interface ItemsProps {
  readonly series: readonly StudySeries[];
  readonly grid: GridModel;
  readonly from: ThumbnailSource;
  readonly onChoose: (series: StudySeries) => void;
}

/** The series of a study, each to be clicked or dragged. */
export function SeriesItems({ series, grid, from, onChoose }: ItemsProps) {
  const chosen = grid.active.series.value?.manifest.uid;
  const shown = new Set(grid.viewers.value.map((viewer) => viewer.series.value?.manifest.uid));
  return (
    <>
      {series.map((one) => (
        <SeriesItem
          key={one.manifest.uid}
          series={one}
          chosen={one.manifest.uid === chosen}
          from={from}
          shown={shown.has(one.manifest.uid)}
          onChoose={() => onChoose(one)}
        />
      ))}
    </>
  );
}

interface ItemProps {
  readonly series: StudySeries;
  /** In the active viewport; in any. */
  readonly chosen: boolean;
  readonly shown: boolean;
  readonly from: ThumbnailSource;
  readonly onChoose: () => void;
}

function SeriesItem({ series, chosen, shown, from, onChoose }: ItemProps) {
  const { manifest, stack } = series;
  const title = seriesText(manifest) || manifest.bodyPart || studyTexts.value.noDescription;
  return (
    <button
      type="button"
      class="series"
      data-series={manifest.uid}
      data-shown={shown}
      aria-current={chosen}
      title={studyTexts.value.seriesHint(title, keyOf('series.next'), keyOf('series.previous'))}
      draggable
      onDragStart={(event) => carrySeries(event, manifest.uid)}
      onClick={onChoose}
    >
      <span class="picture">
        <Thumbnail series={series} from={from} />
        {!isKeySeries(series) && <KeyCount series={series} keyImages={from.keyImages} />}
      </span>
      <span class="about">
        <span class="line">
          <b>{manifest.modality || '?'}</b>
          {manifest.number !== null && <span class="dim">{manifest.number}</span>}
        </span>
        <span class="description">{title}</span>
        <span class="dim">{contents(stack)}</span>
      </span>
    </button>
  );
}

/** The key of a command, for a tooltip. */
function keyOf(id: string): string {
  const command = scrollCommands.find((one) => one.id === id);
  const [key] = command ? keysOf(command) : [];
  return key ? keyCap(key) : '–';
}

function contents({ slices, documents }: StudySeries['stack']): string {
  const parts = [
    slices.length > 0 ? imageCount(slices.length) : '',
    documents.length > 0 ? documentWords(documents) : '',
  ];
  return parts.filter(Boolean).join(', ');
}

function documentWords(documents: StudySeries['stack']['documents']): string {
  const [first] = documents;
  return documents.length === 1 && first ? first.kind : studyTexts.value.documents(documents.length);
}

function Thumbnail({ series, from }: { series: StudySeries; from: ThumbnailSource }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<'waiting' | 'shown' | 'failed'>('waiting');
  const { slices } = series.stack;
  const middle = slices[Math.floor(slices.length / 2)];
  useEffect(() => {
    const target = canvas.current;
    if (!target || !middle) return;
    const stop = new AbortController();
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      loadThumbnail(middle, series.manifest.modality, from.source, from.pool, stop.signal).then(
        ({ picture, window }) => {
          for (const { tones } of from.grid.viewers.peek()) tones.suggest(series.manifest.uid, window);
          draw(target, picture, middle);
          setState('shown');
        },
        () => stop.signal.aborted || setState('failed'),
      );
    });
    seen.observe(target);
    return () => {
      seen.disconnect();
      stop.abort();
    };
  }, [middle?.key]);
  if (!middle) return <span class="thumbnail document">{studyTexts.value.noImage}</span>;
  return (
    <span class="thumbnail" data-state={state}>
      <canvas ref={canvas} />
      {state === 'failed' && <span class="note">{studyTexts.value.notAvailable}</span>}
    </span>
  );
}

/** Draws the picture with its right proportions. */
function draw(
  canvas: HTMLCanvasElement,
  image: ImageData,
  { geometry, presentation: { shutter } }: Slice,
): void {
  const { spacing, columns, rows } = geometry;
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext('2d');
  context?.putImageData(image, 0, 0);
  if (context && shutter) {
    context.scale(image.width / columns, image.height / rows);
    paintShutter(context, shutter, geometry);
  }
  const width = image.width * spacing[1];
  const height = image.height * spacing[0];
  const scale = thumbnailSide / Math.max(width, height);
  canvas.style.width = `${Math.max(2, width * scale)}px`;
  canvas.style.height = `${Math.max(2, height * scale)}px`;
}
