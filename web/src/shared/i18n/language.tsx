import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { en, type TextKey, type Texts } from "./en";
import { es } from "./es";

export const languages = { en: "English", es: "Español" } as const;
export type Language = keyof typeof languages;

const texts: Record<Language, Texts> = { en, es };
const STORAGE_KEY = "autosocial.language";

type Values = Record<string, string | number>;
export type Translate = (key: TextKey, values?: Values) => string;

interface LanguageState {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Translate;
  /** Picks `<key>.one` or `<key>.other` by the language's plural rule. */
  count: (key: PluralKey, count: number) => string;
  date: (iso: string) => string;
}

type PluralKey = TextKey extends infer K ? (K extends `${infer Base}.one` ? Base : never) : never;

const LanguageContext = createContext<LanguageState | null>(null);

function initialLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  const wanted = stored ?? navigator.language.slice(0, 2);
  return wanted in languages ? (wanted as Language) : "en";
}

function filled(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);

  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(STORAGE_KEY, language);
  }, [language]);

  const state = useMemo<LanguageState>(() => {
    const plural = new Intl.PluralRules(language);
    const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
    const t: Translate = (key, values) => filled(texts[language][key], values);
    return {
      language,
      setLanguage,
      t,
      count: (key, count) =>
        t(`${key}.${plural.select(count) === "one" ? "one" : "other"}` as TextKey, { count }),
      date: (iso) => dates.format(new Date(iso)),
    };
  }, [language]);

  return <LanguageContext value={state}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageState {
  const state = useContext(LanguageContext);
  if (state === null) throw new Error("useLanguage needs a LanguageProvider above it.");
  return state;
}
