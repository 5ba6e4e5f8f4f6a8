/** `npm run acceptance`: writes docs/acceptance.md anew, and says what does not hold. Exit code 1 if anything does not. */
import { findFaults } from "./faults.ts";
import { renderPage } from "./page.ts";
import { anchorsInRepository, PAGE, readMaterial } from "./repository.ts";
import { STATES } from "./rows.ts";

const { documents, tags, tagFaults } = await readMaterial();
await Deno.writeTextFile(PAGE, renderPage(documents, tags));
const faults = [
  ...tagFaults.map(({ file, line, problem }) => `${file}:${line}: ${problem}`),
  ...findFaults(documents, tags, anchorsInRepository),
];
for (const fault of faults) console.error(fault);
const rows = documents.flatMap(({ rows }) => rows);
const counts = STATES.map((state) => `${rows.filter((row) => row.state === state).length} ${state}`);
console.log(`docs/acceptance.md: ${rows.length} rows, ${counts.join(", ")}`);
Deno.exit(faults.length > 0 ? 1 : 0);
