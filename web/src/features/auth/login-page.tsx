import { useState, type SubmitEvent } from "react";
import { Link } from "react-router";
import { paths } from "@/config/paths";
import { useLanguage } from "@/shared/i18n/language";
import { useSession } from "@/shared/session/session";
import { Button } from "@/shared/ui/button";
import { Field } from "@/shared/ui/field";
import { ErrorNotice, Notice } from "@/shared/ui/notice";
import { useLogin } from "./credentials";

export function LoginPage() {
  const { t } = useLanguage();
  const session = useSession();
  const login = useLogin();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    login.mutate({ email, password });
  };

  return (
    <form className="card stack" onSubmit={submit}>
      <h1>{t("auth.loginTitle")}</h1>
      {session === "ended" && login.isIdle ? <Notice>{t("auth.ended")}</Notice> : null}
      {login.isError ? <ErrorNotice error={login.error} /> : null}
      <Field
        label={t("auth.email")}
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Field
        label={t("auth.password")}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" busy={login.isPending}>
        {t("auth.login")}
      </Button>
      <p className="soft">
        {t("auth.noAccount")} <Link to={paths.register}>{t("auth.register")}</Link>
      </p>
    </form>
  );
}
