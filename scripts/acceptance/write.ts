/** `npm run acceptance`: writes docs/acceptance.md anew, and says what does not hold. Exit code 1 if anything does not. */
import { findFaults } from "./faults.ts";
import { renderPage } from "./page.ts";
import { anchorsInRepository, PAGE, readMaterial } from "./repository.ts";

const { documents, tags, tagFaults } = await readMaterial();
await Deno.writeTextFile(PAGE, renderPage(documents, tags));
const faults = [
  ...tagFaults.map(({ file, line, problem }) => `${file}:${line}: ${problem}`),
  ...findFaults(documents, tags, anchorsInRepository),
];
for (const fault of faults) console.error(fault);
Deno.exit(faults.length > 0 ? 1 : 0);
