/**
 * The drain, for who answers before it works: its code reaches every provider, every platform and all that copies files,
 * and none of that is loaded before it is wanted. A cold function answers some 200 ms of CPU sooner (bench/README.md).
 * The paths are literal, so that what deploys functions finds what is behind them (docs/platform.md#edge-functions).
 */
type Drain = typeof import("./drain.ts");

const load = () => import("./drain.ts");

/** As drain.ts has it. */
export const drainAll: Drain["drainAll"] = async (...given) => await (await load()).drainAll(...given);

/** As drain.ts has it. */
export const drainLane: Drain["drainLane"] = async (...given) => await (await load()).drainLane(...given);

/** As drain.ts has it. */
export const submitWaiting: Drain["submitWaiting"] = async (...given) =>
  await (await load()).submitWaiting(...given);

/** As drain.ts has it. */
export const submitCreated: Drain["submitCreated"] = async (...given) =>
  await (await load()).submitCreated(...given);

/** As drain.ts has it. */
export const drainCancels: Drain["drainCancels"] = async (...given) =>
  await (await load()).drainCancels(...given);

/** As drain.ts has it. */
export const drainAccesses: Drain["drainAccesses"] = async (...given) =>
  await (await load()).drainAccesses(...given);

/** As drain.ts has it. */
export const drainSettlements: Drain["drainSettlements"] = async (...given) =>
  await (await load()).drainSettlements(...given);

/** As drain.ts has it. */
export const settleAndDrain: Drain["settleAndDrain"] = async (...given) =>
  await (await load()).settleAndDrain(...given);
