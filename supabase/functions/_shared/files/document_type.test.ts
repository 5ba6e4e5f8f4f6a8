import assert from "node:assert/strict";
import { sniff, SNIFF_BYTES } from "./sniff.ts";

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const compound = Uint8Array.fromHex("d0cf11e0a1b11ae1" + "00".repeat(56));

/** The first bytes of an archive whose first entry has this name. */
function archive(entry: string): Uint8Array {
  const bytes = new Uint8Array(SNIFF_BYTES);
  bytes.set([0x50, 0x4b, 0x03, 0x04, 20]);
  bytes[26] = entry.length;
  bytes.set(new TextEncoder().encode(entry).subarray(0, SNIFF_BYTES - 30), 30);
  return bytes;
}

Deno.test("a document of Word or PowerPoint is told by its container and its name", () => {
  assert.equal(sniff(compound, "letter.doc"), "application/msword");
  assert.equal(sniff(compound, "u/Slides.PPT"), "application/vnd.ms-powerpoint");
  for (const entry of ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "word/document.xml"]) {
    assert.equal(sniff(archive(entry), "report.docx"), DOCX);
    assert.equal(sniff(archive(entry), "slides.pptx"), PPTX);
  }
});

Deno.test("where its name says nothing, the type that it is said to have does, or its address", () => {
  const inside = archive("[Content_Types].xml");
  assert.equal(sniff(inside, "a copy", `${PPTX}; charset=binary`), PPTX);
  assert.equal(sniff(inside, null, DOCX), DOCX);
  assert.equal(sniff(inside, "https://files.example/report.docx?token=a.pptx"), DOCX);
  assert.equal(sniff(inside, "report.docx", PPTX), DOCX);
});

Deno.test("what is said alone makes no document", () => {
  assert.equal(sniff(compound), null);
  assert.equal(sniff(compound, "letter.docx"), null);
  assert.equal(sniff(archive("[Content_Types].xml"), "letter.doc", "application/zip"), null);
  assert.equal(sniff(archive("photos/1.jpg"), "report.docx", DOCX), null);
  assert.equal(sniff(new TextEncoder().encode("<html>"), "report.docx", DOCX), null);
  assert.equal(sniff(new Uint8Array(), "report.docx"), null);
  assert.equal(sniff(new TextEncoder().encode("%PDF-1.7"), "report.docx"), "application/pdf");
});
