// When to ping and when to take a connection for dead, as a pure step over plain data.

export interface Heartbeat {
  /** When the last step ran, when the oldest unanswered ping went out (null: none is), its number. */
  readonly steppedAt: number;
  readonly pingedAt: number | null;
  readonly ping: number;
}

export interface HeartbeatTimes {
  /** Milliseconds between pings, and of silence after one. */
  readonly heartbeat: number;
  readonly silence: number;
}

/** The state of a connection that has just been welcomed. */
export function startHeartbeat(now: number): Heartbeat {
  return { steppedAt: now, pingedAt: null, ping: 0 };
}

/** Anything that arrives proves that the other side lives. */
export function heard(state: Heartbeat): Heartbeat {
  return { ...state, pingedAt: null };
}

/** To be called every quarter of `heartbeat` or so. `lastHeard` is when something last arrived. */
export function beat(
  state: Heartbeat,
  now: number,
  lastHeard: number,
  times: HeartbeatTimes,
): { state: Heartbeat; action: 'none' | 'ping' | 'dead' } {
  // A step that comes much too late was asleep (a suspended laptop, a blocked page): what arrived meanwhile has not
  // been read yet, so nothing follows from the silence. Ask again.
  const slept = now - state.steppedAt > times.heartbeat + times.silence;
  const { pingedAt } = state;
  if (!slept && pingedAt !== null) {
    const dead = now - pingedAt >= times.silence;
    return { state: { ...state, steppedAt: now }, action: dead ? 'dead' : 'none' };
  }
  if (!slept && now - lastHeard < times.heartbeat)
    return { state: { ...state, steppedAt: now }, action: 'none' };
  return { state: { steppedAt: now, pingedAt: now, ping: state.ping + 1 }, action: 'ping' };
}

/** A ping goes out now, whatever the steps say. */
export function pinged(state: Heartbeat, now: number): Heartbeat {
  return { ...state, pingedAt: state.pingedAt ?? now, ping: state.ping + 1 };
}
