import { ApiError } from "@/client/problem";
import { en, type TextKey } from "./en";
import type { Translate } from "./language";

/** Codes that say the same to a reader as another text. */
const SAME: Record<string, TextKey> = {
  network: "error.network",
  upload_failed: "knowledge.uploadFailed",
  session_reused: "problem.session_ended",
  token_expired: "problem.session_ended",
  token_invalid: "problem.session_ended",
  token_revoked: "problem.session_ended",
  document_empty: "knowledge.emptyFile",
  document_too_large: "knowledge.tooLarge",
  type_not_allowed: "knowledge.wrongType",
  internal_error: "error.unknown",
};

function keyOf(code: string): TextKey | undefined {
  const key = `problem.${code}`;
  return SAME[code] ?? (key in en ? (key as TextKey) : undefined);
}

/** An error in the reader's language; the API's own words where its code is not known here. */
export function problemText(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return t("error.unknown");
  const key = keyOf(error.code);
  return key === undefined ? error.detail || t("error.unknown") : t(key);
}
