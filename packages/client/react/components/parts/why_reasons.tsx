/** Every reason why a job stands where it stands, the one that counts first. */
import type { Why } from "../../../../../shared/rows/why.ts";
import { useMoments } from "../../hooks/use_moments.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { WhyNote } from "./why_note.tsx";

export function WhyReasons({ reasons }: { reasons: readonly Why[] }) {
  const { texts } = useSurroundings();
  const [first, ...others] = reasons;
  if (!first) return null;
  return (
    <section className="esteira-reasons" aria-label={texts.why.title}>
      <WhyNote reason={first} />
      <Facts reason={first} />
      {others.length > 0 && (
        <>
          <h3 className="esteira-reasons-more">{texts.why.also}</h3>
          <ul>
            {others.map((reason) => (
              <li key={reason.rank}>
                <WhyNote reason={reason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Facts({ reason: { clears, since, expected_at } }: { reason: Why }) {
  const { texts } = useSurroundings();
  const { moment } = useMoments();
  const facts = [
    texts.why.clears[clears],
    since && texts.why.since(moment(since)),
    expected_at && texts.why.expected(moment(expected_at)),
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return <p className="esteira-reasons-facts">{facts.join(" · ")}</p>;
}
