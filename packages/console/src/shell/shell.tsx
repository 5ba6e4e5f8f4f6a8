/** What stands around each screen: the ways, the bar, and the palette of commands. */
import { Outlet, useLocation } from "@tanstack/react-router";
import { Suspense, useEffect, useRef, useState } from "react";
import { useTexts } from "../texts/use_texts.ts";
import { Loading } from "../ui/loading.tsx";
import { Nav } from "./nav.tsx";
import { Palette } from "./palette.tsx";
import { shellTexts } from "./texts.ts";
import { TopBar } from "./top_bar.tsx";

export function Shell() {
  const texts = useTexts(shellTexts);
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // Another screen: the menu has done its part, and who listens is told by the focus where they are.
  const isFirst = useRef(true);
  useEffect(() => {
    setIsMenuOpen(false);
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [pathname]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setIsPaletteOpen((is) => !is);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <div className="shell">
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => (event.preventDefault(), main.current?.focus())}
      >
        {texts.skip}
      </a>
      <TopBar
        onMenu={() => setIsMenuOpen(!isMenuOpen)}
        isMenuOpen={isMenuOpen}
        onFind={() => setIsPaletteOpen(true)}
      />
      <Nav isOpen={isMenuOpen} />
      <main id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      {isPaletteOpen && <Palette onClose={() => setIsPaletteOpen(false)} />}
    </div>
  );
}
