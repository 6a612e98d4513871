// What the decoding worker uses of the OpenJPH build, which comes without types.
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  interface Decoder {
    getEncodedBuffer(length: number): Uint8Array<ArrayBuffer>;
    getDecodedBuffer(): Uint8Array<ArrayBuffer>;
    decodeSubResolution(skip: number): void;
  }
  function start(options: { locateFile: () => string }): Promise<{ HTJ2KDecoder: new () => Decoder }>;

  // biome-ignore lint/style/noDefaultExport: the package has no other.
  export { start as default };
}

declare module '@cornerstonejs/codec-openjph/wasm?url' {
  const url: string;

  // biome-ignore lint/style/noDefaultExport: so Vite gives it.
  export { url as default };
}
