import { Link, useParams } from "react-router";
import { paths } from "@/config/paths";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { ChatIcon } from "@/shared/ui/icons";
import { ErrorNotice } from "@/shared/ui/notice";
import { EmptyState, Loading } from "@/shared/ui/placeholders";
import { useConversationEvents, useConversations } from "./api/conversations";
import { ConversationLink } from "./components/conversation-link";
import { Transcript } from "./components/transcript";
import "./conversations.css";

export function ConversationsPage() {
  const { t } = useLanguage();
  const { conversationId } = useParams();
  const conversations = useConversations();
  useConversationEvents();
  const items = conversations.data?.pages.flatMap((page) => page.items) ?? [];
  const nothing = conversations.isSuccess && items.length === 0;

  return (
    <>
      <div className="page-head">
        <h1>{t("conversations.title")}</h1>
        <p className="soft">{t("conversations.intro")}</p>
      </div>
      {nothing ? (
        <EmptyState icon={<ChatIcon />} title={t("conversations.empty")} hint={t("conversations.emptyHint")}>
          <Link className="button" to={paths.embed}>
            {t("nav.embed")}
          </Link>
        </EmptyState>
      ) : (
        <div className="conversations" data-open={conversationId !== undefined || undefined}>
          <section className="stack conversation-list" aria-label={t("conversations.title")}>
            {conversations.isPending ? <Loading rows={4} /> : null}
            {conversations.isError ? (
              <ErrorNotice error={conversations.error} onRetry={() => void conversations.refetch()} />
            ) : null}
            <ul>
              {items.map((conversation) => (
                <ConversationLink
                  key={conversation.conversation_id}
                  conversation={conversation}
                  current={conversation.conversation_id === conversationId}
                />
              ))}
            </ul>
            {conversations.hasNextPage ? (
              <Button
                kind="quiet"
                busy={conversations.isFetchingNextPage}
                onClick={() => void conversations.fetchNextPage()}
              >
                {t("app.more")}
              </Button>
            ) : null}
          </section>
          {conversationId === undefined ? (
            <p className="soft conversation-none">{t("conversations.choose")}</p>
          ) : (
            <Transcript key={conversationId} conversationId={conversationId} />
          )}
        </div>
      )}
    </>
  );
}
