import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { paths } from "@/config/paths";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { ErrorNotice } from "@/shared/ui/notice";
import { Loading } from "@/shared/ui/placeholders";
import { useTranscript } from "../api/conversations";
import { TranscriptMessage } from "./transcript-message";

export function Transcript({ conversationId }: { conversationId: string }) {
  const { t } = useLanguage();
  const transcript = useTranscript(conversationId);
  // The newest page comes first; within a page messages are in the order they were written.
  const messages = transcript.data?.pages.toReversed().flatMap((page) => page.items) ?? [];
  const end = useRef<HTMLDivElement>(null);
  const count = messages.length;

  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);

  return (
    <section className="card stack transcript" aria-label={t("conversations.title")}>
      <Link className="transcript-back" to={paths.conversations}>
        ← {t("conversations.back")}
      </Link>
      {transcript.isPending ? <Loading /> : null}
      {transcript.isError ? (
        <ErrorNotice error={transcript.error} onRetry={() => void transcript.refetch()} />
      ) : null}
      {transcript.hasNextPage ? (
        <Button
          kind="quiet"
          busy={transcript.isFetchingNextPage}
          onClick={() => void transcript.fetchNextPage()}
        >
          {t("app.more")}
        </Button>
      ) : null}
      <ol>
        {messages.map((message) => (
          <TranscriptMessage key={message.message_id} message={message} />
        ))}
      </ol>
      <div ref={end} />
    </section>
  );
}
