/** One canvas: its nodes on a sheet that scrolls; one below the other on a phone. */
import { useEsteira } from "@esteira/client/react";
import { useErrorWords } from "../texts/use_error_words.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { Problem } from "../ui/problem.tsx";
import { extentOf, movedBy, nextNode, withNode, withoutNode, withPrompt } from "./content.ts";
import { NodeCard } from "./node_card.tsx";
import { type Canvas, useCanvas } from "./use_canvas.ts";

export function CanvasView({ projectId }: { projectId: string }) {
  const { canvas: texts } = useTexts();
  const { jobs } = useEsteira();
  const inWords = useErrorWords();
  const canvas = useCanvas(projectId);
  const { content, change, save } = canvas;

  /** The node is saved before its job is made: a job shows itself on nodes that are there. */
  const generate = async (nodeId: string, prompt: string) => {
    if (canvas.isChanged) await save();
    await jobs.create("image", { prompt, aspect_ratio: "1:1" }, { metadata: { projectId, nodeId } }).created;
  };
  const add = () => {
    const idea = texts.ideas[(content?.nodes.length ?? 0) % texts.ideas.length] ?? "";
    void save((now) => withNode(now, nextNode(now, idea))).catch(() => {});
  };

  return (
    <>
      <div className="canvas-head">
        <div>
          <h1>{canvas.name ?? texts.title}</h1>
          <p className="quiet">{texts.lead}</p>
        </div>
        <Toolbar canvas={canvas} onAdd={add} />
      </div>
      {canvas.error && <Problem title={content ? inWords(canvas.error) : texts.notFound} />}
      {!content && canvas.isLoading && <p className="quiet">{texts.loading}</p>}
      {content && (
        <div className="canvas" tabIndex={0} role="region" aria-label={texts.title}>
          <ul className="canvas-sheet" style={extentOf(content)}>
            {content.nodes.map((node, at) => (
              <NodeCard
                key={node.id}
                node={node}
                label={texts.node(at + 1)}
                onPrompt={(prompt) => change((now) => withPrompt(now, node.id, prompt))}
                onMove={(dx, dy) => change((now) => movedBy(now, node.id, dx, dy))}
                onDrop={() => void save().catch(() => {})}
                onRemove={() => void save((now) => withoutNode(now, node.id)).catch(() => {})}
                onGenerate={(prompt) => generate(node.id, prompt)}
              />
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Toolbar({ canvas, onAdd }: { canvas: Canvas; onAdd: () => void }) {
  const { canvas: texts } = useTexts();
  const { version, isChanged, isSaving, save } = canvas;
  return (
    <div className="canvas-tools">
      <p className="chip" role="status">
        {isSaving ? texts.saving : isChanged ? texts.changed : version === null ? "" : texts.saved(version)}
      </p>
      <a className="button is-quiet" href={location.href} target="_blank" rel="noreferrer">
        <Icon name="external" size={18} /> {texts.openTab}
      </a>
      <button
        type="button"
        className="button"
        disabled={!isChanged || isSaving}
        onClick={() => void save().catch(() => {})}
      >
        {texts.save}
      </button>
      <button type="button" className="button is-main" onClick={onAdd}>
        <Icon name="plus" size={18} /> {texts.add}
      </button>
    </div>
  );
}
