import { QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { assert, beforeEach, test } from "vitest";
import { createQueries } from "../../data/query_client.ts";
import { type Operator, OperatorContext } from "../../session/operator.ts";
import { GrantDialog } from "./grant_dialog.tsx";

type Args = Record<string, unknown>;
type Answer = { data?: unknown; error?: object; status: number };

beforeEach(() => localStorage.setItem("esteira.language", "en"));

/** Opens the dialog before a door that answers so. Returns what was asked of it. */
function open(answer: (args: Args) => Answer): Args[] {
  const asked: Args[] = [];
  const rpc = (name: string, args: Args) => {
    assert.strictEqual(name, "grant_credits");
    asked.push(args);
    return Promise.resolve({ data: null, error: null, ...answer(args) });
  };
  const operator = { supabase: { schema: () => ({ rpc }) } } as unknown as Operator;
  render(
    <OperatorContext value={operator}>
      <QueryClientProvider client={createQueries()}>
        <GrantDialog userId="u" who="ana@example.com" onClose={() => {}} />
      </QueryClientProvider>
    </OperatorContext>,
  );
  return asked;
}

const GRANTED = { user_id: "u", amount: 50, balance: "9007199254740993", is_new: true };
const granted = (told: object = {}): Answer => ({
  data: { ...GRANTED, left: { credits_a_grant: 100_000, credits_a_day: 999_950 }, ...told },
  status: 200,
});
const refused = (status: number, code: string, hint: string): Answer => ({
  error: { code: `PT${status}`, details: code, message: "No.", hint },
  status,
});
const type = (label: RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const submit = () => screen.getByRole<HTMLButtonElement>("button", { name: /^Grant / });
const press = () => act(() => Promise.resolve(void fireEvent.click(submit())));

test("a grant goes with its reason and a reference, and says what there is then, exactly", async () => {
  const asked = open(() => granted());
  assert.ok(submit().disabled);
  type(/^How many/, "50");
  assert.ok(submit().disabled, "somebody has to say why");
  type(/^Why/, " For the trouble ");
  await press();
  assert.strictEqual(asked.length, 1);
  const { p_reference, ...rest } = asked[0]!;
  assert.deepEqual(rest, { p_user_id: "u", p_amount: "50", p_description: "For the trouble" });
  assert.match(String(p_reference), /^console-[0-9a-f]{18}$/);
  assert.match(screen.getByRole("status").textContent!, /9,007,199,254,740,993.*999,950 more/);
});

test("one that does not come through is sent again with the same reference", async () => {
  const answers = [{ error: { message: "gone" }, status: 0 }, granted({ is_new: false })];
  const asked = open(() => answers.shift()!);
  type(/^How many/, "50");
  type(/^Why/, "For the trouble");
  await press();
  assert.ok(await screen.findByRole("alert"));
  await press();
  assert.strictEqual(asked[0]!["p_reference"], asked[1]!["p_reference"]);
  assert.match(screen.getByRole("status").textContent!, /nothing has changed/);
});

test("a large one is typed in words as well", () => {
  open(() => granted());
  type(/^How many/, "1,500");
  type(/^Why/, "For the trouble");
  assert.ok(submit().disabled);
  type(/in words/, "one thousand");
  assert.ok(submit().disabled);
  type(/in words/, "one thousand five hundred");
  assert.ok(!submit().disabled);
});

test("what is no amount is not asked for", () => {
  open(() => granted());
  type(/^Why/, "For the trouble");
  for (const typed of ["0", "-5", "1.5", "ten"]) {
    type(/^How many/, typed);
    assert.ok(screen.getByText("A whole number above zero."), typed);
    assert.ok(submit().disabled, typed);
  }
});

test("a refusal stands at the field that it is about, and goes when that is changed", async () => {
  const answers = [
    refused(422, "invalid_amount", '{"field": "amount", "maximum": 100}'),
    refused(409, "idempotency_conflict", '{"field": "reference", "amount": 7}'),
  ];
  open(() => answers.shift()!);
  type(/^How many/, "500");
  type(/^Why/, "For the trouble");
  await press();
  assert.ok(await screen.findByText("100 at most now."));
  type(/^How many/, "50");
  await waitFor(() => assert.strictEqual(screen.queryByText("100 at most now."), null));
  await press();
  assert.ok(await screen.findByText("With this reference 7 credits were granted before."));
});
