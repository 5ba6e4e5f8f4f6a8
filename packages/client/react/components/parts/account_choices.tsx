/** What somebody has signed in with at a platform: the accounts that are meant are chosen, here, by who is signed in here. */
import { useChoices } from "../../hooks/use_choices.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { errorWords } from "../../texts/error_words.ts";

export function AccountChoices({ choice, onDone }: { choice: string; onDone: () => void }) {
  const { texts } = useSurroundings();
  const { platform, accounts, hasMore, pending, error, more, choose } = useChoices(choice);
  const words = texts.publishing.connections;
  const name = platform === null ? "" : texts.publishing.platforms[platform];
  const title = accounts.length === 1 && !hasMore ? words.confirm(name) : words.choose(name);
  const take = async (externalId: string) => {
    const connection = await choose(externalId);
    const isLast = accounts.every((account) => account.isConnected || account.externalId === externalId);
    if (connection && isLast && !hasMore) onDone();
  };
  return (
    <div
      role="group"
      className="esteira-choices"
      aria-label={title}
      aria-busy={platform === null && error === null}
    >
      {platform !== null && <h3>{title}</h3>}
      {platform === null && error === null && (
        <p className="esteira-card-note" role="status">{words.loading}</p>
      )}
      {platform !== null && accounts.length === 0 && !hasMore && (
        <p className="esteira-card-note">{words.noAccounts}</p>
      )}
      <ul>
        {accounts.map(({ externalId, displayName, avatarUrl, of, isConnected }) => (
          <li key={externalId} className="esteira-choice">
            {avatarUrl && <img className="esteira-account-picture" src={avatarUrl} alt="" />}
            <span className="esteira-choice-words">
              <strong>{displayName ?? externalId}</strong>
              {of !== null && <span className="esteira-account-platform">{of}</span>}
            </span>
            {isConnected ? <span className="esteira-choice-done">{words.chosen}</span> : (
              <button
                type="button"
                className="esteira-button"
                aria-label={`${words.chooseOne}: ${displayName ?? externalId}`}
                aria-disabled={pending !== null}
                onClick={() => void take(externalId)}
              >
                {pending === externalId ? words.connecting : words.chooseOne}
              </button>
            )}
          </li>
        ))}
      </ul>
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
      <div className="esteira-actions">
        {hasMore && (
          <button
            type="button"
            className="esteira-button"
            aria-disabled={pending !== null}
            onClick={() => void more()}
          >
            {words.moreAccounts}
          </button>
        )}
        <button type="button" className="esteira-button" onClick={onDone}>{words.done}</button>
      </div>
    </div>
  );
}
