/** Asks which project it is about. */
import { useState } from "react";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { TextInput } from "../ui/field.tsx";
import { knownProjects, rememberProject } from "./known_projects.ts";
import { LonePage } from "./lone_page.tsx";
import { faultOf, type Project, type ProjectFault, withoutSlash } from "./project.ts";
import { sessionTexts } from "./texts.ts";

export function ProjectPage({ url, onChoose }: { url: string; onChoose(project: Project): void }) {
  const { project: texts } = useTexts(sessionTexts);
  const [fault, setFault] = useState<ProjectFault | null>(null);
  const choose = (project: Project) => {
    rememberProject(project);
    onChoose(project);
  };
  const submit = (form: FormData) => {
    const url = withoutSlash(String(form.get("url")).trim());
    const publishableKey = String(form.get("key")).trim();
    const found = faultOf(url, publishableKey);
    setFault(found);
    if (!found) choose({ url, publishableKey });
  };
  const isAboutUrl = fault === "no_address" || fault === "not_https";
  return (
    <LonePage title={texts.title}>
      <p className="lead">{texts.lead}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <TextInput
          label={texts.url}
          name="url"
          defaultValue={url}
          placeholder="https://abcdefghijklmnopqrst.supabase.co"
          inputMode="url"
          problem={isAboutUrl ? texts.faults[fault] : null}
        />
        <TextInput
          label={texts.key}
          name="key"
          placeholder="sb_publishable_…"
          autoComplete="off"
          problem={fault && !isAboutUrl ? texts.faults[fault] : null}
        />
        <Button kind="primary" type="submit">{texts.open}</Button>
      </form>
      <Known title={texts.known} onChoose={choose} />
    </LonePage>
  );
}

function Known({ title, onChoose }: { title: string; onChoose(project: Project): void }) {
  const known = knownProjects();
  if (known.length === 0) return null;
  return (
    <section className="known">
      <h2>{title}</h2>
      <ul>
        {known.map((project) => (
          <li key={project.url}>
            <Button onClick={() => onChoose(project)}>{new URL(project.url).host}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
