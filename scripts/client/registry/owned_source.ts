/** One source of a component as whoever takes it over has it: what the package exports comes from there. */
import { dirname, relative } from "node:path";
import ts from "typescript";
import type { Doors } from "./doors.ts";

export interface OwnedSource {
  /** Its code, with imports that hold where it is going to lie. */
  readonly text: string;
  /** The files that have to lie beside it, because the package does not export what it needs of them. */
  readonly needs: readonly string[];
}

/** @param targetOf where a file of the repository is going to lie @throws when an import is of a kind it does not know */
export function ownedSource(
  source: ts.SourceFile,
  doors: Doors,
  targetOf: (path: string) => string,
): OwnedSource {
  const needs = new Set<string>();
  const byPlace = new Map<string, string[]>();
  const kept: string[] = [];
  let [end, first] = [0, -1];
  for (const statement of source.statements) {
    const names = ownImport(statement);
    if (!names) continue;
    for (const element of names.elements) {
      const { path, door } = doors.find(element);
      const place = door ?? withoutEnding(relative(dirname(targetOf(source.fileName)), targetOf(path)));
      if (!door) needs.add(path);
      const name = element.getText(source);
      const isTyped = names.isTyped && !name.startsWith("type ");
      byPlace.set(place, [...byPlace.get(place) ?? [], isTyped ? `type ${name}` : name]);
    }
    kept.push(source.text.slice(end, statement.getStart(source)).replace(/^\n/, ""));
    if (first < 0) first = kept.length;
    end = statement.getEnd();
  }
  const places = [...byPlace].toSorted(([a], [b]) => Number(a.startsWith(".")) - Number(b.startsWith(".")));
  const imports = places.map(([place, names]) => `${importOf(names, place)}\n`);
  const text = [
    ...kept.slice(0, first),
    ...imports,
    ...kept.slice(first),
    source.text.slice(end).replace(/^\n/, ""),
  ];
  return { text: text.join(""), needs: [...needs] };
}

/** What is imported of another file of the repository. */
function ownImport(statement: ts.Statement) {
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return null;
  if (!statement.moduleSpecifier.text.startsWith(".")) return null;
  const clause = statement.importClause;
  if (!clause?.namedBindings || !ts.isNamedImports(clause.namedBindings)) {
    throw new Error(`${statement.getText()} is no import of names`);
  }
  return { elements: clause.namedBindings.elements, isTyped: clause.getText().startsWith("type ") };
}

function importOf(names: readonly string[], place: string): string {
  const isTyped = names.every((name) => name.startsWith("type "));
  const list = isTyped ? names.map((name) => name.replace(/^type /, "")) : names;
  return `import ${isTyped ? "type " : ""}{ ${list.join(", ")} } from ${JSON.stringify(place)};`;
}

/** Not every app may import `./a.ts`; each may import `./a`. */
function withoutEnding(path: string): string {
  return (path.startsWith(".") ? path : `./${path}`).replace(/\.tsx?$/, "");
}
