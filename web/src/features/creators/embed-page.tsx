import { useEffect, useState } from "react";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { ErrorNotice } from "@/shared/ui/notice";
import { Loading } from "@/shared/ui/placeholders";
import { useEmbedCode, useWidgetConfig } from "./api/widget";
import { WidgetForm } from "./components/widget-form";
import "./embed.css";

const COPIED_MS = 2_500;

export function EmbedPage() {
  const { t } = useLanguage();
  const config = useWidgetConfig();
  return (
    <>
      <div className="page-head">
        <h1>{t("embed.title")}</h1>
        <p className="soft">{t("embed.intro")}</p>
      </div>
      <EmbedCode />
      {config.isPending ? <Loading rows={2} /> : null}
      {config.isError ? <ErrorNotice error={config.error} onRetry={() => void config.refetch()} /> : null}
      {config.isSuccess ? <WidgetForm config={config.data} /> : null}
    </>
  );
}

function EmbedCode() {
  const { t } = useLanguage();
  const embed = useEmbedCode();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  if (embed.isPending) return <Loading rows={1} />;
  if (embed.isError) return <ErrorNotice error={embed.error} onRetry={() => void embed.refetch()} />;
  const copy = async () => {
    await navigator.clipboard.writeText(embed.data.html);
    setCopied(true);
  };
  return (
    <section className="card stack" aria-labelledby="embed-code-title">
      <h2 id="embed-code-title">{t("embed.code")}</h2>
      <pre className="embed-code">
        <code>{embed.data.html}</code>
      </pre>
      <div className="row">
        <Button onClick={() => void copy()}>{copied ? t("embed.copied") : t("embed.copy")}</Button>
        <span className="visually-hidden" role="status">
          {copied ? t("embed.copied") : ""}
        </span>
      </div>
    </section>
  );
}
