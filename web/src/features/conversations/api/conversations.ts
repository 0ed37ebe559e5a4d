import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/client/client";
import type { components } from "@/client/schema.gen";
import { useLive, useLiveEvent } from "@/shared/live/live";

export type Conversation = components["schemas"]["ConversationBody"];
export type Message = components["schemas"]["MessageBody"];

const LIST = ["conversations"] as const;
const transcript = (conversationId: string) => ["conversations", conversationId] as const;
const POLL_MS = 10_000;

/** Conversations, newest activity first. */
export function useConversations() {
  const { connected } = useLive();
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET("/api/v1/creators/conversations", {
          params: { query: pageParam === "" ? {} : { cursor: pageParam } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: connected ? false : POLL_MS,
  });
}

/** The messages of one conversation; further pages lead back in time. */
export function useTranscript(conversationId: string) {
  const { connected } = useLive();
  return useInfiniteQuery({
    queryKey: transcript(conversationId),
    queryFn: ({ pageParam }) =>
      answered(
        api.GET("/api/v1/creators/conversations/{conversation_id}/messages", {
          params: {
            path: { conversation_id: conversationId },
            query: pageParam === "" ? {} : { cursor: pageParam },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: connected ? false : POLL_MS,
  });
}

/** Reads list and transcript again when a conversation moved. */
export function useConversationEvents() {
  const queries = useQueryClient();
  useLiveEvent((event) => {
    if (event.event === "CONVERSATION_UPDATE") void queries.invalidateQueries({ queryKey: LIST });
  });
}
