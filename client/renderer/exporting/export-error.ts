// Why nothing could be exported.

export type ExportErrorCode = 'no-image' | 'no-canvas' | 'no-encoder' | 'no-film' | 'not-loaded';

const messages: Readonly<Record<ExportErrorCode, string>> = {
  'no-image': 'no image is shown',
  'no-canvas': 'the browser gives no canvas to paint on',
  'no-encoder': 'this browser cannot make MP4 files of this size',
  'no-film': 'the browser made no film',
  'not-loaded': 'the image cannot be had',
};

export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code: ExportErrorCode;

  /** @param detail what is known beside the code, as people are told it */
  constructor(code: ExportErrorCode, detail = '') {
    super(detail || messages[code]);
    this.code = code;
  }
}
