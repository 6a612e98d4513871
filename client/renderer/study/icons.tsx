// The icons of the toolbar, drawn as strokes on a grid of 16.

const paths = {
  window: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  zoom: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4M7 5v4M5 7h4',
  pan: 'M8 2v12M2 8h12M8 2L6.5 3.8M8 2l1.5 1.8M8 14l-1.5-1.8M8 14l1.5-1.8M2 8l1.8-1.5M2 8l1.8 1.5M14 8l-1.8-1.5M14 8l-1.8 1.5',
  scroll: 'M3 5h10v8H3zM4.5 3h7M8 7v4M8 11l-1.5-1.5M8 11l1.5-1.5',
  invert: 'M2.5 2.5h11v11h-11zM2.5 13.5l11-11M5 8l-2.5 2.5M11 5v8.5M8.5 8v5.5',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M5.5 5.5h5v5h-5z',
  pixels: 'M4 5v6M4 5L2.8 6M12 5v6M12 5l-1.2 1M8 6.5v.1M8 9.5v.1',
  reset: 'M3.2 6.5A5.2 5.2 0 1 1 2.8 9M3 3v3.5h3.5',
  overlays: 'M2.5 2.5h8v8h-8zM5.5 10.5v3h8v-8h-3',
  shutters: 'M2.5 2.5h11v11h-11zM8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 5.5l3-3M10.5 13.5l3-3',
  states: 'M2.5 3.5h11v7h-11zM5.5 13h5M8 10.5V13M5 8l2-2 1.5 1.5L11 5.5',
  star: 'M8 2l1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z',
  together: 'M2.5 4h4v8h-4zM9.5 4h4v8h-4zM6.5 8h3',
  lines: 'M2.5 2.5h11v11h-11zM2.5 9.5l11-4',
  export: 'M8 10V2.5M8 2.5L5.5 5M8 2.5L10.5 5M3 8.5v5h10v-5',
  share:
    'M11.5 2.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zM4.5 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zM11.5 10.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zM6.1 7.1l3.8-2.2M6.1 8.9l3.8 2.2',
  download: 'M8 2.5V10M8 10L5.5 7.5M8 10l2.5-2.5M3 9.5v4h10v-4',
  play: 'M5 3l8 5-8 5z',
  stop: 'M4 4h8v8H4z',
  layout: 'M2.5 2.5h11v11h-11zM8 2.5v11M2.5 8h11',
  magnifier: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4',
  crosshair: 'M8 2v4.5M8 9.5V14M2 8h4.5M9.5 8H14',
  length: 'M3 13L13 3M2 12l2 2M12 2l2 2',
  angle: 'M13 13H3L10 3.5M7.5 13a4.5 4.5 0 0 0-1.8-3.6',
  cobb: 'M2.5 5l8-2.5M4 13.5l9.5-1.5M6.5 4l.5 9',
  ellipse: 'M8 4a6 4 0 1 0 0 8 6 4 0 0 0 0-8z',
  rectangle: 'M2.5 4h11v8h-11z',
  freehand: 'M4 12c-3-4 1-9 5-8s6 4 3 6-3 1-4 2-3 2-4 0z',
  bidirectional: 'M3 13L13 3M5.5 5.5l5 5',
  arrow: 'M13 13L4 4M4 9V4h5',
  probe: 'M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM8 2v2.5M8 11.5V14M2 8h2.5M11.5 8H14',
  text: 'M3 4V3h10v1M8 3v10M6.5 13h3',
  report: 'M3.5 2.5h9v11h-9zM5.5 5.5h5M5.5 8h5M5.5 10.5h3',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
