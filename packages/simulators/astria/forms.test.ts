/** Tunes that are made by forms, as the documentation's own examples make them with curl. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { until } from "../kit/receiver_fixture.ts";
import { generatedFile } from "../kit/generated_files.ts";
import { type TestAstria, withAstria } from "./astria_client_fixture.ts";
import { type Nested, nested } from "./rails_form.ts";

const picture = (name: string) =>
  new File([generatedFile(name, "image/jpeg") as Uint8Array<ArrayBuffer>], name, { type: "image/jpeg" });

/** What `curl -F` sends in the documentation of "Create a tune", less its pictures. */
const FIELDS = [
  ["tune[title]", "Jane Doe - UUID - 1234-6789-1234-56789"],
  ["tune[name]", "woman"],
  ["tune[base_tune_id]", "1504944"],
  ["tune[model_type]", "lora"],
  ["tune[token]", "ohwx"],
  ["tune[face_crop]", "true"],
  ["tune[characteristics][eye_color]", "blue eyes"],
  ["tune[prompts_attributes][][text]", "ohwx woman holding flowers"],
  ["tune[prompts_attributes][][inpaint_faces]", "true"],
  ["tune[prompts_attributes][][num_images]", "2"],
  ["tune[prompts_attributes][][text]", "ohwx woman on a horse"],
] as const;

/** Posts a form with the right key. */
async function post({ simulator }: TestAstria, body: FormData | URLSearchParams, path = "/tunes") {
  const headers = { authorization: `Bearer ${simulator.apiKey}` };
  const response = await fetch(simulator.url + path, { method: "POST", headers, body });
  return { status: response.status, body: await response.json() };
}

Deno.test("the documented forms make a tune, with pictures that come along or lie elsewhere", () =>
  withAstria({}, async (astria) => {
    for (const kind of ["images", "image_urls"] as const) {
      const form = new FormData();
      for (const [name, value] of FIELDS) form.append(name, value.replace("Jane", kind));
      form.append("tune[callback]", astria.receiver.url(`/${kind}`));
      for (const n of [1, 2, 3, 4]) {
        if (kind === "images") form.append("tune[images][]", picture(`${n}.jpg`));
        else form.append("tune[image_urls][]", `${astria.pictures}/${n}.jpg`);
      }
      const { status, body } = await post(astria, form);
      assert.equal(status, 201, JSON.stringify(body));
      assert.deepEqual([body.name, body.base_tune_id, body.model_type, body.token, body.face_crop], [
        "woman",
        1504944,
        "lora",
        "ohwx",
        true,
      ]);
      assert.equal(body.orig_images.length, 4);
      const { inputs } = await astria.ended(body.id) as unknown as { inputs: { sha256: string }[] };
      assert.equal(new Set(inputs.map(({ sha256 }) => sha256)).size, 4);
      const { body: prompts } = await astria.call<{ text: string; num_images: number }[]>(
        "GET",
        `/tunes/${body.id}/prompts`,
      );
      assert.deepEqual(prompts.map(({ text, num_images }) => [text, num_images]).toSorted(), [
        ["ohwx woman holding flowers", 2],
        ["ohwx woman on a horse", 1],
      ]);
      await until(() => astria.receiver.received.some(({ path }) => path === `/${kind}`));
    }
    const [first] = astria.simulator.tasks().filter(({ texts }) => texts[0]?.startsWith("images"));
    const digest = await crypto.subtle.digest("SHA-256", await picture("1.jpg").arrayBuffer());
    const { sha256 } = (first?.inputs as { sha256: string }[])[0] ?? {};
    assert.equal(sha256, Buffer.from(digest).toString("hex"), "as it was sent");
  }));

Deno.test("a prompt is made by a form as well, and a form without files is read too", () =>
  withAstria({}, async (astria) => {
    const tune = await astria.made();
    const form = new URLSearchParams({ "prompt[text]": "ohwx in the rain", "prompt[num_images]": "3" });
    const { status, body } = await post(astria, form, `/tunes/${tune}/prompts`);
    assert.deepEqual([status, body.text, body.num_images], [201, "ohwx in the rain", 3]);
  }));

Deno.test("a form that is wrong is 422 and starts nothing", () =>
  withAstria({}, async (astria) => {
    const wrong: [string, string | File][][] = [
      [],
      [["tune", "text"]],
      [["tune[title]", "x"], ["tune", "text"]],
      [["tune[title]", "x"], ["tune[name]", "woman"]],
      [["tune[title]", "x"], ["tune[name]", "woman"], ["tune[images][]", "no file"]],
      [["tune[title]", "x"], ["tune[name]", "woman"], ["tune[images][]", new File(["<html>"], "a.png")]],
      [["tune[title]", "x"], ["tune[name]", "woman"], ["tune[images][]", picture("a")], [
        "tune[steps]",
        "many",
      ]],
      [["tune[__proto__][title]", "x"], ["tune[__proto__][name]", "woman"], ["tune[images][]", picture("a")]],
    ];
    for (const fields of wrong) {
      const form = new FormData();
      for (const [name, value] of fields) form.append(name, value);
      assert.equal((await post(astria, form)).status, 422, JSON.stringify(fields.map(([name]) => name)));
    }
    assert.deepEqual(astria.simulator.tasks(), []);
  }));

// How a form is written that says what an object says.
function* fieldsOf(value: Nested<string>, name: string): Generator<[string, string]> {
  if (Array.isArray(value)) { for (const entry of value) yield* fieldsOf(entry, `${name}[]`); }
  else if (typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      yield* fieldsOf(inner, name === "" ? key : `${name}[${key}]`);
    }
  } else yield [name, value];
}

const keys = fc.stringMatching(/^[a-z_]{1,8}$/);
const lists = fc.array(fc.string(), { minLength: 1, maxLength: 4 });
const flat = fc.dictionary(keys, fc.string(), { minKeys: 1, maxKeys: 4, noNullPrototype: false });
// Objects in a list have the same names, as Rails' forms do: the first that comes again begins the next.
const objects = fc.tuple(
  fc.uniqueArray(keys, { minLength: 1, maxLength: 3 }),
  fc.integer({ min: 1, max: 4 }),
  fc.string(),
)
  .map(([names, count, text]) =>
    Array.from({ length: count }, (_, n) => Object.fromEntries(names.map((name) => [name, `${text}${n}`])))
  );
const forms = fc.dictionary(
  keys,
  fc.oneof(
    fc.string(),
    lists,
    flat,
    objects,
    fc.dictionary(keys, fc.oneof(lists, flat, objects), { minKeys: 1, maxKeys: 3 }),
  ),
  { maxKeys: 5 },
);

Deno.test("what a form says is read as it was meant, however deep it lies", () =>
  fc.assert(
    fc.property(forms, (form) => {
      const read = nested(fieldsOf(form as Nested<string>, ""));
      assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(form)));
    }),
    { numRuns: 1000 },
  ));

Deno.test("no name of a field reaches what is not the form's own", () => {
  const names = [
    "__proto__[polluted]",
    "a[__proto__][polluted]",
    "a[][__proto__][polluted]",
    "constructor[prototype][polluted]",
  ];
  for (const name of names) nested([[name, "yes"]]);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});
