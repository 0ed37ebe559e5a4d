import { languages, useLanguage, type Language } from "@/shared/i18n/language";
import { useTheme, type Theme } from "@/shared/ui/theme";

export function Preferences() {
  const { t, language, setLanguage } = useLanguage();
  const [theme, setTheme] = useTheme();
  return (
    <div className="preferences">
      <select
        aria-label={t("app.language")}
        value={language}
        onChange={(event) => setLanguage(event.target.value as Language)}
      >
        {Object.entries(languages).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t("app.theme")}
        value={theme}
        onChange={(event) => setTheme(event.target.value as Theme)}
      >
        <option value="system">{t("app.theme.system")}</option>
        <option value="light">{t("app.theme.light")}</option>
        <option value="dark">{t("app.theme.dark")}</option>
      </select>
    </div>
  );
}
