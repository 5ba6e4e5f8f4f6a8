import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "while an account runs more than its capacity, the slot that goes is the first one let go of",
  steps: [
    a.operatorSetsCapacity(2),
    a.userCreates("paid"),
    a.userCreates("paid"),
    a.operatorSetsCapacity(1),
    a.userCancels(),
    a.userCreates("paid"),
    a.userCancels(),
  ],
  without: [{ function: "private.free_slot", guard: "    v_slot.is_retiring := found;\n", instead: "" }],
};
