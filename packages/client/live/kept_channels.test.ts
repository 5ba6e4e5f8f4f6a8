/** Topics are joined again when they are lost: soon, and less and less often; a refused token is no reason to wait. */
import assert from "node:assert/strict";
import { manualClock } from "../testing/manual_clock.ts";
import { keepChannels } from "./kept_channels.ts";
import type { Session } from "./session.ts";
import type { TransportEvents } from "./transport.ts";

const TOPIC = "jobs:anna";
const EXPIRED = "CHANNEL_ERROR: InvalidJWTToken: Token has expired 0 seconds ago";

/** A topic that is kept, on a transport that says what a test has it say. */
function kept() {
  const clock = manualClock();
  const joins: string[] = [];
  const distrusted: string[] = [];
  let [given, events] = [0, undefined as TransportEvents | undefined];
  const session: Session = {
    userId: () => "anna",
    tells: false,
    onUser: () => () => {},
    onToken: () => () => {},
    token: () => Promise.resolve(`token-${++given}`),
    distrust: (token) => void distrusted.push(token),
    close() {},
  };
  const channels = keepChannels({
    open(told) {
      events = told;
      return {
        kind: "socket",
        join: (_, token) => void joins.push(token),
        leave() {},
        renew() {},
        close() {},
      };
    },
    session,
    surroundings: clock,
    events: { up() {}, down() {}, doubted() {}, message() {} },
  });
  channels.want(TOPIC);
  return {
    clock,
    joins,
    distrusted,
    up: () => events?.up(TOPIC),
    down: (reason: string) => events?.down(TOPIC, reason, false),
    close: () => channels.close(),
  };
}

Deno.test("a token that is refused is not used again, and another one is tried at once", async () => {
  const { clock, joins, distrusted, down, close } = kept();
  await clock.pass(0);
  down(EXPIRED);
  await clock.pass(0);
  assert.deepEqual([joins, distrusted], [["token-1", "token-2"], ["token-1"]]);
  close();
});

Deno.test("where the next is refused too, it is waited as after any cut", async () => {
  const { clock, joins, down, close } = kept();
  await clock.pass(0);
  down(EXPIRED);
  await clock.pass(0);
  down(EXPIRED);
  await clock.pass(0);
  assert.equal(joins.length, 2);
  await clock.pass(30_000);
  assert.equal(joins.length, 3);
  close();
});

Deno.test("a cut is waited for, whatever was refused before it; once it is joined, all is as at first", async () => {
  const { clock, joins, up, down, close } = kept();
  await clock.pass(0);
  down("the socket was refused");
  await clock.pass(0);
  assert.equal(joins.length, 1);
  await clock.pass(30_000);
  assert.equal(joins.length, 2);
  up();
  down(EXPIRED);
  await clock.pass(0);
  assert.equal(joins.length, 3);
  close();
});
