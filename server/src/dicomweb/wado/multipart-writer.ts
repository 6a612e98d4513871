// Writes a multipart/related body part by part (RFC 2046 section 5.1, RFC 2387, PS3.18 section 8.6.1.2).
import { randomUUID } from 'node:crypto';

export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

export function newBoundary(): string {
  return `strata-${randomUUID()}`;
}

/** The Content-Type of the whole. @param parameters further ones, ready to append */
export function multipartType(type: string, boundary: string, parameters = ''): string {
  return `multipart/related; type="${type}"; boundary="${boundary}"${parameters}`;
}

/** The bytes of the body, each part as it becomes known. */
export async function* multipartBody(
  boundary: string,
  parts: AsyncIterable<Part>,
): AsyncGenerator<Uint8Array> {
  let opening = `--${boundary}`;
  for await (const { headers, body } of parts) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    if (body instanceof Uint8Array) lines.push(`Content-Length: ${body.length}\r\n`);
    yield Buffer.from(`${opening}\r\n${lines.join('')}\r\n`);
    if (body instanceof Uint8Array) yield body;
    else yield* body;
    opening = `\r\n--${boundary}`;
  }
  yield Buffer.from(`${opening}--\r\n`);
}
