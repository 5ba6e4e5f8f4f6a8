/** What jsdom lacks, and that nothing is left over from test to test. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

Reflect.set(globalThis, "IS_REACT_ACT_ENVIRONMENT", true);

// jsdom 26 has no modal dialogs. Those of browsers are shown over everything, and go with Esc.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  if (this.open) throw new DOMException("already open", "InvalidStateError");
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  if (!this.open) return;
  this.open = false;
  setTimeout(() => this.dispatchEvent(new Event("close"))); // a task of its own, as in browsers
};

// Nor does it draw; axe asks for a canvas to know an icon by its width.
HTMLCanvasElement.prototype.getContext = () => null;

// A busy machine is no fault of a screen; a test of time has a clock of its own.
configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
