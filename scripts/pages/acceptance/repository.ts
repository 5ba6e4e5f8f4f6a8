/** Reads what the acceptance page is made of from the repository. */
import { join } from "node:path";
import { ROOT } from "../../paths.ts";
import { headings } from "../references.ts";
import type { Anchors } from "./faults.ts";
import { type AcceptanceDocument, readDocuments } from "./rows.ts";
import { readTags, type Tag, type TagFault } from "./tags.ts";

/** Where the page lies. */
export const PAGE = join(ROOT, "docs/acceptance.md");

/** All that the page follows from. */
export interface Material {
  documents: AcceptanceDocument[];
  tags: Tag[];
  tagFaults: TagFault[];
}

/** Reads the rows, and the tags of every test. */
export async function readMaterial(): Promise<Material> {
  const material: Material = {
    documents: await readDocuments(join(ROOT, "docs/acceptance")),
    tags: [],
    tagFaults: [],
  };
  for await (const file of testFiles("")) {
    const { tags, faults } = readTags(file, await Deno.readTextFile(join(ROOT, file)));
    material.tags.push(...tags);
    material.tagFaults.push(...faults);
  }
  return material;
}

/** The anchors of the pages of the repository. */
export const anchorsInRepository: Anchors = (path) => {
  try {
    return headings(Deno.readTextFileSync(join(ROOT, path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
};

/** Paths of the files of tests below a folder, from the root and with slashes, in the order of their names. */
async function* testFiles(folder: string): AsyncGenerator<string> {
  const entries = await Array.fromAsync(Deno.readDir(join(ROOT, folder)));
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = folder ? `${folder}/${name}` : name;
    if (isDirectory && name !== "node_modules" && !name.startsWith(".")) yield* testFiles(path);
    else if (/\.test\.(ts|tsx|sql)$/.test(name)) yield path;
  }
}
