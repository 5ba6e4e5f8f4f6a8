import assert from "node:assert/strict";
import { Receiver, until } from "../kit/receiver_fixture.ts";
import { TestHub } from "./runninghub_client_fixture.ts";
import { DEFAULT_API_KEY, startRunningHub } from "./simulator.ts";

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "simulator-test-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function entriesOf(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name);
}

Deno.test("the default key has 32 characters, and another length is refused", async () => {
  assert.equal(DEFAULT_API_KEY.length, 32);
  await assert.rejects(startRunningHub({ apiKey: "short" }), RangeError);
});

Deno.test("close ends tasks, waiting webhooks and the server and removes the files", () =>
  inDirectory(async (tempDirectory) => {
    const receiver = new Receiver();
    receiver.answer = () => new Response(null, { status: 500 });
    const simulator = await startRunningHub({ taskMs: 1, webhookRetryDelaysMs: [600_000], tempDirectory });
    const hub = new TestHub(simulator, receiver);
    try {
      await hub.upload(new Uint8Array(1000));
      const retrying = await hub.started({ webhookUrl: receiver.url("/retrying") });
      await until(() => hub.task(retrying).webhook?.callbackStatus === "FAILED");
      simulator.misbehave({ fault: { kind: "slow", ms: 600_000 } });
      const running = await hub.started({ webhookUrl: receiver.url("/running") });
      assert.equal(entriesOf(tempDirectory).length, 1);
      await Promise.all([simulator.close(), simulator.close()]);
      assert.equal(hub.task(running).endedAt, null);
      assert.equal(receiver.received.length, 1);
      await assert.rejects(fetch(simulator.url), TypeError);
      assert.deepEqual(entriesOf(tempDirectory), []);
    } finally {
      await simulator.close();
      await receiver.close();
    }
  }));

Deno.test("close does not wait for a webhook that a run waits for", async () => {
  const receiver = new Receiver();
  const release = Promise.withResolvers<void>();
  receiver.answer = async () => {
    await release.promise;
    return new Response();
  };
  const simulator = await startRunningHub();
  const hub = new TestHub(simulator, receiver);
  simulator.misbehave({ fault: { kind: "webhook_before_answer" } });
  const answer = hub.run({ webhookUrl: receiver.url() });
  await receiver.got(1);
  await simulator.close();
  assert.equal((await answer).code, 0);
  release.resolve();
  await receiver.close();
});

Deno.test("a port that is taken is an error that leaves no files", () =>
  inDirectory(async (tempDirectory) => {
    const first = await startRunningHub();
    try {
      const port = Number(new URL(first.url).port);
      await assert.rejects(startRunningHub({ port, tempDirectory }), Deno.errors.AddrInUse);
      assert.deepEqual(entriesOf(tempDirectory), []);
    } finally {
      await first.close();
    }
  }));

Deno.test("an id of one simulator means nothing to another", async () => {
  const receiver = new Receiver();
  const [first, second] = await Promise.all([startRunningHub(), startRunningHub()]);
  try {
    const taskId = await new TestHub(first, receiver).started();
    assert.equal((await new TestHub(second, receiver).ask("status", taskId)).code, 807);
  } finally {
    await Promise.all([first.close(), second.close(), receiver.close()]);
  }
});
