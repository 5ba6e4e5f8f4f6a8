/** What was put in, answered, called and came out: as text, read only when somebody asks for it. */
import { useState } from "react";
import { useOps } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import { jobTexts, wordOf } from "./texts.ts";
import type { RawPart } from "./types.ts";

export function RawParts({ id }: { id: string }) {
  const texts = useTexts(jobTexts);
  const { me } = useOperator();
  const [isOpen, setIsOpen] = useState(false);
  const { data, error } = useOps<RawPart[]>("raw", { p_job_id: id }, {
    enabled: isOpen,
    every: false,
    hints: "jobs",
  });
  return (
    <Panel title={texts.raw} note={me.role === "support" ? texts.rawMasked : texts.rawLead}>
      {!isOpen && <Button onClick={() => setIsOpen(true)}>{texts.rawShow}</Button>}
      {isOpen && error && <Problem error={error} />}
      {isOpen && !data && !error && <Loading />}
      <div className="raw-parts">
        {isOpen && data?.map(({ part, attempt, at, body }, n) => {
          const name = wordOf(texts.rawParts, part);
          return (
            <div key={`${part} ${n}`}>
              {part === "webhook" && (
                <p className="quiet">
                  <Moment at={at} />
                </p>
              )}
              <RawText text={body} label={attempt === null ? name : texts.rawOf(name, String(attempt))} />
            </div>
          );
        })}
      </div>
    </Panel>
  );
}
