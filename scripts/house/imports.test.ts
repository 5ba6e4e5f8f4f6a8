/** The order of the house: which room may import which. Types count as values do. */
import assert from "node:assert/strict";
import { cyclesOf, type Import, readImports } from "./import_graph.ts";
import { ROOT } from "../paths.ts";

const SHARED = "supabase/functions/_shared";
const RUNTIME = `${SHARED}/runtime`;
const TEXT = `${SHARED}/text`;
const ENGINE = `${SHARED}/engine`;
const FILES = `${SHARED}/files`;
const CLIENT = "packages/client";
/** What all rooms of the client know. */
const CORE = ["shared", `${CLIENT}/api`, `${CLIENT}/store`];
const SURROUNDINGS = `${CLIENT}/live/surroundings.ts`;
const BACK_OFF = `${CLIENT}/live/back_off.ts`;
/** Who is signed in, and what is told: all that the rooms beside it know of the connection. */
const LINK = `${CLIENT}/live/link.ts`;
const BELOW_PROVIDERS = ["shared", RUNTIME, TEXT, ENGINE, FILES];

/**
 * A file belongs to the row that names its folder most closely; `*` is any one folder. A room may import itself and what
 * begins with one of `may`; its tests, fakes and fixtures also what begins with one of `testsMay`.
 */
const ROOMS: readonly { room: string; may: readonly string[]; testsMay?: readonly string[] }[] = [
  // The contract: everything may know it, it knows nothing.
  { room: "shared", may: [] },

  // Nothing in the packages knows of Esteira.
  { room: "packages/multipart", may: [] },
  { room: "packages/supabase-cli", may: [] },
  { room: "packages/local-supabase", may: ["packages/multipart"] },
  { room: "packages/simulators/kit", may: ["packages/multipart"] },
  // Social platforms are alike in other ways than providers of AI: people, apps, sign-ins, posts.
  { room: "packages/simulators/social", may: ["packages/multipart", "packages/simulators/kit"] },
  // What several platforms of one house have in common.
  {
    room: "packages/simulators/graph",
    may: ["packages/multipart", "packages/simulators/kit", "packages/simulators/social"],
  },
  {
    room: "packages/simulators/*",
    may: [
      "packages/multipart",
      "packages/simulators/kit",
      "packages/simulators/social",
      "packages/simulators/graph",
    ],
  },

  // Users' apps. The core knows the contract, and no framework; `create_esteira.ts` puts its rooms together.
  {
    room: CLIENT,
    may: [...CORE, ...["http", "live", "sse", "data", "upload"].map((room) => `${CLIENT}/${room}`)],
  },
  { room: `${CLIENT}/store`, may: [], testsMay: [CLIENT] },
  { room: `${CLIENT}/api`, may: CORE },
  { room: `${CLIENT}/http`, may: [...CORE, SURROUNDINGS, BACK_OFF, LINK], testsMay: [CLIENT] },
  { room: `${CLIENT}/live`, may: CORE, testsMay: [CLIENT] },
  {
    room: `${CLIENT}/sse`,
    may: [...CORE, SURROUNDINGS, `${CLIENT}/live/jwt.ts`, `${CLIENT}/live/transport.ts`],
    testsMay: [CLIENT],
  },
  {
    room: `${CLIENT}/data`,
    may: [...CORE, SURROUNDINGS, BACK_OFF, `${CLIENT}/http`, LINK, `${CLIENT}/live/transport.ts`],
    testsMay: [CLIENT],
  },
  {
    room: `${CLIENT}/upload`,
    may: [...CORE, SURROUNDINGS, BACK_OFF, LINK, `${CLIENT}/http`],
    testsMay: [CLIENT],
  },
  // Hooks and components stand on what any app sees of the core.
  { room: `${CLIENT}/react`, may: [...CORE, `${CLIENT}/index.ts`], testsMay: [CLIENT] },
  { room: "packages/preferences", may: [] },
  { room: "packages/demo-app", may: ["shared", CLIENT, "packages/preferences"] },
  { room: "packages/console", may: ["shared", CLIENT, "packages/preferences"] },

  // What is deployed. Each function is a room of its own and stands on `_shared`, whose rooms stand on each other.
  { room: "supabase/functions/*", may: ["shared", SHARED] },
  { room: RUNTIME, may: ["shared"], testsMay: [SHARED] },
  { room: TEXT, may: [], testsMay: ["shared", SHARED] },
  { room: ENGINE, may: ["shared", RUNTIME, TEXT], testsMay: [SHARED] },
  { room: `${SHARED}/http`, may: ["shared", RUNTIME, TEXT, ENGINE], testsMay: [SHARED] },
  { room: FILES, may: ["shared", RUNTIME, ENGINE], testsMay: [SHARED] },
  // A provider knows the kit and the interface, never another provider; the registry knows them all.
  {
    room: `${SHARED}/providers/kit`,
    may: [...BELOW_PROVIDERS, `${SHARED}/providers/provider.ts`],
    testsMay: [SHARED],
  },
  {
    room: `${SHARED}/providers/*`,
    may: [...BELOW_PROVIDERS, `${SHARED}/providers/kit`, `${SHARED}/providers/provider.ts`],
    testsMay: [`${SHARED}/work`],
  },
  { room: `${SHARED}/providers`, may: [...BELOW_PROVIDERS, `${SHARED}/providers`], testsMay: [SHARED] },
  // Likewise a platform; what outside JSON, secrets and answers that never come are like, the providers' kit knows.
  {
    room: `${SHARED}/platforms/kit`,
    may: [...BELOW_PROVIDERS, `${SHARED}/providers/kit`, `${SHARED}/platforms/platform.ts`],
    testsMay: [SHARED],
  },
  // What several platforms of one house have in common.
  {
    room: `${SHARED}/platforms/graph`,
    may: [
      ...BELOW_PROVIDERS,
      `${SHARED}/providers/kit`,
      `${SHARED}/platforms/kit`,
      `${SHARED}/platforms/platform.ts`,
    ],
    testsMay: [SHARED],
  },
  {
    room: `${SHARED}/platforms/*`,
    may: [
      ...BELOW_PROVIDERS,
      `${SHARED}/providers/kit`,
      `${SHARED}/platforms/kit`,
      `${SHARED}/platforms/graph`,
      `${SHARED}/platforms/platform.ts`,
    ],
    testsMay: [`${SHARED}/work`],
  },
  {
    room: `${SHARED}/platforms`,
    may: [...BELOW_PROVIDERS, `${SHARED}/providers/kit`, `${SHARED}/platforms`],
    testsMay: [SHARED],
  },
  {
    room: `${SHARED}/work`,
    may: [...BELOW_PROVIDERS, `${SHARED}/http`, `${SHARED}/providers`, `${SHARED}/platforms`],
    testsMay: [SHARED],
  },

  // What builds, starts and proves it. `tests/world` puts all of it together; the programs of `scripts/local`, which a
  // person runs, start it.
  { room: "scripts", may: ["shared", "packages", SHARED] },
  { room: "scripts/local", may: ["shared", "packages", "scripts", "tests/world"] },
  { room: "tests/world", may: ["shared", "packages", "scripts"] },
  // Two of the known bugs are races.
  {
    room: "tests/known_bugs",
    may: [
      "shared",
      "packages",
      "scripts",
      SHARED,
      "tests/world",
      "tests/races/harness.ts",
      "tests/races/actors.ts",
    ],
  },
  // What all tests have done to the database is played, streams too.
  {
    room: "tests/schema",
    may: ["shared", "packages", "scripts", SHARED, "tests/world", "tests/e2e/stream_reader.ts"],
  },
  // The mix of what users and operators do is that of the races.
  {
    room: "tests/faults",
    may: ["shared", "packages", "scripts", SHARED, "tests/world", "tests/races/mixed_operations.ts"],
  },
  // The code that pages show is run, and what the demo changes is looked at.
  {
    room: "tests/e2e",
    may: [
      "shared",
      "packages",
      "scripts",
      SHARED,
      "demo",
      "tests/world",
      "tests/docs/fenced.ts",
      "docs/migrating",
    ],
  },
  // The console is looked at as the demo app is, by the same browser; pictures are taken of both.
  {
    room: "tests/browser/pictures",
    may: ["shared", "packages", "scripts", SHARED, "tests/world", "tests/browser", "tests/console"],
  },
  { room: "tests/console", may: ["shared", "packages", "scripts", "tests/world", "tests/browser"] },
  // The redirect URLs that pages tell are those that the function makes.
  {
    room: "tests/docs",
    may: [
      "shared",
      "packages",
      "scripts",
      SHARED,
      "tests/world",
      "supabase/functions/connections/platform_at.ts",
    ],
  },
  { room: "tests/*", may: ["shared", "packages", "scripts", SHARED, "tests/world"] },
  {
    room: "bench",
    may: [
      "shared",
      "packages",
      "scripts",
      "tests/world",
      "tests/faults",
      "tests/console",
      "tests/browser",
      TEXT,
      `${ENGINE}/together.ts`,
    ],
  },
  { room: "demo", may: ["shared", "packages", "scripts", "tests/world"] },

  // What a reader copies stands on the contract and the client alone.
  { room: "docs", may: ["shared", CLIENT] },
  { room: "examples", may: ["shared", CLIENT], testsMay: ["shared", "packages", "scripts", "tests/world"] },
];

/** What only tests import. */
const FOR_TESTS =
  /\.test\.tsx?$|^packages\/client\/(react\/)?(testing|gallery)\/|^packages\/console\/src\/testing\/|(^|\/)fake_\w+\.tsx?$|_fixture\.tsx?$/;

/** What no door shows, and yet is held against the real server. */
const SHOWN_TO_TESTS = new Set(["packages/client/react/hooks/read_evidence.ts"]);

/** Packages that people outside install: their doors are for them. */
const FOR_OUTSIDE = new Set(["client"]);

const PACKAGES = [...Deno.readDirSync(`${ROOT}packages`)].filter((entry) => entry.isDirectory).map((
  { name },
) => name);
const folders = [...new Set(ROOMS.map(({ room }) => room.split("/")[0] ?? ""))].filter(isThere);
const imports = await readImports(folders);

Deno.test("no files import each other in a circle", () => {
  assert.deepEqual(cyclesOf(imports), []);
});

Deno.test("every import keeps the order of the house", () => {
  assert.ok(imports.length > 1_000, "the search finds what is known to be there");
  assert.deepEqual(offences(imports), []);
});

Deno.test("a package uses no other package than its package.json names, and what only its tests use it says so", async () => {
  for (const name of PACKAGES) {
    const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = JSON.parse(
      await Deno.readTextFile(`${ROOT}packages/${name}/package.json`),
    );
    const brought = { ...dependencies, ...peerDependencies };
    for (const { from, specifier } of imports.filter(({ from }) => from.startsWith(`packages/${name}/`))) {
      const used = /^(?!\.|node(:|$))(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
      const known = isForWork(from) ? { ...brought, ...devDependencies } : brought;
      assert.ok(used === undefined || used in known, `${from} uses ${used}`);
    }
  }
});

Deno.test("a package has the doors that somebody uses, and no others", async () => {
  for (const name of PACKAGES) {
    const { exports } = JSON.parse(await Deno.readTextFile(`${ROOT}packages/${name}/package.json`));
    const doors = imports.filter(({ from }) => packageOf(from) !== name)
      .map(({ specifier }) => /^@esteira\/([^/]+)(.*)$/.exec(specifier))
      .flatMap((found) => found?.[1] === name ? [`.${found[2]}`] : []);
    const built = Object.keys(exports ?? {}).sort();
    const used = [...new Set(FOR_OUTSIDE.has(name) ? [...doors, ...built] : doors)].sort();
    assert.deepEqual(used, built, name);
  }
});

Deno.test("what breaks the order is found", () => {
  const broken: [from: string, to: string, specifier?: string][] = [
    ["shared/rows/job.ts", "supabase/functions/_shared/text/json.ts"],
    ["packages/simulators/fal/fal.ts", "packages/simulators/kie/kie.ts"],
    ["packages/local-supabase/stack.ts", "shared/rows/job.ts"],
    ["scripts/database/pgtap.ts", "packages/local-supabase/stack.ts", "../packages/local-supabase/stack.ts"],
    ["packages/client/store/store.ts", "packages/client/api/job.ts"],
    ["packages/client/live/link.ts", "packages/client/data/jobs.ts"],
    ["packages/client/data/jobs.ts", "packages/client/live/create_link.ts"],
    ["packages/client/react/hooks/use_job.ts", "packages/client/data/jobs.ts"],
    ["packages/client/index.ts", "packages/client/react/index.ts"],
    ["packages/client/api/job.ts", "supabase/functions/_shared/text/json.ts"],
    ["supabase/functions/_shared/engine/database.ts", "supabase/functions/_shared/work/drain.ts"],
    ["supabase/functions/_shared/providers/fal/fal.ts", "supabase/functions/_shared/providers/kie/kie.ts"],
    ["supabase/functions/_shared/work/drain.ts", "supabase/functions/jobs/read.ts"],
    ["supabase/functions/jobs/read.ts", "supabase/functions/models/read.ts"],
    ["supabase/functions/jobs/read.ts", "supabase/functions/_shared/engine/fake_supabase.ts"],
    ["demo/main.ts", "bench/harness/stats.ts"],
    ["scripts/database/pgtap.ts", "tests/races/harness.ts"],
    ["tests/chaos/run.ts", "tests/e2e/life.test.ts"],
    ["attic/old.ts", "shared/rows/job.ts"],
  ];
  for (const [from, to, specifier = "./x.ts"] of broken) {
    assert.equal(offences([{ from, to, specifier, when: "first" }]).length, 1, `${from} → ${to}`);
  }
  const link = (from: string, to: string): Import => ({ from, to, specifier: "", when: "first" });
  const circle = [
    link("a", "b"),
    link("b", "c"),
    link("c", "b"),
    link("a", "d"),
    link("d", "c"),
    link("e", "e"),
  ];
  assert.deepEqual(cyclesOf(circle), [["b", "c"], ["e"]]);
});

/** The imports that the table does not allow, as sentences. */
function offences(all: readonly Import[]): string[] {
  return all.flatMap(({ from, to, specifier }) => {
    if (to === null) return [];
    const [room, target] = [roomOf(from), roomOf(to)];
    if (!room || !target) return [`${room ? to : from} is in no room of the table`];
    const isTest = FOR_TESTS.test(from);
    if (FOR_TESTS.test(to) && !isTest) return [`${from} imports ${to}, which is for tests`];
    const [inside, home] = [packageOf(from), packageOf(to)];
    const isShown = isTest && SHOWN_TO_TESTS.has(to);
    if (home && home !== inside && !isShown && !specifier.startsWith(`@esteira/${home}`)) {
      return [`${from} imports ${to} past the exports of package ${home}`];
    }
    const may = [...room.row.may, ...isTest ? room.row.testsMay ?? [] : []];
    const isAllowed = room.path === target.path || may.some((start) => isBelow(to, start));
    return isAllowed ? [] : [`${from} imports ${to}: ${room.path} may not`];
  });
}

/** Tests, and the settings of tools. */
function isForWork(path: string): boolean {
  return FOR_TESTS.test(path) || /(^|\/)\w+\.config\.ts$/.test(path);
}

function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)/.exec(path)?.[1];
}

function isBelow(path: string, start: string): boolean {
  return path === start || path.startsWith(`${start}/`);
}

/** The row of a file, and the folder that it stands for. */
function roomOf(path: string) {
  const found = ROOMS.flatMap((row) => {
    const start = new RegExp(`^${row.room.replaceAll("*", "[^/]+")}(?=/)`).exec(path)?.[0];
    // A name is closer than a star, and a deeper folder than a higher one.
    return start
      ? [{ row, path: start, closeness: start.split("/").length * 2 - Number(row.room.includes("*")) }]
      : [];
  });
  return found.toSorted((a, b) => b.closeness - a.closeness)[0];
}

function isThere(folder: string): boolean {
  try {
    return Deno.statSync(ROOT + folder).isDirectory;
  } catch {
    return false;
  }
}
