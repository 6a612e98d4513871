// The `pool` section: what this server is among the others, where it keeps blobs, and how many copies there are of each.
import { z } from 'zod';

/** What a process does; all of them unless it is told. */
export const ROLES = ['gateway', 'image', 'metadata'] as const;
export type Role = (typeof ROLES)[number];

const name = z.string().regex(/^\S(.{0,62}\S)?$/, {
  error: 'a name has 1 to 64 characters, without spaces at its ends',
});
const bytes = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const copies = z.int().min(0).max(8);
const days = z.number().min(1).max(100_000);

const endpoint = z.strictObject({
  url: z.url({ protocol: /^wss?$/, error: 'a ws or wss address' }),
  /** `external`: reached from beyond an address translation, tried after the internal ones. */
  scope: z.enum(['internal', 'external']).default('internal'),
});

const disk = z.strictObject({
  path: z.string().min(1),
  /** As lists show it; default: the last part of its path. */
  name: name.optional(),
  /** `archive`: for what is old, by `tiers`. */
  kind: z.enum(['online', 'archive']).default('online'),
  /** Most bytes of blobs on it; default: what the file system has. */
  capacityLimit: bytes.optional(),
  /** Bytes that stay free on it. */
  reserve: bytes.default(2 ** 30),
});

const tls = z.strictObject({
  /** PEM files: the certificate with its chain, its key, and the authorities of the other servers' certificates. */
  certificate: z.string(),
  key: z.string(),
  authority: z.string(),
});

const listen = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free one. */
  port: z.int().min(0).max(65_535).default(0),
  /** The host that the others reach it by, where it is not the one that it listens on. */
  publicHost: z.string().min(1).optional(),
});

const tier = z
  .strictObject({
    /** By the study date, else by the day of arrival. */
    olderThanDays: days,
    /** Copies on online disks. */
    replicas: copies,
    /** Copies on archive disks; what these cannot take stays online. */
    archive: copies.default(0),
  })
  .refine(({ replicas, archive }) => replicas + archive >= 1, { error: 'at least one copy must be left' });

export const poolSection = z.strictObject({
  /** Default: the name of the machine with the port. */
  name: name.optional(),
  /** Servers of one site are near each other. */
  site: name.default('main'),
  roles: z.array(z.enum(ROLES)).min(1).optional(),
  /** Copies of each blob on different servers, as far as there are servers. */
  replicas: z.int().min(1).max(8).default(2),
  /** Where clients reach this server; default: the address that it listens on. */
  endpoints: z.array(endpoint).max(8).default([]),
  /** Where the other servers reach it; beyond this machine only together with `tls`. */
  listen: listen.prefault({}),
  tls: tls.optional(),
  /** Default: one, in the data folder. */
  disks: z
    .array(disk)
    .min(1)
    .max(100)
    .refine((disks) => new Set(disks.map(({ path }) => path)).size === disks.length, {
      error: 'two disks have the same path',
    })
    .optional(),
  /** Bytes of copies that are fetched from other servers and kept to be read again; in the data folder. */
  cacheBytes: bytes.default(10 * 2 ** 30),
  /** Seconds without a word after which a server counts as dead: it may not write any more, and the others know. */
  lease: z.number().min(1).max(300).default(5),
  /** Seconds that a server may be dead until its copies are made anew elsewhere. */
  repairAfter: z
    .number()
    .min(0)
    .max(30 * 86_400)
    .default(900),
  repair: z
    .strictObject({
      megabytesPerSecond: z.number().min(0.1).max(100_000).default(100),
      atOnce: z.int().min(1).max(64).default(4),
    })
    .prefault({}),
  /** Every copy is read and compared with its digest again. */
  scrub: z
    .strictObject({
      megabytesPerSecond: z.number().min(0.1).max(100_000).default(20),
      everyDays: days.default(7),
    })
    .prefault({}),
  tiers: z
    .array(tier)
    .max(20)
    .refine((tiers) => new Set(tiers.map(({ olderThanDays }) => olderThanDays)).size === tiers.length, {
      error: 'two tiers begin at the same age',
    })
    .default([]),
});

export type PoolSettings = z.output<typeof poolSection>;
