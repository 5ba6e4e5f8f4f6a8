/** The code in the page on the client fits the client: its types say so. */
import { join } from "node:path";
import assert from "node:assert/strict";
import { ROOT } from "../../scripts/paths.ts";
import { fencedBlocks } from "./fenced.ts";
import { pages } from "./repository.ts";

/** What the page leaves to its reader. */
const GIVEN = `
declare const [projectUrl, publishableKey, email, password]: [string, string, string, string];
declare const [projectId, nodeId]: [string, string];
declare const file: Blob;
declare const location: { href: string; assign(url: string): void };
interface Canvas { nodes: { id: string }[]; edges: unknown[]; viewport: unknown }
declare const { nodes, edges, viewport }: Canvas;
declare const badge: { title: string };
declare function render(jobs: readonly ClientJob[]): void;
declare function show(files: readonly unknown[]): void;
declare function say(...words: string[]): void;
declare function offerCredits(details: Record<string, unknown>): void;
declare function draw(project: unknown): void;
`;

const IMPORT = /^import .*;\n/gm;

/** Each block as a function of its own, which may use what the first one has made. */
function programOf(page: string): string {
  const client = JSON.stringify(join(ROOT, "packages/client/index.ts"));
  const blocks = fencedBlocks(page, "ts");
  const imports = new Set(blocks.flatMap((block) => block.match(IMPORT) ?? []));
  const bodies = blocks.map((block, n) => {
    const needs = block.includes("const esteira =") ? "" : "esteira: Esteira";
    return `export async function block${n}(${needs}) {\n${block.replaceAll(IMPORT, "")}\n}\n`;
  });
  const head = [...imports, 'import type { ClientJob, Esteira } from "@esteira/client";\n'].join("");
  return head.replaceAll('"@esteira/client"', client) + GIVEN + bodies.join("\n");
}

Deno.test("the code in docs/client.md has the client's types", async () => {
  const page = (await pages()).get("docs/client.md") ?? "";
  assert.ok(fencedBlocks(page, "ts").length > 4);
  const folder = await Deno.makeTempDir();
  try {
    await Deno.symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const compilerOptions = { strict: true, noUncheckedIndexedAccess: true };
    const config = { nodeModulesDir: "manual", lock: false, compilerOptions };
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify(config));
    await Deno.writeTextFile(join(folder, "page.ts"), programOf(page));
    const check = new Deno.Command(Deno.execPath(), { args: ["check", "page.ts"], cwd: folder });
    const { success, stderr } = await check.output();
    const told = new TextDecoder().decode(stderr);
    assert.ok(success, told);
    assert.match(told, /Check.*page\.ts/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
