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
  text: 'M3 4V3h10v1M8 3v10M6.5 13h3',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
