import assert from "node:assert/strict";
import { restartable } from "./restartable.ts";

Deno.test("a service that is restarted is another one, and answers 503 until it is there", async () => {
  const log: string[] = [];
  let started = 0;
  const service = await restartable(() => {
    const name = `service ${++started}`;
    return Promise.resolve({
      handle: () => Promise.resolve(new Response(name)),
      close: () => Promise.resolve(void log.push(`${name} is closed`)),
    });
  });
  const ask = async () => {
    const response = await service.handle(new Request("http://localhost/"));
    return response.ok ? await response.text() : response.status;
  };
  assert.equal(await ask(), "service 1");
  const restarting = service.restart();
  await Promise.resolve();
  assert.equal(await ask(), 503);
  await restarting;
  assert.equal(await ask(), "service 2");
  await service.close();
  assert.deepEqual(log, ["service 1 is closed", "service 2 is closed"]);
});
