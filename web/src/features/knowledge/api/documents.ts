import { useInfiniteQuery, useMutation, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { answered, api } from "@/client/client";
import type { components } from "@/client/schema.gen";
import { useLanguage, type Language } from "@/shared/i18n/language";
import { useLive, useLiveEvent } from "@/shared/live/live";
import type { Event as LiveEvent } from "@/protocol.gen";

export type KnowledgeDocument = components["schemas"]["DocumentBody"];
type Page = components["schemas"]["DocumentPage"];
export type DocumentState = KnowledgeDocument["state"];

const KEY = ["documents"] as const;
const POLL_MS = 3_000;
const STATES: Record<DocumentState, "moving" | "settled"> = {
  awaiting_upload: "moving",
  inspecting: "moving",
  extracting: "moving",
  embedding: "moving",
  indexing: "moving",
  verifying: "moving",
  ready: "settled",
  refused: "settled",
  failed: "settled",
  deleting: "moving",
};

export function isSettled(document: Pick<KnowledgeDocument, "state">): boolean {
  return STATES[document.state] === "settled";
}

function isState(state: string): state is DocumentState {
  return Object.hasOwn(STATES, state);
}

/** All documents, newest first. Live events move them; without a live connection the list is polled. */
export function useDocuments() {
  const { connected } = useLive();
  return useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET("/api/v1/creators/knowledge-base/documents", {
          params: { query: pageParam === "" ? {} : { cursor: pageParam } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page: Page) => page.next_cursor ?? undefined,
    refetchInterval: (query) => {
      const documents = query.state.data?.pages.flatMap((page) => page.items) ?? [];
      const busy = documents.some((document) => !isSettled(document));
      // Live events can be lost; a slow poll while something moves keeps the page honest.
      if (busy) return connected ? POLL_MS * 2 : POLL_MS;
      return connected ? false : POLL_MS * 5;
    },
  });
}

interface DocumentNews {
  code?: KnowledgeDocument["code"] | "";
  messages?: Partial<Record<Language, string>>;
}

function withEvent(page: Page, event: LiveEvent, language: Language): Page {
  const { state } = event;
  if (!isState(state)) {
    const left = page.items.filter((document) => document.document_id !== event.subject_id);
    return state === "deleted" ? { ...page, items: left } : page;
  }
  const { code, messages }: DocumentNews = event.data;
  const message = messages?.[language] ?? event.message;
  return {
    ...page,
    items: page.items.map((document) =>
      document.document_id === event.subject_id
        ? {
            ...document,
            state,
            progress_pct: event.progress_pct,
            message,
            code: code || null,
          }
        : document,
    ),
  };
}

/** Applies live document events to the list; anything final or unknown is read again in full. */
export function useDocumentEvents() {
  const queries = useQueryClient();
  const { language } = useLanguage();
  useLiveEvent((event) => {
    if (event.event !== "DOCUMENT_PROCESSING") return;
    const data = queries.getQueryData<InfiniteData<Page>>(KEY);
    const known = data?.pages.some((page) =>
      page.items.some((item) => item.document_id === event.subject_id),
    );
    if (known === true) {
      queries.setQueryData<InfiniteData<Page>>(KEY, (old) =>
        old === undefined
          ? old
          : { ...old, pages: old.pages.map((page) => withEvent(page, event, language)) },
      );
    }
    if (known !== true || !isState(event.state) || isSettled({ state: event.state })) {
      void queries.invalidateQueries({ queryKey: KEY });
    }
  });
}

export function useRetryDocument() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (documentId: string) =>
      answered(
        api.POST("/api/v1/creators/knowledge-base/documents/{document_id}/retry", {
          params: { path: { document_id: documentId } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDeleteDocument() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (documentId: string) =>
      answered(
        api.DELETE("/api/v1/creators/knowledge-base/documents/{document_id}", {
          params: { path: { document_id: documentId } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
