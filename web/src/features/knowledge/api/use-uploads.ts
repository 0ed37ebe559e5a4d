import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { TextKey } from "@/shared/i18n/en";
import type { KnowledgeDocument } from "./documents";
import { refusal, uploadDocument } from "./upload-document";

/** A file on its way; it leaves this list once the API's own list shows it. */
export interface Upload {
  key: string;
  file: File;
  percent: number;
  /** Set once the API knows of it; its own list then shows the document, too. */
  documentId: string | null;
  problem: TextKey | null;
  /** What went wrong on the way, if anything did. */
  error: unknown;
}

/** Whether an upload shows this document already: while its file is sent, it is shown once. */
export function isOnItsWay(document: KnowledgeDocument, uploads: readonly Upload[]): boolean {
  return uploads.some((upload) =>
    upload.documentId === null
      ? // Announced, and the API's list was faster than its answer.
        upload.problem === null && document.state === "awaiting_upload" && document.name === upload.file.name
      : upload.documentId === document.document_id,
  );
}

export function useUploads() {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const queries = useQueryClient();

  const change = useCallback((key: string, patch: Partial<Upload>) => {
    setUploads((list) => list.map((upload) => (upload.key === key ? { ...upload, ...patch } : upload)));
  }, []);
  const dismiss = useCallback((key: string) => {
    setUploads((list) => list.filter((upload) => upload.key !== key));
  }, []);

  const send = useCallback(
    async (upload: Upload) => {
      change(upload.key, { percent: 0, problem: null, error: null });
      try {
        await uploadDocument(upload.file, upload.key, {
          onAnnounced: (documentId) => change(upload.key, { documentId }),
          onProgress: (percent) => change(upload.key, { percent }),
        });
        await queries.invalidateQueries({ queryKey: ["documents"] });
        dismiss(upload.key);
      } catch (error) {
        change(upload.key, { problem: "knowledge.uploadFailed", error });
      }
    },
    [change, dismiss, queries],
  );

  const add = useCallback(
    (files: readonly File[]) => {
      const fresh = files.map((file) => ({
        key: crypto.randomUUID(),
        file,
        percent: 0,
        documentId: null,
        problem: refusal(file),
        error: null,
      }));
      setUploads((list) => [...fresh, ...list]);
      for (const upload of fresh) if (upload.problem === null) void send(upload);
    },
    [send],
  );

  const retry = useCallback((upload: Upload) => void send({ ...upload, key: upload.key }), [send]);
  return { uploads, add, retry, dismiss };
}
