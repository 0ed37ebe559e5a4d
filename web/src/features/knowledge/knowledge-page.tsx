import { useState } from "react";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { ConfirmDialog } from "@/shared/ui/confirm-dialog";
import { BookIcon } from "@/shared/ui/icons";
import { ErrorNotice } from "@/shared/ui/notice";
import { EmptyState, Loading } from "@/shared/ui/placeholders";
import {
  useDeleteDocument,
  useDocumentEvents,
  useDocuments,
  useRetryDocument,
  type KnowledgeDocument,
} from "./api/documents";
import { isOnItsWay, useUploads } from "./api/use-uploads";
import { DocumentRow } from "./components/document-row";
import { DropZone } from "./components/drop-zone";
import { UploadRow } from "./components/upload-row";
import "./knowledge.css";

export function KnowledgePage() {
  const { t } = useLanguage();
  const documents = useDocuments();
  const uploads = useUploads();
  const retry = useRetryDocument();
  const erase = useDeleteDocument();
  const [toDelete, setToDelete] = useState<KnowledgeDocument | null>(null);
  useDocumentEvents();

  const items = (documents.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (document) => !isOnItsWay(document, uploads.uploads),
  );
  const nothing = documents.isSuccess && items.length === 0 && uploads.uploads.length === 0;

  return (
    <>
      <div className="page-head">
        <h1>{t("knowledge.title")}</h1>
        <p className="soft">{t("knowledge.intro")}</p>
      </div>
      <DropZone onFiles={uploads.add} />
      <section className="stack" aria-label={t("knowledge.documents")}>
        {retry.isError ? <ErrorNotice error={retry.error} /> : null}
        {erase.isError ? <ErrorNotice error={erase.error} /> : null}
        {documents.isPending ? <Loading /> : null}
        {documents.isError ? (
          <ErrorNotice error={documents.error} onRetry={() => void documents.refetch()} />
        ) : null}
        {nothing ? (
          <EmptyState icon={<BookIcon />} title={t("knowledge.empty")} hint={t("knowledge.emptyHint")} />
        ) : null}
        <ul className="documents">
          {uploads.uploads.map((upload) => (
            <UploadRow
              key={upload.key}
              upload={upload}
              onRetry={() => uploads.retry(upload)}
              onDismiss={() => uploads.dismiss(upload.key)}
            />
          ))}
          {items.map((document) => (
            <DocumentRow
              key={document.document_id}
              document={document}
              retrying={retry.isPending && retry.variables === document.document_id}
              onRetry={() => retry.mutate(document.document_id)}
              onDelete={() => setToDelete(document)}
            />
          ))}
        </ul>
        {documents.hasNextPage ? (
          <Button
            kind="quiet"
            busy={documents.isFetchingNextPage}
            onClick={() => void documents.fetchNextPage()}
          >
            {t("app.more")}
          </Button>
        ) : null}
      </section>
      {toDelete === null ? null : (
        <ConfirmDialog
          title={t("knowledge.deleteTitle", { name: toDelete.name })}
          text={t("knowledge.deleteText")}
          confirm={t("knowledge.delete")}
          busy={erase.isPending}
          onCancel={() => setToDelete(null)}
          onConfirm={() => erase.mutate(toDelete.document_id, { onSettled: () => setToDelete(null) })}
        />
      )}
    </>
  );
}
