/** The items of the registry: each a component, and whatever has to be owned with it. */
import { join, relative } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { ROOT } from "../../paths.ts";
import { type Doors, doorsOf, ENTRY_FILES } from "./doors.ts";
import { ownedSource } from "./owned_source.ts";

const HOME = join(ROOT, "packages/client");
/** Where the sources lie in an app: below `src/`, where it has one. */
const TARGET = "components/esteira";
const STYLES = join(HOME, "react/styles/esteira.css");

const file = z.looseObject({ path: z.string(), type: z.string() });
const registry = z.looseObject({
  items: z.array(z.looseObject({ name: z.string(), files: z.tuple([file]) })),
});
export type Registry = z.infer<typeof registry>;

/** A file of an item. */
export interface ItemFile {
  readonly target: string;
  readonly text: string;
}

export async function readRegistry(): Promise<Registry> {
  return registry.parse(JSON.parse(await Deno.readTextFile(join(HOME, "registry/registry.json"))));
}

/** The files of each item, by its name. */
export async function itemFiles({ items }: Registry): Promise<Map<string, ItemFile[]>> {
  const entries = items.map(({ files: [{ path }] }) => join(HOME, "registry", path));
  const config = ts.readConfigFile(join(HOME, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, HOME);
  const program = ts.createProgram([...ENTRY_FILES, ...entries], options);
  const doors = doorsOf(program);
  const styles = { target: join(TARGET, "esteira.css"), text: await Deno.readTextFile(STYLES) };
  return new Map(
    items.map(({ name }, at) => [name, [...ownedFiles(program, doors, entries[at] ?? ""), styles]]),
  );
}

function ownedFiles(program: ts.Program, doors: Doors, entry: string): ItemFile[] {
  const paths = new Set([entry]);
  const files: ItemFile[] = [];
  for (const path of paths) {
    const source = program.getSourceFile(path);
    if (!source) throw new Error(`${path} cannot be read`);
    const { text, needs } = ownedSource(source, doors, targetOf);
    if (/from "zod"|\bcreateContext\(/.test(text)) {
      throw new Error(`${path} has to come from the package: let it export what components need of it`);
    }
    for (const need of needs) paths.add(need);
    const styles = path === entry ? 'import "./esteira.css";\n' : "";
    files.push({
      target: targetOf(path),
      text: path.endsWith(".tsx") ? `"use client";\n${styles}${text}` : text,
    });
  }
  return files;
}

/** Where a source lies in an app. */
function targetOf(path: string): string {
  const inside = relative(ROOT, path).replace(/^packages\/client\/(react\/(components\/)?)?/, "");
  return join(TARGET, inside);
}
