import { Link } from "react-router";
import { paths } from "@/config/paths";
import { useLanguage } from "@/shared/i18n/language";
import type { Conversation } from "../api/conversations";

export function ConversationLink({
  conversation,
  current,
}: {
  conversation: Conversation;
  current: boolean;
}) {
  const { count, date } = useLanguage();
  return (
    <li>
      <Link
        className="conversation-link"
        to={paths.conversation(conversation.conversation_id)}
        aria-current={current ? "true" : undefined}
      >
        <span className="conversation-preview" lang={conversation.language || undefined}>
          {conversation.last_message}
        </span>
        <span className="small soft">
          {date(conversation.last_activity_at)} ·{" "}
          {count("conversations.messages", conversation.message_count)}
        </span>
      </Link>
    </li>
  );
}
