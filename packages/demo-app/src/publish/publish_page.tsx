/** Publishing: accounts, the form, and what becomes of each publication. */
import { ConnectionsPanel, PublicationList } from "@esteira/client/react";
import { useEffect, useRef } from "react";
import { hrefOf } from "../routing.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Empty } from "../ui/empty.tsx";
import { ComposeForm } from "./compose_form.tsx";

export function PublishPage({ group }: { group: string | null }) {
  const { publish } = useTexts();
  const shown = useRef<HTMLElement>(null);
  useEffect(() => {
    if (group !== null) shown.current?.scrollIntoView({ block: "nearest" }); // on a phone it is below the form
  }, [group]);
  const accounts = (
    <section key="accounts" className="card" aria-labelledby="accounts-title">
      <h2 id="accounts-title">{publish.accounts}</h2>
      <ConnectionsPanel redirectTo={`${location.origin}${location.pathname}#/publish`} />
    </section>
  );
  // What was just published is what one wants to see.
  const publications = (
    <section key="publications" ref={shown} aria-labelledby="publications-title">
      <h2 id="publications-title">{group === null ? publish.latest : publish.thisOne}</h2>
      <PublicationList
        of={group === null ? { limit: 10 } : { group }}
        empty={<Empty title={publish.emptyTitle} text={publish.emptyText} />}
      />
      {group !== null && <a className="button" href={hrefOf("publish")}>{publish.showAll}</a>}
    </section>
  );
  return (
    <>
      <h1>{publish.title}</h1>
      <p className="lead">{publish.lead}</p>
      <div className="publish">
        <ComposeForm />
        <div className="publish-side">
          {group === null ? [accounts, publications] : [publications, accounts]}
        </div>
      </div>
    </>
  );
}
