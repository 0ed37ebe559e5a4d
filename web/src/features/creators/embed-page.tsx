import { useEffect, useRef, useState } from "react";
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
  const code = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  const [byHand, setByHand] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  if (embed.isPending) return <Loading rows={1} />;
  if (embed.isError) return <ErrorNotice error={embed.error} onRetry={() => void embed.refetch()} />;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(embed.data.html);
      setByHand(false);
      setCopied(true);
    } catch {
      // No clipboard on plain HTTP, or the browser refused it.
      if (code.current !== null) window.getSelection()?.selectAllChildren(code.current);
      setByHand(true);
    }
  };
  return (
    <section className="card stack" aria-labelledby="embed-code-title">
      <h2 id="embed-code-title">{t("embed.code")}</h2>
      <pre className="embed-code">
        <code ref={code}>{embed.data.html}</code>
      </pre>
      <div className="row">
        <Button onClick={() => void copy()}>{copied ? t("embed.copied") : t("embed.copy")}</Button>
        <span className={byHand ? "soft" : "visually-hidden"} role="status">
          {byHand ? t("embed.copyByHand") : copied ? t("embed.copied") : ""}
        </span>
      </div>
    </section>
  );
}
