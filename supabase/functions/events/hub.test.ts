import assert from "node:assert/strict";
import { Hub, type TopicListener, type Upstream, type UpstreamEvents } from "./hub.ts";

/** An upstream that does as the test says. */
class FakeUpstream implements Upstream {
  /** Topics that are joined, or about to be. */
  readonly joins: { topic: string; events: UpstreamEvents; isLeft: boolean }[] = [];
  #wanted = Promise.withResolvers<void>();

  join(topic: string, events: UpstreamEvents): () => void {
    const join = { topic, events, isLeft: false };
    this.joins.push(join);
    this.#wanted.resolve();
    this.#wanted = Promise.withResolvers();
    return () => {
      join.isLeft = true;
      this.#wanted.resolve();
      this.#wanted = Promise.withResolvers();
    };
  }

  /** Resolves at the next join or leave. */
  async next(): Promise<void> {
    await this.#wanted.promise;
  }

  last() {
    return this.joins.at(-1) ?? assert.fail("nothing was joined");
  }
}

function listener(): TopicListener & { heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    joined: () => heard.push("joined"),
    message: (message) => heard.push(String(message)),
    lost: (reason) => heard.push(reason),
  };
}

Deno.test("a topic is joined once, however many hear it, and each hears all of it", () => {
  const upstream = new FakeUpstream();
  const hub = new Hub(upstream, { lingerMs: 0 });
  const [one, other] = [listener(), listener()];
  const releases = [hub.hold("a", one)];
  upstream.last().events.joined();
  upstream.last().events.joined();
  releases.push(hub.hold("a", other));
  upstream.last().events.message("news");
  assert.equal(upstream.joins.length, 1);
  assert.deepEqual([one.heard, other.heard], [["joined", "news"], ["joined", "news"]]);
  releases[0]?.();
  upstream.last().events.message("more");
  assert.deepEqual([one.heard.length, other.heard.length], [2, 3], "who has gone hears nothing");
  releases[1]?.();
});

Deno.test("it is left some time after the last has gone, and not when somebody has come back", async () => {
  const upstream = new FakeUpstream();
  const hub = new Hub(upstream, { lingerMs: 1 });
  const release = hub.hold("a", listener());
  const join = upstream.last();
  join.events.joined();
  release();
  const back = listener();
  const releaseBack = hub.hold("a", back);
  assert.deepEqual([upstream.joins.length, back.heard], [1, ["joined"]]);
  const releaseOther = hub.hold("b", listener());
  upstream.last().events.joined();
  const otherLeft = upstream.next();
  releaseOther();
  await otherLeft; // the time of the first would have been over before
  assert.equal(join.isLeft, false);
  const left = upstream.next();
  releaseBack();
  releaseBack();
  await left;
  assert.deepEqual([join.isLeft, hub.size], [true, 0]);
});

Deno.test("a lost topic is told, and joined again for as long as somebody hears it", async () => {
  const upstream = new FakeUpstream();
  const hub = new Hub(upstream, { lingerMs: 0, rejoinMs: () => 1 });
  const one = listener();
  const release = hub.hold("a", one);
  const first = upstream.last();
  first.events.joined();
  const again = upstream.next();
  first.events.lost("the network");
  await again;
  first.events.message("from a ghost");
  first.events.lost("twice");
  upstream.last().events.joined();
  assert.equal(upstream.joins.length, 2);
  assert.deepEqual(one.heard, ["joined", "the network", "joined"]);
  upstream.last().events.lost("again");
  release();
  assert.equal(hub.size, 0);
});

Deno.test("who waits longer in vain waits longer, up to some seconds, and not all alike", async () => {
  const upstream = new FakeUpstream();
  const asked: number[] = [];
  const rejoinMs = (tries: number) => {
    asked.push(tries);
    return 1;
  };
  const hub = new Hub(upstream, { rejoinMs });
  const release = hub.hold("a", listener());
  for (let n = 0; n < 3; n++) {
    const again = upstream.next();
    upstream.last().events.lost("refused");
    await again;
  }
  upstream.last().events.joined();
  upstream.last().events.lost("cut");
  assert.deepEqual(asked, [0, 1, 2, 0]);
  release();
});

Deno.test("a topic that nobody waits for any longer before it was joined is left", () => {
  const upstream = new FakeUpstream();
  const hub = new Hub(upstream);
  const release = hub.hold("a", listener());
  release();
  assert.deepEqual([upstream.last().isLeft, hub.size], [true, 0]);
});
