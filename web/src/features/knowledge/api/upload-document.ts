import { answered, api } from "@/client/client";
import { ApiError } from "@/client/problem";
import type { TextKey } from "@/shared/i18n/en";

export const MAX_BYTES = 25 * 1024 * 1024;
const TYPES: Record<string, string> = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  html: "text/html",
  htm: "text/html",
  md: "text/markdown",
  txt: "text/plain",
  csv: "text/csv",
};
export const ACCEPTED = Object.keys(TYPES)
  .map((extension) => `.${extension}`)
  .join(",");

function contentType(file: File): string | undefined {
  return TYPES[file.name.split(".").pop()?.toLowerCase() ?? ""];
}

/** The reason a file is refused before any byte is sent, or null. */
export function refusal(file: File): TextKey | null {
  if (file.size === 0) return "knowledge.emptyFile";
  if (file.size > MAX_BYTES) return "knowledge.tooLarge";
  return contentType(file) === undefined ? "knowledge.wrongType" : null;
}

interface UploadReports {
  onAnnounced: (documentId: string) => void;
  /** 0..100 */
  onProgress: (percent: number) => void;
}

/** Announces the file to the API, then sends it straight to the object store. */
export async function uploadDocument(
  file: File,
  idempotencyKey: string,
  { onAnnounced, onProgress }: UploadReports,
): Promise<void> {
  const { document, upload } = await answered(
    api.POST("/api/v1/creators/knowledge-base/upload", {
      params: { header: { "Idempotency-Key": idempotencyKey } },
      body: { name: file.name, size: file.size, content_type: contentType(file) ?? file.type },
    }),
  );
  onAnnounced(document.document_id);
  await post(upload.url, formOf(upload.fields, file), onProgress);
}

function formOf(fields: Record<string, string>, file: File): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // The object store ignores every field after the file.
  form.append("file", file);
  return form;
}

/** `fetch` cannot report upload progress yet, so this is an XMLHttpRequest. */
function post(url: string, form: FormData, onProgress: (percent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = (event) =>
      onProgress(event.total > 0 ? (100 * event.loaded) / event.total : 0);
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new ApiError(request.status, "upload_failed", ""));
    };
    request.onerror = () => reject(new ApiError(0, "upload_failed", ""));
    request.send(form);
  });
}
