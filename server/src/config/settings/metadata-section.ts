// The `metadata` section: where the database is that this server asks, or at which port its own one listens.
import { z } from 'zod';

export const metadataSection = z.strictObject({
  /** postgres://..., of several servers too, or the path of the file `metadata-url` in the data folder of the server that runs the database. */
  url: z.string().min(1).optional(),
  /** For the database of this data folder, on 127.0.0.1; default: any free one. */
  port: z.int().min(1).max(65_535).optional(),
  /** How long what is to be stored waits for a database that is away, in seconds: longer than a cluster takes to change over. */
  patience: z.number().min(1).max(300).default(20),
});
