import assert from "node:assert/strict";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { defer, lanes, receive, receiveSettlements } from "./messages.ts";
import { messageFor } from "./work_item_fixture.ts";

const logs = recordLogs();
const project = fakeSupabase();
const message = messageFor("http://127.0.0.1:9");
const { attempt } = message.item;

Deno.test("messages are read as the database writes them", async () => {
  project.answers.receive = [message];
  project.answers.receive_settlements = [message, { ...message, msg_id: 8, read_count: 3 }];
  assert.deepEqual(await receive("runninghub", 5), [message]);
  assert.equal((await receiveSettlements(5)).length, 2);
  assert.deepEqual(project.callsOf("receive"), [{ p_lane: "runninghub", p_qty: 5 }]);
  assert.deepEqual(project.callsOf("receive_settlements"), [{ p_qty: 5 }]);
});

Deno.test("a lane whose job waits beside a free slot is looked at again, waiting for whoever keeps them apart", async () => {
  project.calls.length = 0;
  project.answers.receive = ({ p_waits }) => p_waits ? [message] : Response.json([], { status: 202 });
  assert.deepEqual(await receive("runninghub", 5), [message]);
  const named = { p_lane: "runninghub", p_qty: 5 };
  assert.deepEqual(project.callsOf("receive"), [named, { ...named, p_waits: true }]);
  project.answers.receive = Response.json([message], { status: 202 });
  assert.deepEqual(await receive("runninghub", 5), [message]);
  project.answers.receive = [];
  assert.deepEqual(await receive("runninghub", 5), []);
  assert.equal(project.callsOf("receive").length, 4);
});

Deno.test("a message that is not what was agreed is logged, and keeps nobody from the others", async () => {
  const broken = {
    ...message,
    msg_id: 6,
    item: { ...message.item, attempt: { ...attempt, phase: "dreaming" } },
  };
  for (const name of ["receive", "receive_settlements"]) {
    logs.length = 0;
    project.answers[name] = [broken, message];
    const received = name === "receive" ? await receive("runninghub", 5) : await receiveSettlements(5);
    assert.deepEqual(received, [message]);
    assert.match(logs.join(), /phase.*"msg_id":6/s);
  }
});

Deno.test("a message is deferred by seconds, with a note for whoever reads it next", async () => {
  await defer(message, 20, { failure_seen: true });
  assert.deepEqual(project.callsOf("defer"), [{
    p_queue: "runninghub_queue",
    p_msg_id: 7,
    p_delay: "20 seconds",
    p_job_id: message.item.job.id,
    p_token: message.item.attempt.token,
    p_note: { failure_seen: true },
  }]);
});

Deno.test("every call about messages throws when the database does", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    lanes: () => lanes(),
    receive: () => receive("runninghub", 1),
    receive_settlements: () => receiveSettlements(1),
    defer: () => defer(message, 1),
  };
  for (const [name, call] of Object.entries(calls)) {
    project.answers[name] = databaseError();
    await assert.rejects(call, { code: "internal_error" }, name);
  }
});
