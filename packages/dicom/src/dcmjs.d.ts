// The part of dcmjs that is used here; the package has no types of its own.
declare module 'dcmjs' {
  export const data: {
    DicomMetaDictionary: {
      /** By '(gggg,eeee)' in capitals. */
      dictionary: Record<string, { vr: string; name: string } | undefined>;
      /** By keyword; tags as in `dictionary`. */
      nameMap: Record<string, { tag: string } | undefined>;
    };
    DicomMessage: {
      readFile(
        buffer: ArrayBuffer,
        options?: { ignoreErrors?: boolean },
      ): { dict: Record<string, { vr: string; Value: unknown[] } | undefined> };
    };
  };
  export const log: { getLogger(name: string): { setLevel(level: 'silent'): void } };
}
