import type { ReactNode } from "react";
import { useLanguage } from "@/shared/i18n/language";

export function EmptyState({
  icon,
  title,
  hint,
  children,
}: {
  icon: ReactNode;
  title: string;
  hint: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-mark">{icon}</span>
      <h2>{title}</h2>
      <p className="soft">{hint}</p>
      {children}
    </div>
  );
}

/** Grey shapes while a list loads; screen readers hear one word. */
export function Loading({ rows = 3 }: { rows?: number }) {
  const { t } = useLanguage();
  return (
    <div className="stack" role="status">
      <span className="visually-hidden">{t("app.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton" aria-hidden="true" />
      ))}
    </div>
  );
}
