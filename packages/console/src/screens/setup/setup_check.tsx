/** The lines of the setup, area by area; while functions have not answered yet, they are read again. */
import { useOps } from "../../data/use_ops.ts";
import { useLanguage } from "@esteira/preferences";
import { spanIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Setup } from "./answers.ts";
import { AreaPanel } from "./area_panel.tsx";
import { areasOf, isWrong } from "./areas.ts";
import { setupTexts } from "./texts.ts";
import { useWhile } from "./use_while.ts";

/** An answer over pg_net takes a second or two. */
const ASKED_AGAIN_MS = 3_000;

export function SetupCheck() {
  const t = useTexts(setupTexts);
  const [language] = useLanguage();
  const [isAsked, noteAsked] = useWhile();
  const { data, error, refetch, isFetching } = useOps<Setup>("setup", {}, {
    every: isAsked ? ASKED_AGAIN_MS : false,
  });
  noteAsked(data?.lines.some(({ verdict }) => verdict === "asked") ?? false);
  if (!data) return error ? <Problem error={error} onAgain={() => void refetch()} /> : <Loading />;
  const wrong = data.lines.filter(isWrong).length;
  const wait = data.ask_again_in_ms ?? 0;
  return (
    <>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <div className="setup-head">
        <Tag tone={wrong > 0 ? "warn" : "good"}>
          {wrong > 0 ? t.wrong(wrong, data.lines.length) : t.allFine}
        </Tag>
        <span className="quiet">{t.version(data.version)}</span>
        {data.asked_at && (
          <span className="quiet">
            {t.askedAt} <Moment at={data.asked_at} />
          </span>
        )}
        <Button aria-busy={isFetching} onClick={() => void refetch()}>{t.askAgain}</Button>
        <span className="quiet" role="status">
          {isAsked ? t.asking : wait > 0 ? t.askAgainIn(spanIn(language, wait)) : ""}
        </span>
      </div>
      <div className="setup-areas">
        {areasOf(data.lines).map((area) => <AreaPanel key={area.area} area={area} />)}
      </div>
    </>
  );
}
