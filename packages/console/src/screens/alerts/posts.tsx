/** What became of the posts of an alert: one for its opening, one for its end. */
import { useLanguage } from "@esteira/preferences";
import { spanIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Tag } from "../../ui/tag.tsx";
import type { Post } from "./answers.ts";
import { alertsTexts } from "./texts.ts";

export function Posts({ posts }: { posts: readonly Post[] }) {
  const t = useTexts(alertsTexts);
  if (posts.length === 0) return <span className="quiet">{t.notToBePosted}</span>;
  return (
    <ul className="posts">
      {posts.map((post) => <PostLine key={post.event} post={post} />)}
    </ul>
  );
}

function PostLine({ post }: { post: Post }) {
  const t = useTexts(alertsTexts);
  const [language] = useLanguage();
  const { event, tries, delivered_at, dead_at, error, took_ms } = post;
  const words = delivered_at
    ? took_ms === null ? t.delivered : t.deliveredIn(spanIn(language, took_ms))
    : dead_at
    ? t.given(tries)
    : t.waiting(tries);
  return (
    <li>
      <Tag tone={delivered_at ? "good" : dead_at ? "bad" : error ? "warn" : "plain"}>
        {t.events[event]}: {words}
      </Tag>
      {error && <span lang="en" className="quiet posts-error">{error}</span>}
    </li>
  );
}
