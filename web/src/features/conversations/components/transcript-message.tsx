import { useLanguage } from "@/shared/i18n/language";
import type { Message } from "../api/conversations";

type Citation = Message["citations"][number];

export function TranscriptMessage({ message }: { message: Message }) {
  const { t, date } = useLanguage();
  const { citations } = message;
  return (
    <li className="message" data-role={message.role}>
      <span className="small soft message-meta">
        <strong>{t(`conversations.${message.role}`)}</strong> {date(message.created_at)}
        <Marks message={message} />
      </span>
      <div className="message-text">{message.text || <Silence message={message} />}</div>
      {citations.length > 0 ? (
        <ul className="sources" aria-label={t("conversations.sources")}>
          {citations.map((citation) => (
            <CitationDetails key={citation.index} citation={citation} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

/** What stands where no text is. */
function Silence({ message: { state } }: { message: Message }) {
  const { t } = useLanguage();
  if (state === "failed") return <span className="soft">{t("conversations.failedAnswer")}</span>;
  return state === "pending" || state === "streaming" ? t("conversations.answering") : null;
}

function Marks({ message }: { message: Message }) {
  const { t } = useLanguage();
  const { outcome, rating } = message;
  return (
    <>
      {outcome === "no_answer" || outcome === "degraded" || outcome === "failed" ? (
        <span className="badge" data-tone="busy">
          {t(`conversations.outcome.${outcome}`)}
        </span>
      ) : null}
      {rating === "up" || rating === "down" ? (
        <span className="badge" data-tone={rating === "up" ? "good" : "bad"}>
          {t(`conversations.rated.${rating}`)}
        </span>
      ) : null}
    </>
  );
}

function CitationDetails({ citation }: { citation: Citation }) {
  const { t } = useLanguage();
  const { passage, quote, quote_start: start } = citation;
  const place = citation.page === null ? "" : `, ${t("conversations.page", { page: citation.page })}`;
  return (
    <li className="citation">
      <details>
        <summary>
          [{citation.index}] {citation.document_name}
          {place}
        </summary>
        <blockquote lang={citation.language || undefined}>
          {passage.slice(0, start)}
          <mark>{quote}</mark>
          {passage.slice(start + quote.length)}
        </blockquote>
      </details>
    </li>
  );
}
