/** Lets something happen, and all that it sets off. */
import { act } from "@testing-library/react";

export async function settle(run: () => unknown = () => {}): Promise<void> {
  await act(async () => {
    run();
    await Promise.resolve();
  });
}
