import type { ReactNode } from "react";
import { ApiError } from "@/client/problem";
import { useLanguage } from "@/shared/i18n/language";
import { problemText } from "@/shared/i18n/problem-text";
import { Button } from "./button";

interface NoticeProps {
  tone?: "bad" | "good" | "busy";
  children: ReactNode;
}

export function Notice({ tone, children }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** An error in plain words, with the request id for those who report it, and a way on. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useLanguage();
  const known = error instanceof ApiError ? error : null;
  return (
    <Notice tone="bad">
      <span>{problemText(error, t)}</span>
      {known?.requestId && known.status >= 500 ? (
        <span className="small">{t("error.requestId", { id: known.requestId })}</span>
      ) : null}
      {onRetry ? (
        <Button kind="quiet" size="small" onClick={onRetry}>
          {t("app.retry")}
        </Button>
      ) : null}
    </Notice>
  );
}
