import assert from "node:assert/strict";
import { NotInSchemaCache, RestError } from "./rest_error.ts";
import { chooseRoutine } from "./routine_choice.ts";
import type { Parameter, Routine } from "./schema_cache.ts";

const parameter = (name: string, { required = true, type = "text" } = {}): Parameter => ({
  name,
  type,
  required,
  variadic: false,
});

const routine = (...parameters: Parameter[]): Routine => ({
  schema: "public",
  name: "f",
  parameters,
  returns: "scalar",
  returnsSet: false,
  returnedTable: null,
  volatility: "volatile",
  statementTimeout: null,
});

const choose = (routines: Routine[], keys: string[], hasBody = true) =>
  chooseRoutine(routines, { schema: "public", name: "f", keys, hasBody });

Deno.test("the function is chosen whose parameters fit the arguments", () => {
  const none = routine();
  const a = routine(parameter("a"));
  const ab = routine(parameter("a"), parameter("b"));
  const c = routine(parameter("c", { required: false }), parameter("d", { required: false }));
  const all = [a, ab, c];
  assert.equal(choose(all, ["a"]).routine, a);
  assert.equal(choose(all, ["b", "a"]).routine, ab);
  assert.equal(choose(all, ["d"]).routine, c);
  assert.equal(choose(all, []).routine, c);
  assert.equal(choose([none, a], []).routine, none);
});

Deno.test("a function with one unnamed json parameter takes a body that fits nothing else", () => {
  const whole = routine(parameter("", { type: "jsonb" }));
  const a = routine(parameter("a"));
  assert.deepEqual(choose([a, whole], ["x"]), { routine: whole, takesBody: true });
  assert.deepEqual(choose([a, whole], ["a"]), { routine: a, takesBody: false });
  assert.throws(() => choose([a, whole], ["x"], false), NotInSchemaCache);
  assert.throws(() => choose([routine(parameter("", { type: "text" }))], ["x"]), NotInSchemaCache);
});

Deno.test("two that fit equally well are a PGRST203 that lists them", () => {
  const text = routine(parameter("a"));
  const number = routine(parameter("a", { type: "integer" }), parameter("b", { required: false }));
  assert.throws(() => choose([text, number], ["a"]), (error) => {
    assert.ok(error instanceof RestError);
    assert.equal(error.status, 300);
    assert.equal(error.code, "PGRST203");
    assert.equal(
      error.message,
      "Could not choose the best candidate function between: public.f(a => text), public.f(a => integer, b => text)",
    );
    return true;
  });
});

Deno.test("none that fits is a PGRST202 that names the nearest", () => {
  const evidence = (keys: string[], hasBody: boolean) => {
    try {
      choose([routine(parameter("x")), routine(parameter("b"), parameter("a"))], keys, hasBody);
    } catch (error) {
      assert.ok(error instanceof NotInSchemaCache);
      return { message: error.message, ...error.evidence };
    }
    assert.fail("a function was chosen");
  };
  assert.deepEqual(evidence(["b", "a", "c"], true), {
    message: "Could not find the function public.f(a, b, c) in the schema cache",
    details:
      "Searched for the function public.f with parameters a, b, c or with a single unnamed json/jsonb parameter, " +
      "but no matches were found in the schema cache.",
    hint: "Perhaps you meant to call the function public.f(a, b)",
  });
  assert.deepEqual(evidence([], false), {
    message: "Could not find the function public.f without parameters in the schema cache",
    details:
      "Searched for the function public.f without parameters, but no matches were found in the schema cache.",
    hint: "Perhaps you meant to call the function public.f(x)",
  });
});
