/** What must hold between the rows, the tests that carry their names, and the pages that they point to. */
import type { AcceptanceDocument, Row } from "./rows.ts";
import type { Tag } from "./tags.ts";

/** The anchors of a page by its path from the root; null: there is no such page. */
export type Anchors = (path: string) => ReadonlySet<string> | null;

/** Returns a sentence for each thing that is not as it says. */
export function findFaults(documents: AcceptanceDocument[], tags: Tag[], anchors: Anchors): string[] {
  const rows = documents.flatMap(({ rows }) => rows);
  const shown = new Set(tags.map(({ row }) => row));
  return [
    ...twice(rows).map((id) => `${id} is there twice`),
    ...tags.filter((tag) => !rows.some(({ id }) => id === tag.row))
      .map(({ row, file }) => `${file} names ${row}, which is no row`),
    ...rows.flatMap((row) => [...faultsOf(row, shown.has(row.id)), ...faultsOfPage(row, anchors)]),
  ];
}

function twice(rows: Row[]): string[] {
  const ids = rows.map(({ id }) => id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

/** Whether the row says of itself what its state asks for. */
function faultsOf({ id, state, note, by, page }: Row, hasTest: boolean): string[] {
  const faults: string[] = [];
  const isOpen = state === "partly" || state === "missing";
  if (state === "works" && !hasTest) faults.push(`${id} works, and no test shows it`);
  if (state === "missing" && hasTest) faults.push(`${id} is missing, and a test shows it`);
  if (isOpen && !note) faults.push(`${id} is ${state}, and does not say what is not there`);
  if (isOpen && !by) faults.push(`${id} is ${state}, and does not say what is to bring it`);
  if (state === "works" && by) faults.push(`${id} works, and waits for ${by.join(" and ")}`);
  if (state === "different on purpose" && !page) faults.push(`${id} differs, and no page says why`);
  return faults;
}

function faultsOfPage({ id, page }: Row, anchors: Anchors): string[] {
  if (!page) return [];
  const [path = "", anchor = ""] = page.split("#");
  const there = anchors(path);
  if (!there) return [`${id} points to ${path}, which is not there`];
  return there.has(anchor) ? [] : [`${id} points to ${page}, and ${path} has no such heading`];
}
