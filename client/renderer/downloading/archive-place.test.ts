import { describe, expect, it } from 'vitest';
import { archivePlace, inMemory, MAX_MEMORY_BYTES } from './archive-place.ts';

describe('an archive without storage of the browser', () => {
  it('is built in memory, byte by byte, whatever becomes of what it was made of', async () => {
    const place = await archivePlace(6);
    const writer = place.writable.getWriter();
    const bytes = new Uint8Array([1, 2, 3]);
    await writer.write(bytes);
    bytes.fill(9);
    await writer.write(new Uint8Array([4]));
    await writer.close();
    const file = await place.file();
    expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([1, 2, 3, 4]);
    await place.remove();
    expect((await place.file()).size).toBe(0);
  });

  it('is refused when its files are too large for that', async () => {
    await expect(archivePlace(MAX_MEMORY_BYTES + 1)).rejects.toMatchObject({ code: 'too-large' });
    expect(() => inMemory(MAX_MEMORY_BYTES)).not.toThrow();
  });
});
