// Which of a server's addresses to try when: staggered, the first that works wins (after "Happy Eyeballs", RFC 8305).

export interface Race {
  /** Addresses not tried yet, and those being tried. */
  readonly queue: readonly string[];
  readonly running: readonly string[];
  /** When the next one starts although none has failed. */
  readonly nextAt: number;
}

/** @returns the race, and the address to try first. Throws RangeError without any address. */
export function startRace(
  urls: readonly string[],
  now: number,
  stagger: number,
): { race: Race; start: string } {
  const [start, ...queue] = urls;
  if (start === undefined) throw new RangeError('a server without an address');
  return { race: { queue, running: [start], nextAt: now + stagger }, start };
}

/** Time has passed. @returns the address to try too, if it is one's turn */
export function raceOn(race: Race, now: number, stagger: number): { race: Race; start: string | null } {
  const [start, ...queue] = race.queue;
  if (start === undefined || now < race.nextAt) return { race, start: null };
  return { race: { queue, running: [...race.running, start], nextAt: now + stagger }, start };
}

/** An address came to nothing: the next one's turn is now. @returns whether the whole race is lost */
export function raceFailed(race: Race, url: string, now: number): { race: Race; isLost: boolean } {
  const running = race.running.filter((each) => each !== url);
  return { race: { ...race, running, nextAt: now }, isLost: running.length === 0 && race.queue.length === 0 };
}
