// Names for files and folders made from what stands in images, which may be anything.

const LONGEST = 100;

/** The text with everything that could mean something to a file system replaced; never empty, never `.` or `..`. */
export function safeName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, LONGEST);
  return name === '' ? '_' : name;
}
