/** Asks who is there. */
import { useState } from "react";
import { useApp } from "../session/app_context.ts";
import { enter } from "../session/sign_in.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Problem } from "../ui/problem.tsx";

export function SignIn() {
  const { name, tagline, signIn } = useTexts();
  const { supabase, project: { demoUser } } = useApp();
  const [isNew, setIsNew] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const go = async (words: { email: string; password: string }, asNew: boolean) => {
    setIsBusy(true);
    setProblem(null);
    await enter(supabase, words, asNew).catch((error: Error) => setProblem(error.message));
    setIsBusy(false);
  };
  const submit = (form: FormData) =>
    go({ email: String(form.get("email")), password: String(form.get("password")) }, isNew);

  return (
    <main className="lone">
      <img src="./icon.svg" alt="" width="56" height="56" />
      <h1>{name}</h1>
      <p className="lead">{tagline}</p>
      {demoUser && (
        <button
          type="button"
          className="button is-main is-wide"
          disabled={isBusy}
          onClick={() => void go(demoUser, false)}
        >
          {signIn.demo}
        </button>
      )}
      <form className="card sign-in" action={submit} aria-labelledby="sign-in-title">
        <h2 id="sign-in-title">{isNew ? signIn.newTitle : signIn.title}</h2>
        <label className="field">
          <span>{signIn.email}</span>
          <input type="email" name="email" autoComplete="email" required />
        </label>
        <label className="field">
          <span>{signIn.password}</span>
          <input
            type="password"
            name="password"
            autoComplete={isNew ? "new-password" : "current-password"}
            minLength={6}
            required
          />
        </label>
        {problem && <Problem title={signIn.failed} text={problem} />}
        <button type="submit" className="button is-wide" disabled={isBusy}>
          {isNew ? signIn.create : signIn.submit}
        </button>
        <button type="button" className="text-button" onClick={() => setIsNew(!isNew)}>
          {isNew ? signIn.toOld : signIn.toNew}
        </button>
      </form>
    </main>
  );
}
