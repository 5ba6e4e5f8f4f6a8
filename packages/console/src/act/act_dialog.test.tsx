import { QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { assert, beforeEach, test, vi } from "vitest";
import { createQueries } from "../data/query_client.ts";
import { type Operator, OperatorContext } from "../session/operator.ts";
import { ActDialog } from "./act_dialog.tsx";
import type { Plan } from "./plan.ts";
import type { Wish } from "./use_act.ts";

type Args = Record<string, unknown>;
type Answer = { data?: unknown; error?: object; status: number };

const PLAN: Plan = {
  action: "cancel",
  matched: 25,
  qualified: 23,
  skipped: { already_ended: 2 },
  examples: { already_ended: "11111111-1111-4111-8111-1111111111ff" },
  credits: { charged: 0, refunded: "9007199254740993" },
  sample: ["22222222-2222-4222-8222-2222222222aa"],
  in_background: false,
};

beforeEach(() => localStorage.setItem("esteira.language", "en"));

/** Opens the dialog before a door that answers so. Returns what was asked of it. */
async function open(wish: Wish, answer: (name: string, args: Args) => Answer): Promise<[string, Args][]> {
  const asked: [string, Args][] = [];
  const rpc = (name: string, args: Args) => {
    asked.push([name, args]);
    const told = Promise.resolve({ data: null, error: null, ...answer(name, args) });
    return Object.assign(told, { abortSignal: () => told });
  };
  const operator = {
    supabase: { schema: () => ({ rpc }) },
    me: { user_id: "me", role: "admin", actions: [wish.action], left: null, lanes: [] },
  } as unknown as Operator;
  await act(() => {
    render(
      <StrictMode>
        <OperatorContext value={operator}>
          <QueryClientProvider client={createQueries()}>
            <ActDialog wish={wish} onClose={() => {}} />
          </QueryClientProvider>
        </OperatorContext>
      </StrictMode>,
    );
    return Promise.resolve();
  });
  return asked;
}

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });
const type = (label: RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string | RegExp) => act(() => Promise.resolve(void fireEvent.click(button(name))));

test("it says first what it would come to, and does nothing", async () => {
  const asked = await open(
    { action: "cancel", filter: { lane: "fal" } },
    () => ({ data: PLAN, status: 200 }),
  );
  assert.ok(await screen.findByText("23 jobs"));
  assert.ok(screen.getByText("already_ended"));
  assert.ok(
    screen.getByRole("link", { name: "…111111ff" }).getAttribute("href")?.endsWith(
      PLAN.examples!["already_ended"]!,
    ),
  );
  assert.ok(screen.getByText("9,007,199,254,740,993"), "an amount beyond 2^53 is written exactly");
  assert.ok(asked.every(([name, args]) => name === "act" && args["p_dry_run"] === true));
});

test("what cannot be taken back wants a reason and the number in words, and is on no more than was said", async () => {
  const asked = await open(
    { action: "cancel", filter: { lane: "fal" } },
    (_, { p_dry_run }) =>
      p_dry_run ? { data: PLAN, status: 200 } : {
        data: {
          ...PLAN,
          run_id: "r",
          state: "done",
          items: 23,
          done: 23,
          skipped_in_run: 0,
          failed: 0,
          to_do: 0,
          codes: {},
          new_job_ids: [],
        },
        status: 200,
      },
  );
  await screen.findByText("23 jobs");
  assert.ok(button(/^Cancel jobs/).disabled);
  type(/^Reason/, "She asked us to");
  assert.ok(button(/^Cancel jobs/).disabled, "a reason alone is not enough");
  type(/^Type in words/, "23");
  assert.ok(button(/^Cancel jobs/).disabled, "nor are digits");
  type(/^Type in words/, "Twenty Three");
  assert.ok(!button(/^Cancel jobs/).disabled);
  await press(/^Cancel jobs/);
  assert.ok(await screen.findByText("23 of 23"));
  const done = asked.filter(([, args]) => args["p_dry_run"] === false);
  assert.deepEqual(done, [["act", {
    p_action: "cancel",
    p_filter: { lane: "fal", limit: 25 },
    p_dry_run: false,
    p_reason: "She asked us to",
  }]]);
});

test("a refusal is told with its code, and can be asked for again", async () => {
  await open(
    { action: "pause", filter: { lane: "fal" } },
    (_, { p_dry_run }) =>
      p_dry_run
        ? {
          data: { action: "pause", thing: "lane", matched: 1, qualified: 1, skipped: {}, waiting: 3 },
          status: 200,
        }
        : { error: { code: "PT409", message: "Somebody was sooner.", details: "conflict" }, status: 409 },
  );
  assert.ok(await screen.findByText(/3 jobs wait there/));
  type(/^Reason/, "maintenance");
  await press(/^Pause/);
  assert.match((await screen.findByRole("alert")).textContent ?? "", /Somebody was sooner\. *conflict/);
  assert.ok(!button(/^Pause/).disabled);
});

test("a dry run that is refused is told, and nothing can be done", async () => {
  await open({ action: "redrive", filter: { lane: "fal" } }, () => ({
    error: {
      code: "PT422",
      message: "More than 20000 jobs: name fewer, or give a limit.",
      details: "invalid_filter",
      hint: "limit",
    },
    status: 422,
  }));
  assert.match((await screen.findByRole("alert")).textContent ?? "", /More than 20000 jobs.*invalid_filter/);
  assert.ok(button("Redrive").disabled);
});

test("what goes on in the background is shown as it goes on, and can be stopped", async () => {
  const progress = {
    run_id: "r",
    state: "running",
    items: 300,
    done: 0,
    skipped_in_run: 0,
    failed: 0,
    to_do: 300,
    codes: {},
    new_job_ids: [],
  };
  const asked = await open({ action: "redrive", filter: { lane: "fal" } }, (name, { p_dry_run }) => {
    if (name === "run") {
      return { data: { ...progress, done: 120, failed: 1, to_do: 179, codes: { "40001": 1 } }, status: 200 };
    }
    if (name === "abort_run") return { data: progress, status: 200 };
    const plan = {
      ...PLAN,
      action: "redrive",
      matched: 300,
      qualified: 300,
      skipped: {},
      in_background: true,
    };
    return { data: p_dry_run ? plan : { ...plan, ...progress }, status: 200 };
  });
  await screen.findByText("300 jobs");
  await press(/^Redrive/);
  assert.ok(await screen.findByText("121 of 300"));
  assert.strictEqual(screen.getByRole<HTMLProgressElement>("progressbar").value, 121);
  await press("Stop");
  await vi.waitFor(() =>
    assert.ok(asked.some(([name, args]) => name === "abort_run" && args["p_run_id"] === "r"))
  );
});

test("where it is for none, nothing can be done and nothing is asked", async () => {
  await open({ action: "cancel", filter: { job_id: "a" } }, () => ({
    data: { ...PLAN, matched: 1, qualified: 0, skipped: { already_ended: 1 }, sample: [] },
    status: 200,
  }));
  assert.ok(await screen.findByText("0 jobs"));
  assert.ok(button("Cancel jobs").disabled);
  assert.strictEqual(screen.queryByLabelText(/^Reason/), null);
});
