// Orthanc as a whole archive: receives, sends, asks others, and is a DICOMweb server and client.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts, untilListening } from './ports.ts';
import { collectOutput, endProgram, packageFile, startProgram } from './program.ts';

const DICOMWEB_PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

export interface OrthancOptions {
  readonly aeTitle?: string;
  /** DICOM peers by the name that Orthanc's REST API gives them (`/modalities/NAME`). */
  readonly peers?: Record<
    string,
    { readonly aeTitle: string; readonly port: number; readonly host?: string }
  >;
  /** Its DICOM port, where others must know it before it starts; default: a free one. */
  readonly dicomPort?: number;
  /** DICOMweb servers by name (`/dicom-web/servers/NAME`): their root, e.g. `http://127.0.0.1:4280/dicom-web/`. */
  readonly dicomWebServers?: Record<string, string>;
  readonly env?: Record<string, string>;
  /** Further keys of orthanc.json. */
  readonly config?: Record<string, unknown>;
}

export class Orthanc implements AsyncDisposable {
  readonly aeTitle: string;
  readonly dicomPort: number;
  /** `http://127.0.0.1:PORT`; DICOMweb is at `/dicom-web`. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, aeTitle: string, dicom: number, http: number) {
    this.#child = child;
    this.#folder = folder;
    this.aeTitle = aeTitle;
    this.dicomPort = dicom;
    this.url = `http://127.0.0.1:${http}`;
  }

  /** Starts an empty Orthanc with its DICOMweb plugin; it answers when this returns. */
  static async start(options: OrthancOptions = {}): Promise<Orthanc> {
    const plugin = packageFile(DICOMWEB_PLUGIN, 'orthanc-dicomweb');
    const folder = mkdtempSync(path.join(tmpdir(), 'strata-orthanc-'));
    const [free = 0, http = 0] = await freePorts(2);
    const dicom = options.dicomPort ?? free;
    const aeTitle = options.aeTitle ?? 'ORTHANC';
    const file = path.join(folder, 'orthanc.json');
    writeFileSync(file, JSON.stringify(configOf(options, { folder, plugin, aeTitle, dicom, http })));
    mkdirSync(path.join(folder, 'db'));
    const child = startProgram('Orthanc', [file], { cwd: folder, ...(options.env && { env: options.env }) });
    const output = collectOutput(child);
    const orthanc = new Orthanc(child, folder, aeTitle, dicom, http);
    try {
      const gone = () => (child.exitCode === null ? null : `Orthanc ended:\n${output().stderr}`);
      await untilListening(http, gone);
      await untilListening(dicom, gone);
      await orthanc.get('/system');
    } catch (error) {
      await orthanc.stop();
      throw error;
    }
    return orthanc;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** GET of the REST API as JSON. Throws with status and body when it is refused. */
  async get<Answer = unknown>(place: string): Promise<Answer> {
    return (await this.#ask(place, {})).json() as Promise<Answer>;
  }

  /** GET of the REST API as bytes, e.g. `/instances/ID/file`. */
  async bytes(place: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#ask(place, {})).arrayBuffer());
  }

  /** POST of the REST API with a JSON or, for `/instances`, a binary body. */
  async post<Answer = unknown>(place: string, body: unknown): Promise<Answer> {
    const raw = body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);
    return (await this.#ask(place, { method: 'POST', body: raw })).json() as Promise<Answer>;
  }

  /** DELETE of the REST API, e.g. `/studies/ID`. */
  async delete(place: string): Promise<void> {
    await this.#ask(place, { method: 'DELETE' });
  }

  async stop(): Promise<void> {
    await endProgram(this.#child);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #ask(place: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${this.url}${place}`, init);
    if (response.ok) return response;
    const text = await response.text();
    throw new Error(`Orthanc answered ${place} with ${response.status}: ${text}`);
  }
}

interface Place {
  readonly folder: string;
  readonly plugin: string;
  readonly aeTitle: string;
  readonly dicom: number;
  readonly http: number;
}

function configOf({ peers = {}, dicomWebServers = {}, config }: OrthancOptions, place: Place): object {
  const modalities = Object.entries(peers).map(([name, { aeTitle, port, host = '127.0.0.1' }]) => [
    name,
    [aeTitle, host, port],
  ]);
  const servers = Object.entries(dicomWebServers).map(([name, url]) => [name, { Url: url }]);
  return {
    Name: 'Test',
    StorageDirectory: path.join(place.folder, 'db'),
    IndexDirectory: path.join(place.folder, 'db'),
    Plugins: [place.plugin],
    DicomAet: place.aeTitle,
    DicomPort: place.dicom,
    HttpPort: place.http,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomAlwaysAllowEcho: true,
    DicomAlwaysAllowStore: true,
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomAlwaysAllowMove: true,
    DicomModalities: Object.fromEntries(modalities),
    DicomWeb: { Enable: true, Root: '/dicom-web/', Servers: Object.fromEntries(servers) },
    ...config,
  };
}
