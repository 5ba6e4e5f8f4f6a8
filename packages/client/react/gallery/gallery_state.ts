/** One state of a component in the gallery. */
import type { ReactNode } from "react";
import type { Fake } from "../fake_esteira_fixture.ts";

export interface GalleryState {
  /** `component/state`; a page's address names it. */
  name: string;
  /** The client that it stands on. */
  fake?: () => Fake;
  /** What the project behind it holds. */
  client?: (fake: Fake) => void;
  /** What happens once it is shown, in the element that it is shown in. */
  after?: (fake: Fake, shown: HTMLElement) => void;
  render: () => ReactNode;
  /** Whether it lies over the page: shown one at a time. */
  isOver?: boolean;
}
