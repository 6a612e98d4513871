// One run of the balancer against virtual servers with random faults, watched by a checker of what it promises.
import { settingsOf } from '../arguments.ts';
import { type Action, type History, historyOf } from '../balance/actions.ts';
import { Balancer } from '../balance/balancer.ts';
import {
  HEDGE_SHARE,
  MOST_HEDGES,
  MOST_RETRIES,
  RETRIES_PER_MILLISECOND,
  RETRIES_PER_SUCCESS,
} from '../balance/budgets.ts';
import type { Asked } from '../balance/model.ts';
import { FAULTS, VirtualClock, type VirtualServer, virtualServers } from './virtual-world.ts';

/** Within so many milliseconds every request is settled, whatever happens. */
const BOUND = 300_000;
const CONNECT = 1000;
const SILENCE = 10_000;

interface Part {
  readonly call: Call;
  readonly tried: Set<string>;
  readonly isFresh: boolean;
  missing: number;
  isWaiting: boolean;
  readonly badFrom: readonly string[];
}

/** A call of the client; stealing may divide what it asks for into parts. */
interface Call {
  readonly priority: number;
  readonly affinity: string;
  readonly divisible: boolean;
  readonly at: number;
  open: number;
  end: string | null;
}

interface Connection {
  readonly id: number;
  readonly server: VirtualServer;
  readonly attempts: Map<number, number>;
  isMute: boolean;
}

export interface Figures {
  requests: number;
  asked: number;
  hedges: number;
  retries: number;
  successes: number;
  failures: number;
  aborted: number;
  stolen: number;
}

/** Runs one schedule. @returns the promises that were broken, in words, and what happened */
export function simulate(seed: number): { broken: string[]; figures: Figures } {
  const simulation = new Simulation(seed);
  simulation.run();
  return { broken: simulation.broken, figures: simulation.figures };
}

class Simulation {
  readonly broken: string[] = [];
  readonly figures: Figures = {
    ...{ requests: 0, asked: 0, hedges: 0, retries: 0 },
    ...{ successes: 0, failures: 0, aborted: 0, stolen: 0 },
  };
  readonly #clock: VirtualClock;
  readonly #servers: VirtualServer[];
  readonly #balancer: Balancer;
  readonly #most: number;
  readonly #calls: Call[] = [];
  readonly #parts = new Map<number, Part>();
  readonly #dials = new Set<number>();
  readonly #connections = new Map<number, Connection>();
  readonly #parked = new Map<number, { part: Part; history: History }[]>();
  #nextId = 1;
  #endedAt = 0;
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(seed: number) {
    this.#clock = new VirtualClock(seed);
    const clock = this.#clock;
    this.#servers = virtualServers(clock);
    this.#most = clock.random() < 0.3 ? 8 : 256;
    const known = this.#servers.filter((_, i) => i === 0 || clock.random() < 0.5);
    const urls = known.flatMap((server) => server.urls.at(-1) ?? []);
    const webSocket = class {} as never;
    this.#balancer = new Balancer(settingsOf({ servers: urls, webSocket, random: clock.random }));
  }

  run(): void {
    const clock = this.#clock;
    const count = 20 + clock.below(60);
    for (let i = 0; i < count; i++) clock.after(clock.below(20_000), () => this.#call());
    for (const server of this.#servers) {
      if (server.isSafe) continue;
      for (let i = clock.below(4); i > 0; i--) clock.after(clock.below(20_000), () => this.#fault(server));
    }
    while (clock.step(BOUND)) if (this.broken.length > 10) return;
    this.#checkEnd();
  }

  #call(): void {
    const clock = this.#clock;
    const divisible = clock.random() < 0.3;
    const call: Call = {
      ...{ priority: clock.below(12), affinity: `frame ${clock.below(50)}`, divisible },
      ...{ at: clock.now, open: 0, end: null },
    };
    this.#calls.push(call);
    this.figures.requests++;
    const id = this.#submit(
      { call, tried: new Set(), isFresh: true, missing: divisible ? 40 : 3, isWaiting: true, badFrom: [] },
      null,
    );
    if (clock.random() > 0.1) return;
    clock.after(clock.below(500), () => {
      if (!this.#parts.has(id)) return;
      for (const [own, part] of this.#parts) {
        if (part.call !== call) continue;
        this.#parts.delete(own);
        this.#perform(this.#balancer.withdraw(own, clock.now));
      }
      call.end = 'aborted';
    });
  }

  #submit(part: Part, history: History | null): number {
    const id = this.#nextId++;
    const { call } = part;
    if (call.end !== null) return id;
    call.open++;
    this.#parts.set(id, part);
    const asked: Asked = {
      ...{ kind: 'get', affinity: call.affinity, priority: call.priority, replicas: null, prefer: null },
      get missingFrames() {
        return call.divisible ? part.missing : 0;
      },
      get missingLevels() {
        return part.missing;
      },
    };
    this.#perform(this.#balancer.submit(id, asked, history, this.#clock.now));
    return id;
  }

  #fault(server: VirtualServer): void {
    const clock = this.#clock;
    if (server.fault) return;
    const fault = FAULTS[clock.below(FAULTS.length)] ?? 'dead';
    server.fault = fault;
    const own = [...this.#connections.values()].filter((each) => each.server === server);
    if (fault === 'dead' || fault === 'cut') for (const each of own) this.#lose(each, null);
    if (fault === 'half-open' || fault === 'hung') {
      for (const each of own) {
        each.isMute = fault === 'half-open';
        clock.after(SILENCE, () => {
          if (each.isMute || server.fault === 'hung') this.#lose(each, null);
        });
      }
    }
    if (fault === 'leaving') {
      for (const each of own) {
        this.#perform(this.#balancer.goaway(each.id, false, clock.now));
        clock.after(1500, () => this.#lose(each, null));
      }
    }
    clock.after(100 + clock.below(8000), () => {
      server.fault = null;
    });
  }

  #lose(connection: Connection, culprit: number | null): void {
    if (!this.#connections.delete(connection.id)) return;
    this.#perform(this.#balancer.lost(connection.id, new Error('lost'), culprit, this.#clock.now));
    this.#unpark(connection.id);
  }

  #perform(actions: readonly Action[]): void {
    for (const action of actions) this.#do(action);
    this.#checkOrder(actions);
    const { wakeAt } = this.#balancer;
    if (wakeAt >= this.#wakeAt) return;
    this.#wakeAt = wakeAt;
    // Now and then the client itself is busy, and late.
    const late = this.#clock.random() < 0.02 ? this.#clock.below(400) : 0;
    this.#clock.after(wakeAt - this.#clock.now + late, () => {
      if (this.#wakeAt > this.#clock.now) return;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#perform(this.#balancer.tick([], this.#clock.now));
    });
  }

  #do(action: Action): void {
    switch (action.do) {
      case 'dial':
        this.#dial(action.dial, action.url);
        break;
      case 'call off':
        this.#dials.delete(action.dial);
        break;
      case 'ask':
        this.#ask(action.request, action.attempt, action.line);
        break;
      case 'cancel':
        for (const { attempts } of this.#connections.values()) attempts.delete(action.attempt);
        break;
      case 'retry': {
        const part = this.#take(action.request);
        const { history } = action;
        if (part)
          this.#submit({ ...part, tried: new Set(history.tried), isFresh: false, isWaiting: true }, history);
        break;
      }
      case 'fail': {
        const part = this.#take(action.request);
        if (part && part.call.end === null) part.call.end = `failed: ${action.reason.message}`;
        break;
      }
      case 'steal':
        this.#steal(action.attempt, action.frames, action.history);
        break;
      case 'stop waiting':
        this.#unpark(action.line);
        break;
      case 'ping':
        this.#ping(action.line);
        break;
      case 'close': {
        const connection = this.#connections.get(action.line);
        if (connection) this.#lose(connection, null);
      }
    }
  }

  #take(request: number): Part | undefined {
    const part = this.#parts.get(request);
    this.#parts.delete(request);
    if (!part) return undefined;
    part.call.open--;
    this.#endedAt = this.#clock.now;
    return part;
  }

  #dial(dial: number, url: string): void {
    const clock = this.#clock;
    const server = this.#servers.find(({ urls }) => urls.includes(url)) as VirtualServer;
    this.#dials.add(dial);
    const refuse = () => {
      if (this.#dials.delete(dial))
        this.#perform(this.#balancer.dialFailed(dial, new Error('no'), clock.now));
    };
    // From outside, an inside address swallows what is sent to it.
    if (url.includes('inside') || server.fault === 'hung' || server.fault === 'half-open') {
      clock.after(CONNECT, refuse);
      return;
    }
    clock.after(server.latency * 2, () => {
      if (!this.#dials.has(dial)) return;
      if (server.fault === 'dead' || server.fault === 'leaving') {
        refuse();
        return;
      }
      this.#dials.delete(dial);
      const connection: Connection = { id: dial, server, attempts: new Map(), isMute: false };
      this.#connections.set(dial, connection);
      const pool = this.#servers.map(({ id, urls, site }) => ({
        id,
        name: id,
        endpoints: urls,
        load: clock.random(),
        site,
      }));
      const welcome = { id: server.id, name: server.id, most: this.#most, pool };
      const { actions, isUsed } = this.#balancer.welcomed(dial, welcome, clock.now);
      if (!isUsed) this.#connections.delete(dial);
      this.#perform(actions);
    });
  }

  #ping(line: number): void {
    const connection = this.#connections.get(line);
    const sentAt = this.#clock.now;
    const answer = () => {
      if (!connection || !this.#connections.has(line) || connection.isMute) return;
      if (connection.server.fault === 'hung') {
        this.#clock.after(50, answer);
        return;
      }
      this.#balancer.heard(line, false, this.#clock.now);
      this.#balancer.roundTrip(line, this.#clock.now - sentAt, this.#clock.now);
      this.#unpark(line);
    };
    this.#clock.after(connection?.server.latency ?? 0, answer);
  }

  #steal(attempt: number, frames: number, history: History): void {
    const connection = [...this.#connections.values()].find(({ attempts }) => attempts.has(attempt));
    const part = this.#parts.get(connection?.attempts.get(attempt) ?? -1);
    if (!connection || !part) return;
    const stolen = Math.min(frames, part.missing);
    part.missing -= stolen;
    this.figures.stolen += stolen;
    const own: Part = {
      ...part,
      missing: stolen,
      tried: new Set(history.tried),
      isFresh: false,
      isWaiting: true,
    };
    this.#parked.set(connection.id, [...(this.#parked.get(connection.id) ?? []), { part: own, history }]);
    part.call.open++;
    this.#ping(connection.id);
  }

  #unpark(line: number): void {
    const parked = this.#parked.get(line) ?? [];
    this.#parked.delete(line);
    for (const { part, history } of parked) {
      part.call.open--;
      this.#submit(part, history);
    }
  }

  #ask(request: number, attempt: number, line: number): void {
    const part = this.#parts.get(request);
    const connection = this.#connections.get(line);
    if (!part) return;
    if (!connection) {
      this.broken.push(`request ${request} was asked on a line that is gone`);
      return;
    }
    const { server } = connection;
    this.figures.asked++;
    if (!part.isWaiting) this.figures.hedges++;
    else if (!part.isFresh) this.figures.retries++;
    this.#checkChoice(part, server);
    part.isWaiting = false;
    part.tried.add(server.id);
    connection.attempts.set(attempt, request);
    const { latency } = server;
    this.#clock.after(latency * (server.fault === 'slow' ? 50 : 1 + this.#clock.random()), () =>
      this.#answer(connection, attempt),
    );
  }

  /** The server has got round to the attempt. */
  #answer(connection: Connection, attempt: number): void {
    const { id, server, attempts } = connection;
    const clock = this.#clock;
    const part = this.#parts.get(attempts.get(attempt) ?? -1);
    if (!this.#connections.has(id) || !part || connection.isMute) return;
    if (server.fault === 'hung') {
      clock.after(50, () => this.#answer(connection, attempt));
      return;
    }
    if (server.fault === 'garbage') {
      this.#lose(connection, attempt);
      return;
    }
    this.#balancer.heard(id, false, clock.now);
    if (server.fault === 'overloaded' || server.fault === 'missing') {
      attempts.delete(attempt);
      const code = server.fault === 'missing' ? 'missing-blob' : 'unavailable';
      this.#perform(this.#balancer.refused(attempt, code, 'refused', clock.now));
      return;
    }
    if (server.fault === 'corrupt') {
      this.#corrupt(connection, attempt, part);
      return;
    }
    if (part.missing > 0) part.missing--;
    this.#perform(this.#balancer.arrived(attempt, 1, true, clock.now));
    if (part.missing > 0) {
      const pace = server.fault === 'slow' ? 50 : 1;
      clock.after(pace * clock.random() * 5, () => this.#answer(connection, attempt));
      return;
    }
    this.#end(connection, attempt);
    if (part.call.open === 0 && part.call.end === null) part.call.end = 'success';
  }

  #end({ attempts }: Connection, attempt: number): void {
    this.#take(attempts.get(attempt) ?? -1);
    attempts.delete(attempt);
    this.#perform(this.#balancer.answered(attempt, this.#clock.now));
  }

  /** A level with a wrong checksum: reported, and asked for elsewhere. */
  #corrupt(connection: Connection, attempt: number, part: Part): void {
    this.#perform(this.#balancer.arrived(attempt, 0, false, this.#clock.now));
    this.#perform(this.#balancer.corrupt(attempt, this.#clock.now));
    this.#end(connection, attempt);
    const badFrom = [...part.badFrom, connection.server.id];
    const isOtherLeft = new Set(badFrom).size < this.#balancer.reachable;
    if (badFrom.length >= 3 && !isOtherLeft) part.call.end ??= 'failed: corrupt';
    const tried = new Set(badFrom);
    const notBefore = isOtherLeft ? 0 : this.#clock.now + 100 * badFrom.length;
    const history = { ...historyOf(tried), notBefore };
    this.#submit({ ...part, tried: new Set(tried), badFrom, isFresh: false, isWaiting: true }, history);
  }

  #checkChoice(part: Part, server: VirtualServer): void {
    if (this.#most < 256) return;
    const up = this.#balancer.status(this.#clock.now).servers.filter((each) => each.state === 'connected');
    const better = up.filter((each) => each.breaker === 'closed' && !part.tried.has(each.id));
    const own = up.find((each) => each.id === server.id);
    if (better.length === 0) return;
    if (part.tried.has(server.id)) {
      this.broken.push(`a retry went to ${server.id}, which was tried, though ${better[0]?.id} was left`);
    }
    if (own?.breaker === 'open')
      this.broken.push(`${server.id} was asked though its breaker is open and ${better[0]?.id} was left`);
  }

  /** What is asked for the first time is asked in the order of urgency. */
  #checkOrder(actions: readonly Action[]): void {
    let least = -1;
    for (const action of actions) {
      const part = action.do === 'ask' ? this.#parts.get(action.request) : undefined;
      if (part?.isFresh) least = Math.max(least, part.call.priority);
    }
    for (const { isFresh, isWaiting, call } of this.#parts.values()) {
      if (isFresh && isWaiting && call.priority < least) {
        this.broken.push(`priority ${call.priority} waits while ${least} was asked`);
      }
    }
  }

  #checkEnd(): void {
    const { figures } = this;
    const safe = this.#servers.some(({ isSafe }) => isSafe);
    for (const { end, at } of this.#calls) {
      if (end === null) this.broken.push(`the call at ${at} never ended`);
      else if (end === 'success') figures.successes++;
      else if (end === 'aborted') figures.aborted++;
      else figures.failures++;
      if (safe && end?.startsWith('failed'))
        this.broken.push(`the call at ${at} ${end}, though one server was well`);
    }
    const first = figures.asked - figures.hedges - figures.retries;
    if (figures.hedges > MOST_HEDGES + HEDGE_SHARE * first)
      this.broken.push(`${figures.hedges} hedges of ${first}`);
    const retries = MOST_RETRIES / 2 + first * RETRIES_PER_SUCCESS + this.#endedAt * RETRIES_PER_MILLISECOND;
    if (figures.retries > retries) this.broken.push(`${figures.retries} retries of ${first}`);
    const { requests, attempts } = this.#balancer.load;
    if (requests + attempts > 0)
      this.broken.push(`${requests} requests and ${attempts} attempts are still held`);
  }
}
