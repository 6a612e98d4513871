// A plain file server, as good as one gets: byte ranges, kept-alive connections, everything in memory, text compressed; and
// the door to a DICOMweb server behind it, so that a page may ask both.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  Agent,
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

export class FileServer {
  readonly #server: Server;
  readonly #files = new Map<string, Buffer>();
  readonly #compressed = new Map<string, Buffer>();
  readonly #folder: string;
  readonly #dicomWeb: URL;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(folder: string, dicomWeb: string) {
    this.#folder = folder;
    this.#dicomWeb = new URL(dicomWeb);
    this.#server = createServer({ keepAliveTimeout: 600_000, noDelay: true }, (request, response) =>
      this.#answer(request, response),
    );
  }

  /**
   * Serves a folder on a free port of 127.0.0.1.
   * @param dicomWeb server that answers what is below /dicom-web/
   */
  static async start(folder: string, dicomWeb: string): Promise<FileServer> {
    const files = new FileServer(folder, dicomWeb);
    files.#server.listen(0, '127.0.0.1');
    await once(files.#server, 'listening');
    return files;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/dicom-web/')) {
      this.#pass(request, response);
      return;
    }
    const name = path.normalize(pathname === '/' ? '/index.html' : pathname);
    let file = this.#files.get(name);
    try {
      file ??= readFileSync(path.join(this.#folder, name));
    } catch {
      response.writeHead(404).end();
      return;
    }
    this.#files.set(name, file);
    const lasting = name.startsWith('/assets/');
    response.setHeader('content-type', types[path.extname(name)] ?? 'application/octet-stream');
    response.setHeader('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-store');
    if (/\.(?:js|css|json)$/.test(name) && /\bbr\b/.test(String(request.headers['accept-encoding']))) {
      // Once, and quickly: nobody is to wait for it.
      const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
      const compressed = this.#compressed.get(name) ?? brotliCompressSync(file, { params });
      this.#compressed.set(name, compressed);
      response.setHeader('content-encoding', 'br');
      response.setHeader('content-length', compressed.length);
      response.writeHead(200).end(compressed);
      return;
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const bytes = range ? file.subarray(Number(range[1]), Number(range[2]) + 1) : file;
    response.setHeader('content-length', bytes.length);
    if (range) response.setHeader('content-range', `bytes ${range[1]}-${range[2]}/${file.length}`);
    response.writeHead(range ? 206 : 200).end(bytes);
  }

  #pass({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const { hostname, port } = this.#dicomWeb;
    const own = { accept: headers.accept ?? '*/*' };
    const passed = ask({ hostname, port, path: url, headers: own, agent: this.#agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy()).end();
  }
}
