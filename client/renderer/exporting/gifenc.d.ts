// The part of gifenc that is used here; the package has no types of its own.
declare module 'gifenc' {
  type Palette = readonly (readonly [number, number, number])[];
  interface Frame {
    readonly palette: Palette;
    readonly first: boolean;
    /** Milliseconds. */
    readonly delay: number;
    /** 0 for ever. */
    readonly repeat: number;
  }
  export function GIFEncoder(options: { readonly auto: false }): {
    writeHeader(): void;
    writeFrame(index: Uint8Array, width: number, height: number, frame: Frame): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
    reset(): void;
  };
  export function quantize(rgba: Uint8ClampedArray, colours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}
