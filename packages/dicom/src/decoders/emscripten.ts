// Libraries compiled to WebAssembly: loaded when first needed, thrown away after a failure or when they hold much memory.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DecodeError } from './decoder.ts';

const require = createRequire(import.meta.url);

/** What the wrappers of the cornerstone codecs have in common. */
export interface FrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform?: boolean;
}

/** An object of a library, which lies in its memory until it is deleted. */
export interface Embound {
  delete(): void;
}

interface LoadedModule {
  readonly HEAPU8?: Uint8Array;
  readonly [name: string]: unknown;
}

type Start = (options: {
  wasmBinary: Uint8Array;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<LoadedModule>;

/** Memory of WebAssembly never shrinks: a library that grew beyond this for one image is started anew for the next. */
const KEEP_BELOW = 2 ** 28;

/** One library in this thread. */
export class Library {
  readonly #script: string;
  readonly #binary: string;
  #module: LoadedModule | null = null;
  #said: string[] = [];

  /** @param script what starts it, as a name that `require` resolves @param binary its WebAssembly, likewise */
  constructor(script: string, binary: string) {
    this.#script = script;
    this.#binary = binary;
  }

  /** Has the library ready for `use`: to be called before each image. */
  async load(): Promise<void> {
    if (this.#module && (this.#module.HEAPU8?.length ?? 0) <= KEEP_BELOW) return;
    const start = require(this.#script) as Start;
    const listen = (line: string): void => {
      if (this.#said.length < 20) this.#said.push(line.slice(0, 200));
    };
    this.#module = await start({
      wasmBinary: readFileSync(require.resolve(this.#binary)),
      print: listen,
      printErr: listen,
    });
  }

  /**
   * Makes an object of one of the library's classes, lets `task` work with it and deletes it.
   * @param task is given the object and, after the work, what the library said meanwhile
   * @throws DecodeError with the library's own words when it fails; it is not used again then until it was loaded anew
   */
  use<Part extends Embound, Result>(
    name: string,
    task: (part: Part, said: () => string[]) => Result,
  ): Result {
    const module = this.#module;
    if (!module) throw new DecodeError(`the decoder ${name} is not loaded`);
    this.#said = [];
    try {
      const Class = module[name] as new () => Part;
      const part = new Class();
      const result = task(part, () => this.#said);
      part.delete();
      return result;
    } catch (error) {
      // Whatever it was, the memory may hold anything now.
      this.#module = null;
      if (error instanceof DecodeError) throw error;
      throw new DecodeError(`the decoder gave up (${words(error, this.#said)})`, { cause: error });
    }
  }
}

/** C++ exceptions come as numbers, strings or objects without words. */
function words(error: unknown, said: readonly string[]): string {
  const own = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  return [own, ...said].map((text) => text.trim()).filter((text) => text !== '')[0] ?? 'without a reason';
}
