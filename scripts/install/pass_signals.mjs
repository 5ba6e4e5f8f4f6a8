// What a signal means for a process that only stands in for another one.

/**
 * Passes SIGINT and SIGTERM on to `child`, which ends in its own way; this process then ends after it. At a terminal
 * Ctrl-C reaches the child by itself as well: it must bear hearing of it twice.
 */
export function passSignals(child) {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    const pass = () => child.kill(signal);
    process.on(signal, pass);
    child.once("exit", () => process.off(signal, pass));
  }
}
