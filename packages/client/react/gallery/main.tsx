/**
 * The gallery: `?language=pt-BR|en`, `?theme=light|dark`, `?only=<component>` or `?only=<component>/<state>`. What lies over
 * the page is shown only when it is named.
 */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LANGUAGES } from "../../../../shared/words/labels.ts";
import "../styles/esteira.css";
import "./gallery.css";
import { Frame } from "./frame.tsx";
import { STATES } from "./states.tsx";

const asked = new URLSearchParams(location.search);
const language = LANGUAGES.find((one) => one === asked.get("language")) ?? "pt-BR";
const theme = asked.get("theme") === "dark" ? "dark" : asked.get("theme") === "light" ? "light" : undefined;
const only = asked.get("only");
const states = STATES.filter(({ name, isOver }) =>
  only === null ? !isOver : name === only || name.startsWith(`${only}/`)
);

if (theme) document.documentElement.dataset.theme = theme;
document.documentElement.lang = language;
document.documentElement.dir = asked.get("dir") === "rtl" ? "rtl" : "ltr";

const groups = [...new Set(states.map(({ name }) => name.split("/")[0]))];
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <main>
        {groups.map((group) => (
          <section key={group} className="gallery-group" data-group={group}>
            <h1>{group}</h1>
            <div className="gallery-states">
              {states.filter(({ name }) => name.startsWith(`${group}/`)).map((state) => (
                <div key={state.name} className="gallery-state">
                  <h2>{state.name.split("/")[1]}</h2>
                  <Frame state={state} language={language} />
                </div>
              ))}
            </div>
          </section>
        ))}
      </main>
    </StrictMode>,
  );
}
