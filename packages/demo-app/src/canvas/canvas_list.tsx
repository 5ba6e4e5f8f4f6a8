/** The user's canvases, and the way to another one. */
import { useEffect, useState } from "react";
import { useLanguage } from "@esteira/preferences";
import { go, hrefOf } from "../routing.ts";
import { useApp } from "../session/app_context.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Empty } from "../ui/empty.tsx";
import { Icon } from "../ui/icon.tsx";
import { Problem } from "../ui/problem.tsx";
import { type CanvasContent, nextNode, withNode } from "./content.ts";

interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly created_at: string;
}

export function CanvasList() {
  const { canvas } = useTexts();
  const [language] = useLanguage();
  const { supabase } = useApp();
  const [rows, setRows] = useState<readonly Row[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const wanted = supabase.from("projects").select("id, name, created_at").order("created_at", {
      ascending: false,
    });
    wanted.limit(20).then(({ data, error }) => {
      setRows(data ?? []);
      setProblem(error?.message ?? null);
    });
  }, [supabase]);

  const create = async () => {
    const empty: CanvasContent = { nodes: [] };
    const content = withNode(empty, nextNode(empty, canvas.ideas[0] ?? ""));
    const { data, error } = await supabase.from("projects").insert({ content }).select("id").single();
    if (error) setProblem(error.message);
    else go(hrefOf("canvas", { id: data.id }));
  };
  const when = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });

  return (
    <>
      <h1>{canvas.title}</h1>
      <p className="lead">{canvas.lead}</p>
      {problem && <Problem title={problem} />}
      {rows?.length === 0
        ? (
          <div className="card">
            <Empty title={canvas.emptyTitle} text={canvas.emptyText}>
              <button type="button" className="button is-main" onClick={() => void create()}>
                {canvas.create}
              </button>
            </Empty>
          </div>
        )
        : (
          <>
            <button type="button" className="button is-main" onClick={() => void create()}>
              <Icon name="plus" size={18} /> {canvas.create}
            </button>
            <ul className="canvas-list" aria-label={canvas.mine}>
              {rows?.map(({ id, name, created_at }) => (
                <li key={id}>
                  <a className="card" href={hrefOf("canvas", { id })}>
                    <Icon name="canvas" /> {name ?? canvas.untitled(when.format(new Date(created_at)))}
                  </a>
                </li>
              ))}
            </ul>
          </>
        )}
    </>
  );
}
