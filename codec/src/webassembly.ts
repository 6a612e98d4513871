// The little of WebAssembly's JavaScript interface that the codec uses, typed without the browser's library.

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

declare const compiledModule: unique symbol;
/** A compiled module, opaque. */
export interface WasmModule {
  readonly [compiledModule]: true;
}

interface WebAssemblyNamespace {
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, object>,
  ) => { readonly exports: object };
}

/** The same in Node, browsers and workers. */
export const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyNamespace }).WebAssembly;
