import assert from "node:assert/strict";
import fc from "fast-check";
import { isText, TextCheck, textTypes } from "./words.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const passes = (chunks: readonly Uint8Array[], options = {}) => {
  const check = new TextCheck(options);
  for (const chunk of chunks) check.pass(chunk);
  check.end();
};
// deno-lint-ignore no-control-regex
const plain = fc.string({ unit: "grapheme" }).filter((text) => !/[\0-\x08\x0b\x0e-\x1f\x7f]/.test(text));

Deno.test("text is text wherever it is cut, also when it is gone on with in the middle of a character", () => {
  fc.assert(fc.property(plain, fc.nat(), (text, place) => {
    const whole = bytes(text);
    const cut = place % (whole.length + 1);
    passes([whole.subarray(0, cut), whole.subarray(cut)]);
    assert.ok(isText(whole.subarray(0, cut)));
    passes([whole.subarray(cut)], { isInside: true });
  }));
});

Deno.test("control characters, broken characters and characters that end too soon are none", () => {
  for (const bad of ["\0", "\x07", "\x1b[0m", "\x7f"]) {
    assert.throws(() => passes([bytes(`ok ${bad}`)]), /control/);
  }
  assert.throws(() => passes([Uint8Array.of(0x61, 0xff)]), /UTF-8/);
  assert.throws(() => passes([bytes("ä").subarray(0, 1)]), /UTF-8/);
  assert.throws(() => passes([bytes("aä").subarray(2)]), /UTF-8/, "only where it goes on");
  assert.throws(() => passes([Uint8Array.of(0x80, 0x80, 0x80, 0x80)], { isInside: true }), /UTF-8/);
  passes([bytes("tab\t, lines\r\n and pages\f")]);
});

Deno.test("the kind of a text is told by how it begins; pages and XML are none", () => {
  const kinds: [string, string[]][] = [
    ["Hello", ["text/plain"]],
    ["< 3 > 2", ["text/plain"]],
    ["\ufeffHello", ["text/plain"]],
    ["WEBVTT", ["text/vtt", "text/plain"]],
    ["WEBVTTX", ["text/plain"]],
    ["1\r\n00:00:01,000 --> 00:00:02,000\r\nHi", ["application/x-subrip", "text/plain"]],
    ['\n [{"a":1}]', ["application/json"]],
    ["<!DOCTYPE html>", []],
    ["\ufeff\n<html>", []],
    ["<?xml version='1.0'?>", []],
    ["<Error><Code>SlowDown</Code></Error>", []],
  ];
  for (const [text, types] of kinds) assert.deepEqual(textTypes(bytes(text)), types, text);
});
