import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createPublicKey, verify } from "node:crypto";
import { withFal } from "./fal_client_fixture.ts";
import { keyFrom, keySet, signatureHeaders } from "./signature.ts";

const key = keyFrom(Uint8Array.from({ length: 32 }, (_, n) => n));
const X = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";

Deno.test("a webhook is signed as the test vector says", () => {
  const requestId = "123e4567-e89b-12d3-a456-426614174000";
  const body =
    `{"request_id":"${requestId}","gateway_request_id":"${requestId}","status":"OK","payload":{"images":[{"url":"https://example.com/a.png"}]}}`;
  const at = new Date(1_755_599_644_987);
  const headers = signatureHeaders(key, { requestId, userId: "user_abc", at, body });
  assert.equal(headers["x-fal-webhook-timestamp"], "1755599644");
  assert.equal(
    headers["x-fal-webhook-signature"],
    "ab088f6f4cbffa8040faf2f0de4e387e0115d282212903c0a750a712faf59d763d3d629bbfc8fd2b52f82f6245fe1cbcf5fdb0b7efcf693bc1c30976dcfa3e01",
  );
});

Deno.test("keys are published without padding, or with it as some were seen", () => {
  const xOf = (set: unknown) => (set as { keys: { x: string }[] }).keys[0]?.x;
  assert.equal(xOf(keySet([key], false)), X);
  assert.equal(xOf(keySet([key], true)), `${X}=`);
});

for (const fault of [undefined, "wrong_signature", "missing_signature", "signed_for_another_user"] as const) {
  Deno.test(`the signature of a webhook ${fault ? `under ${fault}` : "is made with a published key"}`, () =>
    withFal({ paddedKeys: true }, async (fal) => {
      if (fault) fal.simulator.misbehave({ fault: { kind: fault } });
      const { request_id } = await fal.submitted();
      const { body, headers } = await fal.receiver.got(1);
      const header = (name: string) => headers.get(`x-fal-webhook-${name}`) ?? "";
      const { keys } = await (await fetch(fal.simulator.jwksUrl)).json();
      const digest = createHash("sha256").update(body).digest("hex");
      const message = [header("request-id"), header("user-id"), header("timestamp"), digest].join("\n");
      const isSigned = keys.some((jwk: { x: string }) =>
        verify(
          null,
          Buffer.from(message),
          createPublicKey({ key: { ...jwk, x: jwk.x.replace("=", "") }, format: "jwk" }),
          Buffer.from(header("signature"), "hex"),
        )
      );
      assert.equal(isSigned, fault === undefined || fault === "signed_for_another_user");
      assert.equal(header("request-id"), fault === "missing_signature" ? "" : request_id);
      if (fault !== "missing_signature") {
        assert.equal(header("user-id"), fault === "signed_for_another_user" ? "user_other" : "user_abc");
      }
    }));
}
