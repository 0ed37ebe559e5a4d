import { useState, type SubmitEvent } from "react";
import { Link } from "react-router";
import { ApiError } from "@/client/problem";
import { paths } from "@/config/paths";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Field } from "@/shared/ui/field";
import { ErrorNotice } from "@/shared/ui/notice";
import { useRegister } from "./credentials";

const MIN_PASSWORD = 8;
const MAX_NAME = 80;

export function RegisterPage() {
  const { t, language } = useLanguage();
  const register = useRegister();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const fieldErrors = register.error instanceof ApiError ? register.error.fields : [];
  const errorOf = (field: string) =>
    fieldErrors.some((error) => error.field === field) ? t("problem.invalid_field") : undefined;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    register.mutate({ name, email, password, language });
  };

  return (
    <form className="card stack" onSubmit={submit}>
      <h1>{t("auth.registerTitle")}</h1>
      {register.isError ? <ErrorNotice error={register.error} /> : null}
      <Field
        label={t("auth.name")}
        autoComplete="name"
        required
        maxLength={MAX_NAME}
        error={errorOf("name")}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t("auth.email")}
        type="email"
        autoComplete="username"
        required
        error={errorOf("email")}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Field
        label={t("auth.password")}
        type="password"
        autoComplete="new-password"
        required
        minLength={MIN_PASSWORD}
        hint={t("auth.passwordHint")}
        error={errorOf("password")}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" busy={register.isPending}>
        {t("auth.register")}
      </Button>
      <p className="soft">
        {t("auth.haveAccount")} <Link to={paths.login}>{t("auth.login")}</Link>
      </p>
    </form>
  );
}
