// Rendezvous hashing: every client ranks the servers for a frame alike, so each server sees the same frames again.

/** A 32-bit hash of a text (FNV-1a with a final mix). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/**
 * How much a server is preferred for a key, both as hashes; the greatest comes first. A server that joins or leaves
 * moves only the keys that it wins or held (Thaler and Ravishankar, 1998).
 */
export function preference(key: number, server: number): number {
  return mix(key ^ Math.imul(server, 0x9e3779b1));
}

function mix(value: number): number {
  let v = value ^ (value >>> 16);
  v = Math.imul(v, 0x85ebca6b);
  v ^= v >>> 13;
  v = Math.imul(v, 0xc2b2ae35);
  return (v ^ (v >>> 16)) >>> 0;
}
