/** For tests of what is thrown while rendering: React and jsdom both tell the console of it. */
import { onTestFinished, vi } from "vitest";

export function expectErrors(): void {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const quiet = (event: Event) => event.preventDefault();
  globalThis.addEventListener("error", quiet);
  onTestFinished(() => globalThis.removeEventListener("error", quiet));
}
