import assert from "node:assert/strict";
import { databaseError, type EngineAnswer, fakeSupabase } from "../engine/fake_supabase.ts";
import { cancelItem } from "../engine/cancel_item_fixture.ts";
import type { CancelItem } from "../engine/cancels.ts";
import type { Message } from "../engine/work_item.ts";
import { messageFor } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import {
  fakeRunningHub,
  finished,
  obligingRunningHub,
  TASK_ID,
} from "../providers/runninghub/fake_runninghub.ts";
import { WITHOUT_FILES } from "../providers/runninghub/fake_runninghub.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { withClock } from "./clock_fixture.ts";
import { drainAll, drainCancels, drainLane, drainSettlements } from "./drain.ts";

const logs = recordLogs();
const project = fakeSupabase();

/** A function of the engine that answers with one batch after the other, then with nothing. */
function batches(...given: (Message | CancelItem)[][]): EngineAnswer {
  return () => given.shift() ?? [];
}
const toSubmit = (url: string, msg_id: number): Message => ({
  ...messageFor(url, { toolSettings: WITHOUT_FILES }),
  msg_id,
});
const toSettle = (url: string, msg_id: number): Message => ({
  ...messageFor(url, { attempt: { phase: "submitted", external_id: TASK_ID } }),
  queue: "settle_queue",
  msg_id,
});
const toCancel = (url: string): CancelItem =>
  cancelItem({}, {
    account: { settings: { base_url: url } },
    attempt: { external_id: TASK_ID },
  });
const acknowledged = (name: string) => project.callsOf(name).map(({ p_msg_id }) => p_msg_id).toSorted();

Deno.test("a lane is drained batch by batch until nothing is left", async () => {
  await using hub = obligingRunningHub();
  project.answers.receive = batches([toSubmit(hub.url, 1), toSubmit(hub.url, 2)], [toSubmit(hub.url, 3)]);
  assert.equal(await drainLane("runninghub"), 3);
  assert.deepEqual(acknowledged("submitted"), [1, 2, 3]);
  assert.deepEqual(project.callsOf("receive"), Array(3).fill({ p_lane: "runninghub", p_qty: 10 }));
});

Deno.test("settlements are drained until nothing is left", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  project.answers.receive_settlements = batches([toSettle(hub.url, 1)], [toSettle(hub.url, 2)]);
  assert.equal(await drainSettlements(), 2);
  assert.deepEqual(acknowledged("complete"), [1, 2]);
});

Deno.test("the outbox of cancels is drained until nothing is due", async () => {
  await using hub = fakeRunningHub();
  hub.answer("cancel", { code: 0, msg: "success", data: null });
  hub.answer("status", { code: 0, msg: "", data: "RUNNING" });
  project.answers.receive_cancels = batches([toCancel(hub.url), toCancel(hub.url)], [toCancel(hub.url)]);
  assert.equal(await drainCancels(), 3);
  assert.equal(project.callsOf("cancel_noted").length, 3);
});

Deno.test("a lane's drain looks at the outbox: a task that was taken in vain is stopped at once", async () => {
  await using hub = obligingRunningHub();
  project.answers.receive = batches([toSubmit(hub.url, 1)]);
  project.answers.submitted = "cancelled";
  await drainLane("runninghub");
  assert.ok(project.called().lastIndexOf("receive_cancels") > project.called().indexOf("submitted"));
});

Deno.test("the messages of a batch are worked on at the same time", async () => {
  await using hub = fakeRunningHub();
  const { promise: bothAsked, resolve } = Promise.withResolvers<void>();
  hub.answer("outputs", async () => {
    if (hub.asked("outputs").length === 2) resolve();
    await bothAsked;
    return Response.json({ code: 804, msg: "APIKEY_TASK_IS_RUNNING", data: null });
  });
  project.answers.receive_settlements = batches([toSettle(hub.url, 1), toSettle(hub.url, 2)]);
  assert.equal(await drainSettlements(), 2);
});

Deno.test("a lane whose tasks are to be asked about soon has a worker woken that stays, any other has not", async () => {
  await using hub = obligingRunningHub();
  const asked = (after: number) => {
    const message = toSubmit(hub.url, 1);
    message.item.poll_seconds.after = after;
    return message;
  };
  project.answers.receive = batches([asked(120)]);
  await drainLane("runninghub");
  assert.deepEqual(project.callsOf("wake"), []);
  project.answers.receive = batches([asked(2), asked(1)]);
  await drainLane("runninghub");
  assert.deepEqual(project.callsOf("wake"), [{ p_lane: "runninghub" }]);
});

Deno.test("a cancel that is looked at again soon has a worker woken, one that is over has not", async () => {
  await using hub = fakeRunningHub();
  hub.answer("cancel", { code: 0, msg: "success", data: null });
  hub.answer("status", { code: 0, msg: "", data: "RUNNING" });
  project.answers.receive_cancels = batches([toCancel(hub.url)]);
  await drainCancels();
  assert.deepEqual(project.callsOf("wake"), [{ p_lane: "runninghub" }]);
  project.calls.length = 0;
  const accepted = { ...toCancel(hub.url), cancel: { ...toCancel(hub.url).cancel, accepted_id: TASK_ID } };
  project.answers.receive_cancels = batches([accepted]);
  await drainCancels();
  assert.deepEqual(project.called().toSorted(), [
    "receive",
    "receive_cancels",
    "receive_cancels",
    "task_over",
  ]);
});

Deno.test("one message that cannot be worked on is logged, and the others are not its concern", async () => {
  await using hub = obligingRunningHub();
  const bad = toSubmit(hub.url, 1);
  project.answers.receive = batches([
    { ...bad, item: { ...bad.item, provider: "nobody" } },
    toSubmit(hub.url, 2),
  ]);
  logs.length = 0;
  assert.equal(await drainLane("runninghub"), 2);
  assert.deepEqual(acknowledged("submitted"), [2]);
  const line = logs.find((text) => text.startsWith("[submit]")) ?? "";
  assert.match(line, /No provider is named nobody.*"msg_id":1/);
});

Deno.test("after its deadline a drain takes nothing more", async () => {
  await using hub = obligingRunningHub();
  project.answers.receive = () => [toSubmit(hub.url, 1)]; // there is always more
  assert.equal(await drainLane("runninghub", Date.now() - 1), 0);
  assert.deepEqual(project.calls, []);
  assert.ok(await drainLane("runninghub", Date.now() + 50) > 0);
});

Deno.test("a database that fails is the caller's to know", async () => {
  project.answers.receive = databaseError();
  await assert.rejects(drainLane("runninghub"), { code: "internal_error" });
  await assert.rejects(drainAll({ lane: "runninghub" }), { code: "internal_error" });
});

Deno.test("draining all drains every lane and the settlements, once", async () => {
  await using hub = obligingRunningHub();
  hub.answer("outputs", { code: 804, msg: "APIKEY_TASK_IS_RUNNING", data: null });
  project.answers.lanes = ["one", "two"];
  const waiting: Record<string, Message[]> = { one: [toSubmit(hub.url, 1)], two: [toSubmit(hub.url, 2)] };
  project.answers.receive = ({ p_lane }) => waiting[String(p_lane)]?.splice(0) ?? [];
  project.answers.receive_settlements = batches([toSettle(hub.url, 3)]);
  assert.equal(await drainAll(), 3);
  assert.deepEqual(acknowledged("submitted"), [1, 2]);
  assert.equal(project.callsOf("lanes").length, 1);
});

Deno.test("draining one lane leaves the other lanes alone, but not the settlements", async () => {
  await drainAll({ lane: "one" });
  assert.deepEqual(project.callsOf("receive").map(({ p_lane }) => p_lane), ["one"]);
  assert.equal(project.callsOf("receive_settlements").length, 1);
  assert.equal(project.callsOf("receive_cancels").length, 1);
  assert.equal(project.callsOf("lanes").length, 0);
});

/** Nothing is there to submit until `ending` is called; then the next job is, started by it. */
function nextAfter(ending: string, answer: string | boolean, next: Message): void {
  const started: Message[] = [];
  project.answers[ending] = () => {
    started.push(next);
    return answer;
  };
  project.answers.receive = () => started.splice(0);
}

const inVain = (url: string) => {
  const accepted = toCancel(url);
  return { ...accepted, cancel: { ...accepted.cancel, accepted_id: TASK_ID } };
};

Deno.test("what settling starts is submitted", async () => {
  await using hub = obligingRunningHub();
  project.calls.length = 0;
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  nextAfter("complete", "completed", toSubmit(hub.url, 7));
  project.answers.receive_settlements = batches([toSettle(hub.url, 1)]);
  assert.equal(await drainSettlements(), 2);
  assert.deepEqual(acknowledged("submitted"), [7]);
});

Deno.test("what settling starts is submitted though its lane was drained just before", async () => {
  await using hub = obligingRunningHub();
  project.calls.length = 0;
  const { promise: looked, resolve } = Promise.withResolvers<void>();
  hub.answer("outputs", async () => {
    await looked;
    return Response.json(finished({ fileUrl: hub.serve("1.png", PNG) }));
  });
  const started: Message[] = [];
  project.answers.receive = () => {
    resolve();
    return started.splice(0);
  };
  project.answers.complete = () => {
    started.push(toSubmit(hub.url, 7));
    return "completed";
  };
  project.answers.receive_settlements = batches([toSettle(hub.url, 1)]);
  assert.equal(await drainAll({ lane: "runninghub" }), 2);
  assert.deepEqual(acknowledged("submitted"), [7]);
});

Deno.test("what the end of a task starts is submitted, whoever works on the outbox", async () => {
  for (
    const drain of [() => drainCancels(), () => drainLane("another"), () => drainAll({ lane: "another" })]
  ) {
    await using hub = obligingRunningHub();
    project.calls.length = 0;
    nextAfter("task_over", true, toSubmit(hub.url, 7));
    project.answers.receive_cancels = batches([inVain(hub.url)]);
    assert.equal(await drain(), 2);
    assert.deepEqual(acknowledged("submitted"), [7]);
  }
});

Deno.test("what keeps a task going starts nothing, and has no lane drained", async () => {
  await using hub = fakeRunningHub();
  hub.answer("outputs", { code: 804, msg: "APIKEY_TASK_IS_RUNNING", data: null });
  project.answers.receive_settlements = batches([toSettle(hub.url, 1)]);
  assert.equal(await drainSettlements(), 1);
  assert.deepEqual(project.callsOf("receive"), []);
});

Deno.test("work that comes while a drain lingers is done, and begins the lingering anew", async () => {
  await using hub = obligingRunningHub();
  project.answers.receive = batches([], [toSubmit(hub.url, 1)], [], [], [toSubmit(hub.url, 2)]);
  const polls = await withClock(async () => {
    assert.equal(await drainAll({ lane: "runninghub", lingerMs: 600 }), 2);
  });
  assert.deepEqual(acknowledged("submitted"), [1, 2]);
  assert.ok(polls.every((milliseconds) => milliseconds > 0), "it does not ask without a pause");
  assert.ok(polls.reduce((sum, milliseconds) => sum + milliseconds, 0) >= 600);
});

Deno.test("a task that was taken in vain is stopped while another of its lane is still being submitted", async () => {
  await using hub = obligingRunningHub();
  project.calls.length = 0;
  const [slow, quick] = [toSubmit(hub.url, 1), toSubmit(hub.url, 2)];
  const { promise: looked, resolve } = Promise.withResolvers<void>();
  project.answers.receive = batches([slow, quick]);
  project.answers.checkpoint = async ({ p_msg_id }) => {
    if (p_msg_id === 1) await looked;
    return true;
  };
  project.answers.submitted = ({ p_msg_id }) => p_msg_id === 2 ? "cancelled" : "processing";
  project.answers.receive_cancels = () => (resolve(), []);
  assert.equal(await drainLane("runninghub"), 2);
});

Deno.test("who drains a lane that is being drained has it looked at again, and counts nothing twice", async () => {
  await using hub = obligingRunningHub();
  project.calls.length = 0;
  const { promise: isLate, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  project.answers.receive = async () => {
    calls++;
    if (calls === 1) {
      await isLate;
      return [];
    }
    return calls === 2 ? [toSubmit(hub.url, 1)] : [];
  };
  const first = drainLane("runninghub");
  const others = [drainLane("runninghub"), drainLane("runninghub"), drainLane("runninghub")];
  await Promise.resolve();
  resolve();
  assert.equal(await first, 1);
  assert.deepEqual(await Promise.all(others), [0, 0, 0]);
  assert.deepEqual(acknowledged("submitted"), [1]);
  assert.ok(calls <= 4, `${calls} calls for four drains`);
});

Deno.test("a drain that comes after one whose database failed begins anew", async () => {
  await using hub = obligingRunningHub();
  const { promise: end, resolve } = Promise.withResolvers<void>();
  project.answers.checkpoint = async () => (await end, true);
  let calls = 0;
  project.answers.receive = () => {
    calls++;
    if (calls === 1) return [toSubmit(hub.url, 1)];
    return calls === 2 ? databaseError() : calls === 3 ? (resolve(), [toSubmit(hub.url, 2)]) : [];
  };
  const failing = assert.rejects(drainLane("runninghub"), { code: "internal_error" });
  while (calls < 2) await new Promise((next) => setTimeout(next, 1));
  await new Promise((next) => setTimeout(next, 200)); // until it has heard of it
  assert.equal(await drainLane("runninghub"), 1);
  await failing;
});

Deno.test("lingering goes on looking at all else while a slow item is worked on", async () => {
  await using hub = obligingRunningHub();
  const { promise: end, resolve } = Promise.withResolvers<void>();
  project.answers.receive = batches([toSubmit(hub.url, 1)]);
  project.answers.checkpoint = async () => (await end, true);
  hub.answer("outputs", { code: 804, msg: "APIKEY_TASK_IS_RUNNING", data: null });
  let looks = 0;
  project.answers.receive_settlements = () => {
    if (++looks === 3) return [toSettle(hub.url, 2)];
    if (looks === 5) resolve();
    return [];
  };
  await withClock(async () => {
    assert.equal(await drainAll({ lane: "runninghub", lingerMs: 600 }), 2);
  });
});
