/** Asks who is there. The address of the page stays, so that one goes on where one was. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { useRef, useState } from "react";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { TextInput } from "../ui/field.tsx";
import { Problem } from "../ui/problem.tsx";
import { noteEntering } from "./leaving.ts";
import { LonePage } from "./lone_page.tsx";
import type { Project } from "./project.ts";
import { sessionTexts } from "./texts.ts";

export function SignInPage({ supabase, project }: { supabase: SupabaseClient; project: Project }) {
  const { signIn: texts } = useTexts(sessionTexts);
  const [problem, setProblem] = useState<Error | null>(null);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const doing = async (act: () => Promise<{ error: Error | null }>) => {
    setIsBusy(true);
    setProblem(null);
    const { error } = await act();
    if (!error) noteEntering();
    setProblem(error);
    setIsBusy(false);
    return !error;
  };
  const typed = () => {
    const data = new FormData(form.current ?? undefined);
    return { email: String(data.get("email") ?? "").trim(), password: String(data.get("password") ?? "") };
  };
  const enter = (words: { email: string; password: string }) =>
    doing(() => supabase.auth.signInWithPassword(words));
  const sendLink = async () => {
    const { email } = typed();
    if (!email) return setProblem(new Error(texts.needsEmail));
    const options = {
      emailRedirectTo: `${location.origin}${location.pathname}${location.search}`,
      shouldCreateUser: false,
    };
    if (await doing(() => supabase.auth.signInWithOtp({ email, options }))) setSentTo(email);
  };
  const { demoUser } = project;
  return (
    <LonePage title={texts.title}>
      <p className="lead">{texts.lead(new URL(project.url).host)}</p>
      {demoUser && (
        <Button kind="primary" disabled={isBusy} onClick={() => void enter(demoUser)}>{texts.demo}</Button>
      )}
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void enter(typed());
        }}
      >
        <TextInput label={texts.email} name="email" type="email" autoComplete="username" required />
        <TextInput label={texts.password} name="password" type="password" autoComplete="current-password" />
        {problem && <Problem error={problem} />}
        {sentTo && <p role="status">{texts.sent(sentTo)}</p>}
        <Button kind={demoUser ? "plain" : "primary"} type="submit" disabled={isBusy}>{texts.submit}</Button>
        <Button kind="quiet" disabled={isBusy} onClick={() => void sendLink()}>{texts.link}</Button>
      </form>
    </LonePage>
  );
}
