import { a, type Story } from "../story.ts";

const againInDoubt = [a.passes(151), a.workerFindsNone(), a.passes(60), a.workerFindsNone()];

export const story: Story = {
  because:
    "at_least_once: submitted to again only after the provider had no task twice, a minute apart, twice at most",
  steps: [
    a.userCreates("doubled"),
    a.workerPasses(),
    a.passes(151),
    a.workerPassesTooLate(),
    a.workerFindsNone(),
    a.workerFindsNone(),
    a.workerPassesTooLate(),
    a.passes(60),
    a.workerFindsNone(),
    a.workerPasses(),
    ...againInDoubt,
    a.workerPasses(),
    ...againInDoubt,
    a.workerPassesTooLate(),
  ],
  without: [{ function: "private.may_submit", guard: "and p_attempt.submits < 3", instead: "" }],
};
