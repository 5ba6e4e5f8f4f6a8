/** What the job is as a post: with which connection, how far, and whether anybody knows that it is there. */
import { hrefTo } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Tag } from "../../ui/tag.tsx";
import { FactList } from "./fact_list.tsx";
import { jobTexts, wordOf } from "./texts.ts";
import type { Publication } from "./types.ts";

export function PublicationPanel({ publication: post }: { publication: Publication }) {
  const texts = useTexts(jobTexts);
  return (
    <Panel title={texts.publication}>
      {post.unknown_at && (
        <p>
          {post.resolved
            ? <Tag tone="plain">{wordOf(texts.resolvedAs, post.resolved)}</Tag>
            : <Tag tone="bad">{texts.unknown}</Tag>}
        </p>
      )}
      <FactList
        facts={[
          [texts.platform, post.platform],
          [
            texts.connection,
            <Link key="c" href={hrefTo("/connections", { open: post.connection_id })}>
              {post.connection_id}
            </Link>,
          ],
          [
            texts.group,
            <Link key="g" href={hrefTo("/publications", { group: post.group_id })}>{post.group_id}</Link>,
          ],
          [texts.line, post.line],
          [texts.hold, post.hold],
          [texts.task, post.post_id],
          [
            texts.permalink,
            post.permalink && /^https:/.test(post.permalink)
              ? (
                <a key="p" href={post.permalink} target="_blank" rel="noreferrer noopener">
                  {post.permalink}
                </a>
              )
              : post.permalink,
          ],
        ]}
      />
      {post.warnings.length > 0 && (
        <>
          <h3>{texts.warnings}</h3>
          <ul>
            {post.warnings.map(({ code, message }, n) => (
              <li key={n}>
                <code>{code}</code> {message}
              </li>
            ))}
          </ul>
        </>
      )}
      <ol className="history">
        {post.steps.map(({ step, name, timestamp, times }, n) => (
          <li key={n}>
            <p>
              <strong>{step}</strong> {name}
              {times && ` ×${times}`}{" "}
              <span className="quiet">
                <Moment at={timestamp} />
              </span>
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
