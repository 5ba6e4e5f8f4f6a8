/** Signed in, and yet no screens: says why, and what would change it. */
import type { OpsError } from "../data/ops_error.ts";
import { commonTexts } from "../texts/common.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { Problem } from "../ui/problem.tsx";
import { RawText } from "../ui/raw_text.tsx";
import { LonePage } from "./lone_page.tsx";
import type { Project } from "./project.ts";
import { sessionTexts } from "./texts.ts";

interface NoWayInProps {
  error: OpsError;
  email: string;
  project: Project;
  onAgain(): void;
  onLeave(): Promise<void>;
}

export function NoWayIn({ error, email, project, onAgain, onLeave }: NoWayInProps) {
  const { noWay, leave } = useTexts(sessionTexts);
  const { again } = useTexts(commonTexts);
  const ways = (
    <p className="lone-ways">
      <Button kind="primary" onClick={onAgain}>{again}</Button>
      <Button onClick={() => void onLeave()}>{leave}</Button>
    </p>
  );
  if (error.code === "not_an_operator") {
    return (
      <LonePage title={noWay.not_an_operator.title}>
        <p>{noWay.not_an_operator.text(email)}</p>
        <RawText
          label="SQL"
          text={`select ops.set_operator(id, 'admin', 'first admin')\nfrom auth.users where email = '${
            email.replaceAll("'", "''")
          }';`}
        />
        {ways}
      </LonePage>
    );
  }
  if (error.code === "schema_not_exposed") {
    return (
      <LonePage title={noWay.schema_not_exposed.title}>
        <p>{noWay.schema_not_exposed.text}</p>
        <RawText
          label="Shell"
          text={`npm run deploy -- --project-ref ${new URL(project.url).hostname.split(".")[0]}`}
        />
        {ways}
      </LonePage>
    );
  }
  return (
    <LonePage title={noWay.other.title}>
      <Problem error={error} />
      {ways}
    </LonePage>
  );
}
