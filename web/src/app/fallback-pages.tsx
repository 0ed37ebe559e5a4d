import { Link } from "react-router";
import { paths } from "@/config/paths";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { CompassIcon, WarningIcon } from "@/shared/ui/icons";
import { EmptyState } from "@/shared/ui/placeholders";

export function NotFoundPage() {
  const { t } = useLanguage();
  return (
    <main className="gate">
      <EmptyState icon={<CompassIcon />} title={t("app.notFound")} hint="">
        <Link className="button" to={paths.home}>
          {t("app.backHome")}
        </Link>
      </EmptyState>
    </main>
  );
}

export function CrashPage() {
  const { t } = useLanguage();
  return (
    <main className="gate">
      <EmptyState icon={<WarningIcon />} title={t("app.crash")} hint="">
        <Button onClick={() => window.location.reload()}>{t("app.retry")}</Button>
      </EmptyState>
    </main>
  );
}
