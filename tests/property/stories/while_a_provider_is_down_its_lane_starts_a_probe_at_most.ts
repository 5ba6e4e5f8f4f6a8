import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "a provider that is down opens its lane's circuit: nothing starts but a probe now and then",
  steps: [
    a.providerGoesDown(),
    a.operatorSetsCapacity(2),
    a.userCreates("paid"),
    a.userCreates("paid"),
    a.tickComes(),
    a.passes(20),
    a.tickComes(),
    a.tickComes(),
    a.passes(60),
    a.tickComes(),
  ],
  without: [{
    function: "private.dispatch",
    guard: "if v_lane.circuit_opened_at is not null then",
    instead: "if false then",
  }],
};
