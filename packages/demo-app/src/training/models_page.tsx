/** The user's models, live. */
import { useModels } from "@esteira/client/react";
import { useLanguage } from "@esteira/preferences";
import { hrefOf } from "../routing.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Empty } from "../ui/empty.tsx";
import { Icon } from "../ui/icon.tsx";

export function ModelsPage() {
  const { models: texts, queue } = useTexts();
  const [language] = useLanguage();
  const { models, isLoading } = useModels();
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <>
      <div className="title-row">
        <h1>{texts.title}</h1>
        {models.length > 0 && (
          <a className="button is-main" href="#/train">
            <Icon name="plus" size={18} /> {texts.train}
          </a>
        )}
      </div>
      {isLoading && <p className="quiet">{queue.loading}</p>}
      {!isLoading && models.length === 0 && (
        <div className="card">
          <Empty title={texts.emptyTitle} text={texts.emptyText}>
            <a className="button is-main" href="#/train">{texts.train}</a>
          </Empty>
        </div>
      )}
      <ul className="models">
        {models.map(({ id, name, status, progress, errorMessage, trainedAt, trainingJobId }) => (
          <li key={id} className="card model">
            <span className="model-letter" aria-hidden="true">{[...name][0]}</span>
            <div>
              <h2>{name}</h2>
              <p className="quiet">
                {status === "READY" && trainedAt
                  ? texts.trainedAt(when.format(new Date(trainedAt)))
                  : errorMessage}
                {status === "TRAINING" && `${progress}%`}
              </p>
            </div>
            {status === "TRAINING" && trainingJobId
              ? (
                <a className="chip is-busy" href={hrefOf("train", { job: trainingJobId })}>
                  {texts.status[status]}
                </a>
              )
              : <span className={`chip is-${status.toLowerCase()}`}>{texts.status[status]}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
