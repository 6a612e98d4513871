// While images are on their way: how sharp the one on the screen is, how many are there, how fast it goes, from whom.
import { useRef } from 'preact/hooks';
import { displayBytes } from '../format/quantities.ts';
import { RateMeter } from '../loading/rate-meter.ts';
import { clientStats } from '../shell/connection.ts';
import type { ViewerModel } from './viewer-model.ts';
import './progress-line.css';

export function ProgressLine({ viewer }: { viewer: ViewerModel }) {
  const meter = useRef(new RateMeter());
  void [viewer.progress.value, viewer.zoom.value];
  const stats = clientStats.value;
  const rate = meter.current.take(stats?.payloadBytes ?? 0, performance.now());
  const { loading } = viewer;
  const sharp = loading.filter(
    ({ received }, at) => Math.max(received, viewer.held(at)) >= viewer.needed(at),
  );
  const missing = loading.filter(({ failed }) => !failed).length - sharp.length;
  if (!stats || !viewer.attached || missing <= 0) return null;
  const level = viewer.held(viewer.target.value);
  const parts = [
    level < 0 ? 'no level yet' : `level ${level} of ${viewer.slice?.levels ?? level}`,
    loading.length > 1 ? `${sharp.length} of ${loading.length} sharp` : '',
    displayBytes(stats.payloadBytes),
    rate > 0 ? `${displayBytes(Math.round(rate))}/s` : '',
    stats.server ?? 'no server',
  ];
  return <p class="progress-line">{parts.filter(Boolean).join(' · ')}</p>;
}
