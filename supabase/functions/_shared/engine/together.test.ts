import assert from "node:assert/strict";
import fc from "fast-check";
import type { Answer } from "./database.ts";
import { Together } from "./together.ts";

/** Lets everything happen that needs no time. */
async function settled(): Promise<void> {
  for (let n = 0; n < 50; n++) await Promise.resolve();
}
const ok = (data: unknown): Answer => ({ data, error: null, status: 200 });
const failed = (code: string): Answer => ({ data: null, error: { code, message: "no" }, status: 500 });
type Reports = { call: string; args: Record<string, unknown> }[];

/** A database that answers each call when it is told to. */
function scripted(alone: (args: Record<string, unknown>) => Answer = ({ n }) => ok(n)) {
  const calls: { name: string; args: Record<string, unknown>; answer: PromiseWithResolvers<Answer> }[] = [];
  const together = new Together((name, args) => {
    const answer = Promise.withResolvers<Answer>();
    calls.push({ name, args, answer });
    return answer.promise;
  });
  return {
    calls,
    /** How many went in each call, oldest first. */
    sizes: () =>
      calls.map(({ name, args }) => name === "report_many" ? (args.p_reports as Reports).length : 1),
    call: (n: number, more: Record<string, unknown> = {}) => together.call("complete", { n, ...more }),
    /** Answers the call at this place, as the database would, and lets what follows happen. */
    async answer(at: number, given?: Answer | TypeError) {
      const call = calls[at];
      if (given instanceof TypeError) call?.answer.reject(given);
      else if (given) call?.answer.resolve(given);
      else if (call?.name === "report_many") {
        call.answer.resolve(
          ok((call.args.p_reports as Reports).map(({ args }) => {
            const { data, error } = alone(args);
            return error ? { error } : { data };
          })),
        );
      } else call?.answer.resolve(alone(call.args));
      await settled();
    },
  };
}

Deno.test("one by one, each call goes as it is", async () => {
  const { call, calls, answer } = scripted();
  for (const n of [0, 1, 2]) {
    const answered = call(n);
    assert.deepEqual([calls.length, calls[n]?.name, calls[n]?.args], [n + 1, "complete", { n }]);
    await answer(n);
    assert.equal((await answered).data, n);
  }
});

Deno.test("what comes while two are under way goes together when one of them returns", async () => {
  const { call, sizes, answer } = scripted();
  const answers = [1, 2, 3, 4, 5].map((n) => call(n));
  assert.deepEqual(sizes(), [1, 1]);
  await answer(1);
  assert.deepEqual(sizes(), [1, 1, 3]);
  answers.push(call(6), call(7));
  await answer(0);
  assert.deepEqual(sizes(), [1, 1, 3, 2]);
  await answer(2);
  await answer(3);
  assert.deepEqual((await Promise.all(answers)).map(({ data }) => data), [1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("each has its own error", async () => {
  const { call, answer } = scripted(({ n }) => n === 4 ? failed("PT409") : ok(n));
  const answers = [1, 2, 3, 4, 5].map((n) => call(n));
  await answer(0);
  await answer(1);
  await answer(2);
  assert.deepEqual((await Promise.all(answers)).map(({ data, error }) => error?.code ?? data), [
    1,
    2,
    3,
    "PT409",
    5,
  ]);
});

Deno.test("a call that fails as a whole, or is lost, fails for each as it would alone", async () => {
  const { call, answer, sizes } = scripted();
  const answers = [1, 2, 3, 4].map((n) => call(n));
  await answer(0);
  await answer(1);
  await answer(2, failed("57014"));
  assert.deepEqual((await Promise.all(answers)).map(({ error }) => error?.code), [
    undefined,
    undefined,
    "57014",
    "57014",
  ]);
  const lost = [1, 2, 3, 4].map((n) => call(n).catch(({ message }: Error) => message));
  await answer(3);
  await answer(4);
  await answer(5, new TypeError("gone"));
  assert.deepEqual((await Promise.all(lost)).slice(2), ["gone", "gone"]);
  assert.deepEqual(sizes(), [1, 1, 2, 1, 1, 2], "and nothing is sent again");
});

Deno.test("one whose job is in somebody's hands is called alone, and keeps nobody; given up for others, all are", async () => {
  const { call, answer, calls, sizes } = scripted();
  const answers = [1, 2, 3, 4].map((n) => call(n));
  await answer(0);
  await answer(1);
  await answer(2, ok([{ busy: true }, { data: 4 }]));
  assert.equal((await answers[3])?.data, 4);
  assert.deepEqual(calls[3]?.args, { n: 3 });
  const next = call(5);
  assert.deepEqual(calls.at(-1)?.args, { n: 5 }, "the next does not wait behind it");
  await answer(3);
  await answer(4);
  assert.deepEqual([(await answers[2])?.data, (await next).data], [3, 5]);
  for (const code of ["40P01", "55P03", "40001"]) {
    const from = calls.length;
    const again = [1, 2, 3, 4].map((n) => call(n));
    await answer(from);
    await answer(from + 1);
    await answer(from + 2, failed(code));
    assert.deepEqual(sizes().slice(from), [1, 1, 2, 1, 1], code);
    await answer(from + 3);
    await answer(from + 4);
    assert.deepEqual((await Promise.all(again)).map(({ data }) => data), [1, 2, 3, 4]);
  }
});

Deno.test("with a schema that knows of no such function all go alone, from then on", async () => {
  const { call, answer, sizes } = scripted();
  const answers = [1, 2, 3, 4].map((n) => call(n));
  await answer(0);
  await answer(1);
  await answer(2, failed("PGRST202"));
  await answer(3);
  await answer(4);
  assert.deepEqual((await Promise.all(answers)).map(({ data }) => data), [1, 2, 3, 4]);
  for (const n of [5, 6, 7]) void call(n);
  assert.deepEqual(sizes().slice(3), [1, 1, 1, 1, 1]);
});

Deno.test("no more than fifty go together, nor more than half a megabyte; what is larger goes alone at once", async () => {
  const { call, answer, sizes } = scripted();
  for (let n = 0; n < 122; n++) void call(n);
  for (let n = 0; n < 5; n++) await answer(n);
  assert.deepEqual(sizes(), [1, 1, 50, 50, 20]);
  const large = { text: "x".repeat(300 * 1024) };
  for (const n of [1, 2, 3, 4]) void call(n, large);
  void call(5, { text: "x".repeat(600 * 1024) });
  assert.deepEqual(sizes().slice(5), [1, 1, 1]);
  for (const n of [5, 6, 7, 8, 9]) await answer(n);
  assert.deepEqual(sizes().slice(8), [1, 1]);
});

Deno.test("what waits behind somebody slow does not wait for long", async () => {
  const { call, answer, sizes } = scripted();
  const slow = [call(1), call(2)];
  const others = [call(3), call(4)];
  while (sizes().length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(sizes(), [1, 1, 2]);
  await answer(2);
  assert.deepEqual((await Promise.all(others)).map(({ data }) => data), [3, 4]);
  await answer(0);
  await answer(1);
  await Promise.all(slow);
});

Deno.test("whatever comes when, each is sent once and answered with its own", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 80 }), async (moves) => {
      const { call, calls, answer } = scripted();
      const answers: Promise<Answer>[] = [];
      let done = 0;
      for (const move of moves) {
        if (move > 0) { for (let n = 0; n < move; n++) answers.push(call(answers.length)); }
        else if (done < calls.length) await answer(done++);
      }
      while (done < calls.length) await answer(done++);
      assert.deepEqual((await Promise.all(answers)).map(({ data }) => data), [...answers.keys()]);
      const sent = calls.flatMap(({ name, args }) =>
        name === "report_many" ? (args.p_reports as Reports).map(({ args: { n } }) => n) : [args.n]
      );
      assert.deepEqual(sent, [...answers.keys()]);
    }),
  );
});
