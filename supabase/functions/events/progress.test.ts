import assert from "node:assert/strict";
import { MARGIN_MS, MOST_NAMED, Progress } from "./progress.ts";

const SECOND = 1_000_000;
const NOW = 1_795_737_600 * SECOND;
const MARGIN = MARGIN_MS * 1000;

/** Somewhere in a stream: what began before NOW has been told. */
function underWay(): Progress {
  const progress = Progress.unknown();
  progress.reach(NOW);
  return progress;
}
const ids = (many: number) => Array.from({ length: many }, () => crypto.randomUUID());

Deno.test("an id says what has been told, to whoever reads it", () => {
  const progress = underWay();
  const [first = "", second = ""] = ids(2);
  assert.equal(progress.take(first, NOW + SECOND), true);
  const read = Progress.read(progress.id());
  assert.equal(read?.began, NOW);
  assert.equal(read?.take(first, NOW + SECOND), false, "told");
  assert.equal(read?.take(second, NOW + SECOND), true, "not told");
  assert.equal(read?.take(second, NOW + SECOND), false, "told now");
});

Deno.test("what was written before the moment has been told, though Realtime tells it late", () => {
  assert.equal(underWay().take(crypto.randomUUID(), NOW - 1), false);
});

Deno.test("an id stays where the database was looked at last, for as long as it can name what was told since", () => {
  const progress = underWay();
  for (const [n, id] of ids(MOST_NAMED).entries()) progress.take(id, NOW + n * SECOND);
  assert.equal(Progress.read(progress.id(NOW + MOST_NAMED * SECOND))?.began, NOW);
});

Deno.test("beyond that it moves on, no nearer than the longest transaction to what Realtime tells", () => {
  const progress = underWay();
  const told = ids(MOST_NAMED + 1);
  for (const [n, id] of told.entries()) progress.take(id, NOW + n * SECOND);
  const at = NOW + MOST_NAMED * SECOND;
  const read = Progress.read(progress.id(at));
  assert.equal(read?.began, at - MARGIN);
  assert.deepEqual(
    told.filter((id) => read?.take(id, at)),
    told.slice(0, -(MARGIN / SECOND) - 1),
    "later ones are named",
  );
});

Deno.test("an id of more than can be named is one that nobody can go on from", () => {
  const progress = underWay();
  for (const id of ids(MOST_NAMED + 1)) progress.take(id, NOW + MARGIN + SECOND);
  const id = progress.id(NOW + MARGIN + SECOND);
  assert.equal(Progress.read(id), undefined);
  assert.ok(id.length < 30);
});

Deno.test("an id is short enough for any header, and has nothing in it that one could not send", () => {
  const progress = underWay();
  for (const id of ids(MOST_NAMED)) progress.take(id, NOW);
  assert.match(progress.id(), /^[\w.-]{10,2000}$/);
});

Deno.test("what no id can be is none", () => {
  const good = underWay().id();
  assert.ok(Progress.read(good));
  for (
    const bad of [
      "",
      "0",
      "1.",
      "2" + good.slice(1),
      `${good}a`,
      `${good} `,
      "1.-1.",
      "1.zzzzzzzzzzzz.",
      "1.0.!",
      "\0",
    ]
  ) assert.equal(Progress.read(bad), undefined, bad);
});
