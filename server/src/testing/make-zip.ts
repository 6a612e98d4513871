// Makes zip archives for tests, true ones and lying ones (APPNOTE.TXT 4.3).
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** Overrides of what the headers say. */
  readonly flags?: number;
  readonly method?: number;
  readonly claimedLength?: number;
}

/** The bytes of an archive of these entries, deflated. */
export function makeZip(entries: ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = deflateRawSync(entry.content);
    const common = commonFields(entry, data.length, name.length);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, directoryFields(offset), name]));
    files.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, central, end]);
}

/** Version, flags, method, time, date, CRC-32, sizes, lengths of name and extra field: the same in both headers. */
function commonFields(
  { content, flags = 0, method = 8, claimedLength }: ZipEntry,
  stored: number,
  name: number,
): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(flags, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(stored, 14);
  fields.writeUInt32LE(claimedLength ?? content.length, 18);
  fields.writeUInt16LE(name, 22);
  return fields;
}

/** Comment length, disk, attributes, and where the local header is. */
function directoryFields(offset: number): Buffer {
  const fields = Buffer.alloc(14);
  fields.writeUInt32LE(offset, 10);
  return fields;
}
