/** Text from outside meets no regular expression that takes longer than in proportion to its length. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../paths.ts";
import { textOf, timeOf, tryAttacks } from "./attack.ts";
import { expressionsIn } from "./expressions.ts";

/** What runs where text comes from outside. */
const FOLDERS = ["supabase/functions", "shared", "packages"];
const FOR_TESTS = /\.test\.ts$|(?:^|\/)fake_\w+\.ts$|_fixture\.ts$/;

/** Texts so long take no time, unless it grows faster than they do: then the first, or the last, takes some 10 ms. */
const LENGTHS = [24, 256, 4096];
const SHORT = 4096;
const PATIENCE_MS = 3;
/** As long as a body may be in `npm run test:long`; a square is minutes away from what is allowed at a sixteenth of it. */
const LONG = 5 * 1024 * 1024 / (Deno.env.get("ESTEIRA_BIG") ? 1 : 16);
/** For one text of five megabytes; most take some 20 ms. */
const MOST_MS = 2000;

interface Expression {
  where: string;
  regex: RegExp;
}

const written = await writtenExpressions();
const built = await builtExpressions();

Deno.test("expressions are found where there are any", () => {
  assert.ok(written.length > 100, `${written.length}`);
  assert.ok(built.length >= 8, built.map(({ regex }) => String(regex)).join("\n"));
  const source = 'a / b; x.match(/[/"]\\/(?:`)/gi); `${y.test(/b/)} / ${1}`; // /no/\nreturn /c/.test("/d/")';
  assert.deepEqual(expressionsIn(source).map(({ source }) => source), ['[/"]\\/(?:`)', "b", "c"]);
  assert.deepEqual(expressionsIn("x = (1) / 2 / 3;\n/* /no/ */ f(a[0] / 2, /é/u)").map(({ line }) => line), [
    2,
  ]);
});

Deno.test("an expression that takes the square of a text's length is noticed", () => {
  for (
    const slow of [
      /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
      /[.%-]+$/,
      /\/+$/,
      /\s+$/,
      /".*"x/,
      /(a+)+b/,
      /a*a*a*b/,
      /<.*>/s,
    ]
  ) {
    assert.ok(isSlow(slow), String(slow));
  }
  for (const quick of [/^\s+/, /[\w.-]{8,}/g, /^(.+):(\d{2,5})$/, /[a-z]{0,30}:/]) {
    assert.ok(!isSlow(quick), String(quick));
  }
});

Deno.test("no expression takes longer than in proportion to what it reads, however long that is", () => {
  const slow = new Map<string, string>();
  for (const { where, regex } of [...written, ...built]) {
    const { attack, isSlow } = tryAttacks(regex, { lengths: LENGTHS, patienceMs: PATIENCE_MS });
    if (isSlow) {
      slow.set(`${where} ${regex}`, JSON.stringify(attack));
      continue;
    }
    // Four times as long, and again: a square shows long before five megabytes.
    for (let length = 4 * SHORT; length <= LONG; length *= 4) {
      const ms = timeOf(regex, textOf(attack, length));
      if (ms <= MOST_MS) continue;
      slow.set(`${where} ${regex}`, `${length} characters, ${JSON.stringify(attack)}: ${ms.toFixed()} ms`);
      break;
    }
  }
  assert.deepEqual(slow, new Map());
});

function isSlow(regex: RegExp): boolean {
  return tryAttacks(regex, { lengths: LENGTHS, patienceMs: PATIENCE_MS }).isSlow;
}

async function writtenExpressions(): Promise<Expression[]> {
  const all: Expression[] = [];
  for (const path of await sources()) {
    for (const { line, source, flags } of expressionsIn(await Deno.readTextFile(join(ROOT, path)))) {
      all.push({ where: `${path}:${line}`, regex: new RegExp(source, flags) });
    }
  }
  return all;
}

/** Those that are put together when a module is loaded: loaded once more, while somebody watches. */
async function builtExpressions(): Promise<Expression[]> {
  const all: Expression[] = [];
  const plain = globalThis.RegExp;
  for (const path of await sources()) {
    if (!/new RegExp\(/.test(await Deno.readTextFile(join(ROOT, path)))) continue;
    globalThis.RegExp = new Proxy(plain, {
      construct(target, args) {
        const regex = Reflect.construct(target, args);
        if (typeof args[0] === "string") all.push({ where: path, regex });
        return regex;
      },
    });
    try {
      await import(`${join("file://", ROOT, path)}?watched`);
    } finally {
      globalThis.RegExp = plain;
    }
  }
  return all;
}

async function sources(): Promise<string[]> {
  const found: string[] = [];
  const search = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
      const path = `${folder}/${name}`;
      if (isDirectory && name !== "node_modules") await search(path);
      else if (name.endsWith(".ts") && !FOR_TESTS.test(path) && path !== "shared/database.types.ts") {
        found.push(path);
      }
    }
  };
  for (const folder of FOLDERS) await search(folder);
  return found.toSorted();
}
