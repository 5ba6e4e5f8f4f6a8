/** Slots and dispatch in the model: who runs next, and where. */
import { type AccountName, LANE_NAMES, type LaneName, LANES, SECONDS } from "./catalog.ts";
import { change } from "./jobs.ts";
import { isOpen, type Job, type World } from "./state.ts";

/** Grows or shrinks an account; attempts keep their slots, retiring where there are too many. */
export function setCapacity(world: World, account: AccountName, capacity: number): void {
  const own = world.slots.filter((slot) => slot.account === account);
  const busy = own.filter((slot) => slot.holder !== null);
  const ranked = [...busy, ...own.filter((slot) => slot.holder === null)];
  ranked.forEach((slot, i) => slot.isRetiring = i >= capacity);
  world.slots = world.slots.filter((slot) => !(slot.isRetiring && slot.holder === null));
  for (let i = ranked.length; i < capacity; i++) {
    world.slots.push({ account, holder: null, isRetiring: false });
  }
}

export function slotOf(world: World, job: number, dispatch: number) {
  return world.slots.find(({ holder }) => holder?.[0] === job && holder[1] === dispatch);
}

/** Takes the slot from an attempt; whether it had one. */
export function freeSlot(world: World, job: number, dispatch: number): boolean {
  const slot = slotOf(world, job, dispatch);
  if (!slot) return false;
  const surplus = world.slots.find((other) => other.account === slot.account && other.isRetiring);
  if (surplus && !slot.isRetiring) {
    // The account has a slot too many: this one goes instead of the one that was to go.
    surplus.isRetiring = false;
    slot.isRetiring = true;
  }
  if (slot.isRetiring) world.slots = world.slots.filter((other) => other !== slot);
  else slot.holder = null;
  return true;
}

/** Whether the job's time has come. Throws where chance decides, which the play must avoid. */
export function isDue(job: Job, now: number): boolean {
  if (!job.runAt) return false;
  if (now < job.runAt.from || (now === job.runAt.from && job.runAt.to > now)) return false;
  if (now < job.runAt.to) throw new Error(`It is chance whether job ${job.n} is due`);
  return true;
}

/** How many of a user's tasks a lane runs: of jobs, and of what has ended before its task. */
function activeOf(world: World, lane: LaneName, user: string): number {
  const running = world.jobs.filter((job) =>
    !job.isGone && job.lane === lane && job.user === user && job.status === "processing"
  );
  const ended = world.cancels.filter((row) =>
    row.lane === lane && row.user === user && row.how === null && row.reason !== "produced"
  );
  return running.length + ended.length;
}

/** Gives a lane's free slots to its next jobs; returns how many. */
export function dispatch(world: World, name: LaneName): number {
  const lane = world.lanes[name];
  if (world.isDispatchPutOff || lane.pausedUntil > world.now) return 0;
  const pending = world.jobs.filter((job) => isOpen(job) && job.lane === name && job.status === "pending");
  for (const job of pending) if (isDue(job, world.now)) change(job, { runAt: null });
  const ready = pending.filter((job) => !job.runAt);
  const free = world.slots.filter((slot) =>
    LANES[name].accounts.includes(slot.account) && slot.holder === null && !slot.isRetiring
  );
  if (ready.length === 0 || free.length === 0) return 0;
  let allowed = Infinity;
  if (lane.openedAt !== null) {
    if (lane.probeAt > world.now) return 0;
    lane.probeAt = nextProbe(world, lane.openedAt);
    allowed = 1;
  }
  const started = lane.starts.filter((at) => at > world.now - SECONDS.rateWindow).length;
  const usable = free.filter((slot) => (world.paused[slot.account] ?? 0) <= world.now);
  const active: Record<string, number> = {};
  const next = ready.filter((job) => job.startBy > world.now)
    .sort((x, y) => y.priority - x.priority || x.ticket - y.ticket || (x.id < y.id ? -1 : 1))
    .filter((job) => {
      active[job.user] = (active[job.user] ?? activeOf(world, name, job.user)) + 1;
      return active[job.user]! <= lane.maxActive;
    })
    .slice(0, Math.max(Math.min(usable.length, lane.rate - started, allowed), 0));
  for (const [i, job] of next.entries()) begin(world, job, usable[i]!);
  return next.length;
}

/** When a provider that has been down for so long is to be tried again. */
export function nextProbe(world: World, openedAt: number): number {
  return world.now + Math.min(Math.max(world.now - openedAt, 15), 300);
}

function begin(world: World, job: Job, slot: World["slots"][number]): void {
  change(job, {
    status: "processing",
    progress: null,
    attempt: job.attempt + 1,
    dispatches: job.dispatches + 1,
  }, "starting");
  slot.holder = [job.n, job.dispatches];
  const lane = world.lanes[job.lane];
  lane.starts.push(world.now);
  lane.clocks[job.priority] = Math.max(lane.clocks[job.priority] ?? 0, job.ticket);
  // One that came to no task is begun again, as new.
  job.attempts = job.attempts.filter(({ number }) => number !== job.attempt);
  job.attempts.push({
    number: job.attempt,
    dispatch: job.dispatches,
    account: slot.account,
    phase: "dispatched",
    outcome: null,
    error: null,
    externalId: null,
    submits: 0,
    submitUntil: 0,
    submittedFirstAt: null,
    neverExisted: false,
    nones: 0,
    noneAt: -Infinity,
    word: null,
    wordAt: 0,
    leasedUntil: null,
    started: world.started++,
  });
}

export function dispatchAll(world: World): void {
  for (const lane of LANE_NAMES) dispatch(world, lane);
}
