// DICOMweb as a client speaks it: multipart bodies written and taken apart by this file, not by the server's code.
import { randomUUID } from 'node:crypto';

/** One part of a multipart answer. */
export interface ReceivedPart {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** A DICOM JSON object as it came. */
export type Attributes = Record<string, { vr: string; Value?: unknown[]; BulkDataURI?: string } | undefined>;

/** Takes a multipart/related body apart. Throws when it does not end with its end boundary. */
function partsOf(contentType: string, body: Buffer): ReceivedPart[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) throw new Error(`no boundary in ${contentType}`);
  const parts: ReceivedPart[] = [];
  let at = body.indexOf(`--${boundary}`);
  for (;;) {
    at += boundary.length + 2;
    if (body.subarray(at, at + 2).toString() === '--') return parts;
    const head = body.indexOf('\r\n\r\n', at);
    const end = body.indexOf(`\r\n--${boundary}`, head);
    if (head < 0 || end < 0) throw new Error('the multipart answer has no end');
    const lines = body
      .subarray(at + 2, head)
      .toString()
      .split('\r\n');
    const headers = lines.map((line) => [
      line.split(':', 1)[0]?.toLowerCase(),
      line.replace(/^[^:]*:\s*/, ''),
    ]);
    parts.push({ headers: Object.fromEntries(headers), body: body.subarray(head + 4, end) });
    at = end + 2;
  }
}

/** A multipart/related request body of DICOM files. */
export function multipartOf(files: readonly Uint8Array[], type = 'application/dicom') {
  const boundary = randomUUID();
  const pieces = files.flatMap((file) => [
    Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n\r\n`),
    file,
    Buffer.from('\r\n'),
  ]);
  return {
    contentType: `multipart/related; type="${type}"; boundary=${boundary}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

export class DicomwebClient {
  /** `http://127.0.0.1:PORT/dicom-web` */
  readonly base: string;

  constructor(url: string) {
    this.base = `${url}/dicom-web`;
  }

  get(place: string, accept = '*/*', headers: Record<string, string> = {}): Promise<Response> {
    const url = place.startsWith('http') ? place : `${this.base}${place}`;
    return fetch(url, { headers: { accept, ...headers } });
  }

  /** GET that must succeed, as JSON. */
  async json<Answer = Attributes[]>(place: string): Promise<Answer> {
    const response = await this.get(place, 'application/dicom+json');
    if (!response.ok) throw new Error(`${place}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** GET that must succeed, taken apart. */
  async parts(place: string, accept: string): Promise<ReceivedPart[]> {
    const response = await this.get(place, accept);
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`${place}: ${response.status} ${body}`);
    return partsOf(response.headers.get('content-type') ?? '', body);
  }

  /** STOW-RS of these files in one request. */
  async store(
    files: readonly Uint8Array[],
    place = '/studies',
  ): Promise<{ status: number; answer: Attributes }> {
    const { contentType, body } = multipartOf(files);
    return this.post(place, contentType, body);
  }

  async post(place: string, contentType: string, body: Uint8Array<ArrayBuffer>) {
    const headers = { 'content-type': contentType, accept: 'application/dicom+json' };
    const response = await fetch(`${this.base}${place}`, { method: 'POST', headers, body });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      answer: (text === '' ? {} : JSON.parse(text)) as Attributes,
    };
  }
}

/** The single value of an attribute. */
export function firstValue(attributes: Attributes | undefined, tag: string): unknown {
  return attributes?.[tag]?.Value?.[0];
}

/** The items of a sequence. */
export function itemsOf(attributes: Attributes, tag: string): Attributes[] {
  return (attributes[tag]?.Value ?? []) as Attributes[];
}
