import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "a user deleted before submitting: the slot is freed in that transaction, and goes to somebody else",
  steps: [
    a.userCreates("paid"),
    a.userCreates("paid"),
    a.userCreates("paid", "bo"),
    a.userLeaves(),
  ],
  without: [{
    function: "private.let_go",
    guard: "  delete from public.jobs where user_id = p_user_id;\n",
    instead: "",
  }],
};
