// While images are on their way: how sharp the one on the screen is, how many are there, how fast it goes, from whom.
import { useRef } from 'preact/hooks';
import { displayBytes } from '../format/quantities.ts';
import { RateMeter } from '../loading/rate-meter.ts';
import { clientStats } from '../shell/connection.ts';
import { overlayTexts } from '../words/study.ts';
import type { ViewerModel } from './viewer-model.ts';
import './progress-line.css';

export function ProgressLine({ viewer }: { viewer: ViewerModel }) {
  const meter = useRef(new RateMeter());
  void [viewer.progress.seen.value, viewer.zoom.value];
  const stats = clientStats.peek();
  const rate = meter.current.take(stats?.payloadBytes ?? 0, performance.now());
  const { loading } = viewer;
  const sharp = loading.filter(
    ({ received }, at) => Math.max(received, viewer.held(at)) >= viewer.wanted(at),
  );
  const missing = loading.filter(({ failed }) => !failed).length - sharp.length;
  if (!stats || !viewer.attached || missing <= 0) return null;
  const level = viewer.held(viewer.target.value);
  const texts = overlayTexts.value;
  const parts = [
    level < 0 ? texts.noLevel : texts.levelOf(level, viewer.slice?.levels ?? level),
    loading.length > 1 ? texts.sharp(sharp.length, loading.length) : '',
    displayBytes(stats.payloadBytes),
    rate > 0 ? `${displayBytes(Math.round(rate))}/s` : '',
    stats.server ?? texts.noServer,
  ];
  return <p class="progress-line">{parts.filter(Boolean).join(' · ')}</p>;
}
