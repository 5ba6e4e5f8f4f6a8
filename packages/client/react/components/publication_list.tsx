/** Publications, each with how it stands: those that were enqueued together, those of some ids, or all. */
import type { ReactNode } from "react";
import { groupOf } from "../../../../shared/publishing/group_state.ts";
import type { Publication } from "../../../../shared/rows/publication.ts";
import type { PublicationFilter } from "../../api/publications.ts";
import { usePublications } from "../hooks/use_publications.ts";
import { errorWords } from "../texts/error_words.ts";
import { PlatformMark } from "./parts/platform_mark.tsx";
import { publicationState } from "./parts/shown_publication.ts";
import { useThemed } from "./parts/themed.ts";
import { PublicationCard } from "./publication_card.tsx";

export interface PublicationListProps {
  /** Ids, or a filter. Left out: all of the user's, newest first. */
  of?: readonly string[] | PublicationFilter;
  /** Called with the publication that does another again. */
  onRetried?: (publication: Publication) => void;
  /** What stands there while there is none. */
  empty?: ReactNode;
  className?: string;
}

const ALL: PublicationFilter = {};

export function PublicationList({ of = ALL, onRetried, empty, className }: PublicationListProps) {
  const { root, texts } = useThemed();
  const { publications, hasMore, more, isLoading, error } = usePublications(of);
  const words = texts.publishing.publication;
  const isGroup = "group" in of && of.group !== undefined && publications.length > 0;
  return (
    <div role="group" {...root("publications", className)} aria-label={words.list} aria-busy={isLoading}>
      {isGroup && <GroupState publications={publications} />}
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
      {isLoading && <p className="esteira-card-note">{words.loading}</p>}
      {!isLoading && !error && publications.length === 0 && (
        empty ?? <p className="esteira-card-note">{words.empty}</p>
      )}
      <ul className="esteira-publication-list">
        {publications.map((publication) => (
          <li key={publication.id}>
            <PublicationCard publication={publication} onRetried={onRetried} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="esteira-button" onClick={() => void more()}>{words.more}</button>
      )}
    </div>
  );
}

function GroupState({ publications }: { publications: readonly Publication[] }) {
  const { texts } = useThemed();
  const words = texts.publishing.publication;
  const { state, completed, total } = groupOf(publications);
  return (
    <>
      <p className="esteira-group" role="status" data-state={state}>
        <strong>{words.group[state]}</strong> {words.groupCount(completed, total)}
      </p>
      {publications.length > 1 && (
        <ul className="esteira-group-marks" aria-hidden="true">
          {publications.map((publication) => (
            <li key={publication.id} data-state={publicationState(publication)}>
              <PlatformMark platform={publication.platform} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
