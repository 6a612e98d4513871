// The `dicom` section: who Strata is on the DICOM network, whom it knows, and what one peer may cost.
import { z } from 'zod';
import { aeTitle, uid } from './ae-title.ts';

/** Where Strata listens when nothing says otherwise. Taken by another program, Strata starts without its DICOM listener. */
export const DEFAULT_DICOM_PORT = 11_112;

const port = z.int().min(1).max(65_535);
const seconds = (most: number) => z.number().min(0.1).max(most);

/** TLS towards one peer; what is not given is not used. */
const peerTls = z.strictObject({
  /** PEM file of the authorities that the peer's certificate is checked with; default: the system's. */
  ca: z.string().optional(),
  /** The name that the peer's certificate must carry, where it is not the host. */
  serverName: z.string().optional(),
});

const peer = z.strictObject({
  aeTitle,
  host: z.string().min(1),
  port,
  /** `true`: TLS with the system's authorities. */
  tls: z.union([z.boolean(), peerTls]).default(false),
});

const listenerTls = z.strictObject({
  /** PEM files: the certificate with its chain, its key, and the authorities of the peers' certificates. */
  certificate: z.string(),
  key: z.string(),
  ca: z.string().optional(),
  /** Whether a peer must show a certificate of those authorities. */
  clientCertificates: z.enum(['none', 'required']).default('none'),
});

const limits = z.strictObject({
  /** Associations at once; one more is rejected with 'local limit exceeded'. */
  associations: z.int().min(1).max(10_000).default(64),
  /** Largest P-DATA-TF PDU that is taken, in bytes; told to the peer. */
  pduBytes: z
    .int()
    .min(4096)
    .max(2 ** 24)
    .default(2 ** 18),
  /** Largest data set of a query or another request that is not an image, in bytes. */
  identifierBytes: z
    .int()
    .min(1024)
    .max(2 ** 28)
    .default(2 ** 22),
  /** Most matches of one C-FIND; further ones are left out with a warning in the log. */
  matches: z.int().min(1).max(10_000_000).default(100_000),
});

const timeouts = z.strictObject({
  /** Until an A-ASSOCIATE-RQ has come, and until a peer closes after the end (ARTIM, PS3.8 section 9.1.5), in seconds. */
  artim: seconds(600).default(10),
  /** Silence in the middle of a message. */
  message: seconds(3600).default(60),
  /** Silence between messages. */
  idle: seconds(86_400).default(600),
  /** Until a peer that Strata calls has answered: the connection, and each request. */
  connect: seconds(600).default(10),
  response: seconds(3600).default(60),
});

export const dicomSection = z.strictObject({
  aeTitle: aeTitle.default('STRATA'),
  /** Beyond this machine only together with `tls`, or with `allowPlain`. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Taken by another program: Strata does not start, unless it is the default. 0 takes any free one. */
  port: z.int().min(0).max(65_535).optional(),
  tls: listenerTls.optional(),
  /** Listen beyond this machine without TLS: everyone on the way can read and change what is sent. */
  allowPlain: z.boolean().default(false),
  peers: z
    .array(peer)
    .max(10_000)
    .refine(distinct, { error: 'two peers have the same AE title' })
    .default([]),
  /** Whether callers that are not among the peers are served; default: only where nobody else can reach the port. */
  acceptUnknownCalling: z.boolean().optional(),
  /** Whether the called AE title must be `aeTitle`. */
  checkCalledTitle: z.boolean().default(true),
  /** SOP classes to store beside those of the standard; 'any' takes whatever is proposed for storage. */
  extraStorageClasses: z.union([z.literal('any'), z.array(uid).max(1000)]).default([]),
  limits: limits.prefault({}),
  timeouts: timeouts.prefault({}),
});

function distinct(peers: readonly { aeTitle: string }[]): boolean {
  return new Set(peers.map((one) => one.aeTitle)).size === peers.length;
}

export type DicomSettings = z.output<typeof dicomSection>;
export type PeerSettings = DicomSettings['peers'][number];
