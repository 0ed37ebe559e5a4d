import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { isSettled, type KnowledgeDocument } from "../api/documents";
import { fileSize } from "./file-size";

interface DocumentRowProps {
  document: KnowledgeDocument;
  retrying: boolean;
  onRetry: () => void;
  onDelete: () => void;
}

function toneOf(state: KnowledgeDocument["state"]): "good" | "bad" | "busy" {
  if (state === "ready") return "good";
  return state === "refused" || state === "failed" ? "bad" : "busy";
}

export function DocumentRow({ document, retrying, onRetry, onDelete }: DocumentRowProps) {
  const { t } = useLanguage();
  const busy = !isSettled(document);
  return (
    <li className="document" data-document-id={document.document_id} data-state={document.state}>
      <div className="document-head">
        <h3 className="document-name">{document.name}</h3>
        <span className="badge" data-tone={toneOf(document.state)}>
          {busy ? <span className="spinner" aria-hidden="true" /> : null}
          {t(`knowledge.state.${document.state}`)}
        </span>
      </div>
      <Facts document={document} />
      {busy ? (
        <div className="document-progress">
          <progress
            className="progress"
            max={100}
            value={document.progress_pct}
            aria-label={t("knowledge.progressOf", { name: document.name })}
          />
          <span className="small soft">{document.progress_pct} %</span>
        </div>
      ) : null}
      {document.message ? <p className="document-cause">{document.message}</p> : null}
      <div className="row">
        {document.retryable ? (
          <Button kind="quiet" size="small" busy={retrying} onClick={onRetry}>
            {t("knowledge.retry")}
            <span className="visually-hidden">: {document.name}</span>
          </Button>
        ) : null}
        {document.state === "deleting" ? null : (
          <Button kind="danger" size="small" onClick={onDelete}>
            {t("knowledge.delete")}
            <span className="visually-hidden">: {document.name}</span>
          </Button>
        )}
      </div>
    </li>
  );
}

function Facts({ document }: { document: KnowledgeDocument }) {
  const { count, date, language } = useLanguage();
  const facts = [
    fileSize(document.size, language),
    document.pages ? count("knowledge.pages", document.pages) : "",
    document.passages ? count("knowledge.passages", document.passages) : "",
    date(document.created_at),
  ];
  return <p className="soft small">{facts.filter(Boolean).join(" · ")}</p>;
}
