import { useState, type SubmitEvent } from "react";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Field, TextArea } from "@/shared/ui/field";
import { ErrorNotice, Notice } from "@/shared/ui/notice";
import { useSaveWidgetConfig, type WidgetConfig } from "../api/widget";
import { badOrigin, parseOrigins } from "./origins";

export function WidgetForm({ config }: { config: WidgetConfig }) {
  const { t } = useLanguage();
  const save = useSaveWidgetConfig();
  const [title, setTitle] = useState(config.title);
  const [welcomeEn, setWelcomeEn] = useState(config.welcome.en ?? "");
  const [welcomeEs, setWelcomeEs] = useState(config.welcome.es ?? "");
  const [originText, setOriginText] = useState(config.allowed_origins.join("\n"));
  const origins = parseOrigins(originText);
  const bad = badOrigin(origins);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (bad !== undefined) return;
    save.mutate({ ...config, title, welcome: { en: welcomeEn, es: welcomeEs }, allowed_origins: origins });
  };

  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{t("embed.texts")}</h2>
      <Field
        label={t("embed.widgetTitle")}
        required
        maxLength={60}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      <TextArea
        label={t("embed.welcome.en")}
        rows={2}
        maxLength={300}
        value={welcomeEn}
        onChange={(event) => setWelcomeEn(event.target.value)}
      />
      <TextArea
        label={t("embed.welcome.es")}
        rows={2}
        maxLength={300}
        value={welcomeEs}
        onChange={(event) => setWelcomeEs(event.target.value)}
      />
      {origins.length === 0 ? <Notice tone="busy">{t("embed.anyOrigin")}</Notice> : null}
      <TextArea
        label={t("embed.origins")}
        hint={t("embed.originsHint")}
        error={bad === undefined ? undefined : t("embed.originInvalid", { origin: bad })}
        rows={3}
        spellCheck={false}
        value={originText}
        onChange={(event) => setOriginText(event.target.value)}
      />
      {save.isError ? <ErrorNotice error={save.error} /> : null}
      <div className="row">
        <Button type="submit" busy={save.isPending}>
          {t("embed.save")}
        </Button>
        <span className="soft" role="status">
          {save.isSuccess ? t("embed.saved") : ""}
        </span>
      </div>
    </form>
  );
}
