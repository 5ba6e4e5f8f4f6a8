/** What the package exports, and by which of its doors. */
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "../../paths.ts";

export interface Doors {
  /** Where an imported name comes from: its file, and the door of the package that exports it, if one does. */
  find(element: ts.ImportSpecifier): { path: string; door: string | null };
}

/** Those that are looked through first, first. */
const ENTRIES = {
  "@esteira/client/react": "packages/client/react/index.ts",
  "@esteira/client": "packages/client/index.ts",
};

export const ENTRY_FILES = Object.values(ENTRIES).map((path) => join(ROOT, path));

export function doorsOf(program: ts.Program): Doors {
  const checker = program.getTypeChecker();
  const resolved = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const doors = Object.entries(ENTRIES).map(([door, path]) => {
    const entry = program.getSourceFile(join(ROOT, path));
    const module = entry && checker.getSymbolAtLocation(entry);
    if (!module) throw new Error(`${path} exports nothing`);
    const names = new Map(
      checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolved(symbol)]),
    );
    return { door, names };
  });
  return {
    find(element) {
      const symbol = checker.getSymbolAtLocation(element.name);
      const origin = symbol && resolved(symbol);
      const path = origin?.declarations?.[0]?.getSourceFile().fileName;
      if (!path) throw new Error(`${element.getText()} comes from nowhere`);
      const name = (element.propertyName ?? element.name).text;
      return { path, door: doors.find(({ names }) => names.get(name) === origin)?.door ?? null };
    },
  };
}
