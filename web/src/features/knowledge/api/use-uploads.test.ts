import { describe, expect, it } from "vitest";
import type { KnowledgeDocument } from "./documents";
import { isOnItsWay, type Upload } from "./use-uploads";

function upload(patch: Partial<Upload>): Upload {
  const file = new File(["x"], "plan.pdf");
  return { key: "k", file, percent: 0, documentId: null, problem: null, error: null, ...patch };
}

function document(patch: Partial<KnowledgeDocument>): KnowledgeDocument {
  const made = { document_id: "d1", name: "plan.pdf", state: "awaiting_upload", ...patch };
  return made as KnowledgeDocument;
}

describe("a document is shown once while its file is sent", () => {
  it("known by its id", () => {
    expect(isOnItsWay(document({ state: "inspecting" }), [upload({ documentId: "d1" })])).toBe(true);
    expect(isOnItsWay(document({ document_id: "d2" }), [upload({ documentId: "d1" })])).toBe(false);
  });
  it("known by its name until the API answered", () => {
    expect(isOnItsWay(document({}), [upload({})])).toBe(true);
    expect(isOnItsWay(document({ name: "other.pdf" }), [upload({})])).toBe(false);
  });
  it("but an older one of that name, or one whose upload was refused, stays in sight", () => {
    expect(isOnItsWay(document({ state: "ready" }), [upload({})])).toBe(false);
    expect(isOnItsWay(document({}), [upload({ problem: "knowledge.uploadFailed" })])).toBe(false);
  });
});
