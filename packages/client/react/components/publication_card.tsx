/** One publication, from the click to its post: where it is, what is odd about it, what can be done about it. */
import { useId } from "react";
import type { Publication } from "../../../../shared/rows/publication.ts";
import { useConnections } from "../hooks/use_connections.ts";
import { useMoments } from "../hooks/use_moments.ts";
import { usePublicationActions } from "../hooks/use_publication_actions.ts";
import { useWhyNote } from "../hooks/use_why_note.ts";
import { errorWords } from "../texts/error_words.ts";
import { issueWords } from "../texts/issue_words.ts";
import { OutcomeQuestion, type OutcomeQuestionProps } from "./parts/outcome_question.tsx";
import { PlatformMark } from "./parts/platform_mark.tsx";
import { PublicationSteps } from "./parts/publication_steps.tsx";
import {
  canCancel,
  canRetry,
  holdWords,
  isInboxNote,
  optionName,
  publicationState,
} from "./parts/shown_publication.ts";
import { useThemed } from "./parts/themed.ts";
import { WhyNote } from "./parts/why_note.tsx";

export interface PublicationCardProps {
  publication: Publication;
  /** Called with the publication that does it again. */
  onRetried?: (publication: Publication) => void;
  className?: string;
}

export function PublicationCard({ publication, onRetried, className }: PublicationCardProps) {
  const { root, texts } = useThemed();
  const { moment } = useMoments();
  const titleId = useId();
  const { connections } = useConnections();
  const account = connections.find(({ id }) => id === publication.connection_id)?.display_name;
  const state = publicationState(publication);
  const words = texts.publishing.publication;
  const reason = useWhyNote(publication);
  const held = reason === null ? holdWords(publication, texts) : null;
  const refunded = state === "there" ? words.charged : texts.card.refund[publication.refund];
  const { error_message: said, refund, steps } = publication;
  const warnings = publication.warnings.filter((one) => !isInboxNote(one)); // the state says it
  return (
    <article
      {...root("publication", className)}
      data-status={publication.status}
      data-state={state}
      aria-labelledby={titleId}
    >
      <header className="esteira-publication-header">
        <PlatformMark platform={publication.platform} />
        <div className="esteira-publication-words">
          <h3 id={titleId} className="esteira-card-title">{optionName(publication.option, texts)}</h3>
          <p className="esteira-publication-about">
            {account && <span>{account}</span>}
            <time dateTime={publication.created_at}>{moment(publication.created_at)}</time>
          </p>
        </div>
      </header>
      <p className="esteira-publication-caption">{publication.caption || words.noCaption}</p>
      <div className="esteira-publication-line">
        <span className="esteira-step-mark" aria-hidden="true" />
        <span role="status">
          {state === "scheduled" && publication.scheduled_for !== null
            ? words.state.scheduled(moment(publication.scheduled_for))
            : words.state[state === "scheduled" ? "waiting" : state]}
        </span>
      </div>
      {held && <p className="esteira-card-note">{held}</p>}
      {said !== null && (state === "failed" || state === "unknown") && (
        <div className="esteira-step-message">
          <p>{said}</p>
        </div>
      )}
      {state !== "there" && state !== "unknown" && <WhyNote reason={reason} />}
      {warnings.length > 0 && (
        <div className="esteira-publication-warnings">
          <p>{words.warnings}</p>
          <ul>
            {warnings.map(({ code, message }) => {
              const { meaning, said } = issueWords({ code, message }, texts);
              return (
                <li key={code + message}>
                  {meaning}
                  {said && <span className="esteira-issue-said">{said}</span>}
                </li>
              );
            })}
          </ul>
        </div>
      )}
      {refunded && state !== "unknown" && <p className="esteira-card-note" data-refund={refund}>{refunded}
      </p>}
      <Actions publication={publication} onRetried={onRetried} reason={reason} />
      <PublicationSteps steps={steps} />
    </article>
  );
}

function Actions(
  { publication, onRetried, reason }:
    & Pick<PublicationCardProps, "publication" | "onRetried">
    & Pick<OutcomeQuestionProps, "reason">,
) {
  const { texts, client } = useThemed();
  const { cancel, retry, resolve, pending, error } = usePublicationActions(publication.id);
  const { permalink, platform } = publication;
  const { card, publishing: { publication: words, platforms } } = texts;
  return (
    <>
      {publicationState(publication) === "unknown" && (
        <OutcomeQuestion resolve={resolve} pending={pending} reason={reason} />
      )}
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
      <div className="esteira-actions">
        {permalink !== null && (
          <a className="esteira-button" href={permalink} target="_blank" rel="noreferrer">
            {words.open(platforms[platform])}
          </a>
        )}
        {client && canRetry(publication) && (
          <button
            type="button"
            className="esteira-button"
            data-kind="primary"
            aria-disabled={pending !== null}
            onClick={() => void retry().then((again) => again && onRetried?.(again))}
          >
            {pending === "retry" ? card.retrying : card.retry}
          </button>
        )}
        {client && canCancel(publication) && (
          <button
            type="button"
            className="esteira-button"
            aria-disabled={pending !== null}
            onClick={() => void cancel()}
          >
            {pending === "cancel" ? card.cancelling : card.cancel}
          </button>
        )}
      </div>
    </>
  );
}
