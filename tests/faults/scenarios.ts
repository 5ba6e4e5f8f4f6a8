/** What a network does to a client, each fault alone and all in any order. When a scenario ends, its fault is over. */
import { type Fate, goodNetwork, type Network, type Refusal } from "./network/network.ts";
import type { Proxy } from "./network/proxy.ts";

export interface Play {
  readonly network: Network;
  readonly proxy: Proxy;
  /** 0 to 1, without 1. */
  random(): number;
  /** How long each phase lasts, in ms. */
  readonly phaseMs: number;
}

export interface Scenario {
  /** What the network does. */
  readonly name: string;
  run(play: Play): Promise<void>;
  /** How long clients may take when it is over, in ms. Left out: 6 s. */
  readonly withinMs?: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const cuts: Scenario = {
  name: "cuts every connection, again and again",
  async run({ proxy, random, phaseMs }) {
    for (let n = 0; n < 4; n++) {
      await pause(random() * phaseMs / 2);
      proxy.cut();
    }
  },
};

const down: Scenario = {
  name: "is down, and refuses connects",
  async run({ proxy, phaseMs }) {
    proxy.down();
    await pause(phaseMs * 1.5);
    await proxy.up();
  },
};

const halfOpen: Scenario = {
  name: "keeps sockets open and passes nothing, then cuts them",
  async run({ network, proxy, phaseMs }) {
    network.isSilent = true;
    await pause(phaseMs * 1.5);
    network.isSilent = false;
    proxy.cut();
  },
};

/** Longer than the tokens last with which it is played. */
export const CUT_PAST_EXPIRY: Scenario = {
  name: "is cut until every token has expired",
  async run({ network, proxy, phaseMs }) {
    await pause(phaseMs); // tokens expire in the open, too
    network.isSilent = true;
    await pause(phaseMs);
    proxy.down();
    await pause(phaseMs);
    network.isSilent = false;
    await proxy.up();
  },
};

const slow: Scenario = {
  name: "is slow",
  async run({ network, random, phaseMs }) {
    network.delay = () => random() * 800;
    await pause(phaseMs * 1.5);
  },
};

const twice: Scenario = {
  name: "tells things twice, and late ones after newer ones",
  async run({ network, random, phaseMs }) {
    network.fate = (): Fate =>
      random() < 0.3 ? "comes_twice" : random() < 0.5 ? { later: random() * 400 } : "passes";
    await pause(phaseMs * 1.5);
  },
};

const refusals: Scenario = {
  name: "answers 429, 502, 503 or nothing now and then",
  async run({ network, proxy, random, phaseMs }) {
    const answers: Refusal[] = [0, 429, 502, 503];
    network.refusal = () => random() < 0.5 ? answers[Math.floor(random() * answers.length)] : undefined;
    proxy.cut();
    await pause(phaseMs);
    proxy.cut();
    await pause(phaseMs);
  },
};

/** Nobody is told that something was lost, and it may have been the last: the safety net reads within 30 s. */
const losses: Scenario = {
  name: "loses every third message over sockets that stay open",
  withinMs: 33_000,
  async run({ network, random, phaseMs }) {
    network.fate = () => random() < 0.33 ? "is_lost" : "passes";
    await pause(phaseMs * 2);
  },
};

/** Its sockets stay as they are: the client has to find out by itself that nobody answers. */
const deaf: Scenario = {
  name: "goes deaf on sockets that are never closed",
  withinMs: 33_000,
  async run({ network, phaseMs }) {
    network.isSilent = true;
    await pause(phaseMs * 1.5);
  },
};

/** Anything in any order. Ends with a cut, as when somebody walks from one network into another. */
const mixture: Scenario = {
  name: "does all of this in any order",
  async run(play) {
    const { network, proxy, random, phaseMs } = play;
    const fates: Fate[] = ["passes", "passes", "is_lost", "comes_twice", { later: 300 }];
    const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
    for (let n = 0; n < 12; n++) {
      mend(network);
      const what = Math.floor(random() * 6);
      if (what === 0) proxy.cut();
      else if (what === 1) network.isSilent = true;
      else if (what === 2) network.delay = () => random() * 500;
      else if (what === 3) network.fate = () => any(fates) ?? "passes";
      else if (what === 4) network.refusal = () => any<Refusal | undefined>([0, 429, 502, 503, undefined]);
      else proxy.down();
      await pause(random() * phaseMs / 3);
      await proxy.up();
    }
    proxy.cut();
  },
};

/** Those that `npm test` plays, and those that take too long for it. */
export const QUICK: readonly Scenario[] = [cuts, down, halfOpen, slow, twice, refusals, mixture];
export const LONG: readonly Scenario[] = [losses, deaf];
/** A stream has no frames that could be lost: those that are left. */
export const BY_STREAM: readonly Scenario[] = [cuts, down, refusals];

/** Takes away every fault but that of being down. */
export function mend(network: Network): void {
  Object.assign(network, goodNetwork());
}
