// The package has types, but does not say where they are for modules.
declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    constructor(buffer: null, bytesPerSample: number);
    decompress(buffer: ArrayBuffer, offset: number, length: number): ArrayBuffer;
  }
}
