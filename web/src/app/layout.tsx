import { useEffect, useState } from "react";
import { Navigate, NavLink, Outlet, useLocation } from "react-router";
import { paths } from "@/config/paths";
import { useLogout, useProfile } from "@/shared/session/account";
import { useLanguage } from "@/shared/i18n/language";
import { LiveProvider, useLive } from "@/shared/live/live";
import { useSession } from "@/shared/session/session";
import { Button } from "@/shared/ui/button";
import { Notice } from "@/shared/ui/notice";
import { Loading } from "@/shared/ui/placeholders";
import { pages } from "./pages";
import { Preferences } from "./preferences";

const GRACE_MS = 4_000;

export function Brand() {
  const { t } = useLanguage();
  return (
    <NavLink className="brand" to={paths.home}>
      <img src="/favicon.svg" alt="" />
      {t("app.name")}
    </NavLink>
  );
}

export function SignedOutLayout() {
  const session = useSession();
  if (session === "signed-in") return <Navigate to={paths.home} replace />;
  return (
    <main className="gate">
      <div className="gate-box">
        <Brand />
        {session === "checking" ? <Loading rows={1} /> : <Outlet />}
        <Preferences />
      </div>
    </main>
  );
}

export function SignedInLayout() {
  const session = useSession();
  const location = useLocation();
  if (session === "checking") {
    return (
      <main className="gate">
        <Loading rows={1} />
      </main>
    );
  }
  if (session !== "signed-in")
    return <Navigate to={paths.login} replace state={{ from: location.pathname }} />;
  return (
    <LiveProvider>
      <Shell />
    </LiveProvider>
  );
}

function Shell() {
  const { t } = useLanguage();
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        {t("app.skip")}
      </a>
      <header className="sidebar">
        <Brand />
        <Navigation />
        <Account />
      </header>
      <main id="content" className="page" tabIndex={-1}>
        <LiveState />
        <Outlet />
      </main>
    </div>
  );
}

function Navigation() {
  const { t } = useLanguage();
  return (
    <nav aria-label={t("nav.label")}>
      <ul className="nav">
        {pages.map(({ nav: { to, text, icon } }) => (
          <li key={to}>
            <NavLink to={to}>
              {icon}
              {t(text)}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Account() {
  const { t } = useLanguage();
  const profile = useProfile();
  const logout = useLogout();
  return (
    <div className="sidebar-foot">
      <span className="who soft" title={profile.data?.email}>
        {profile.data?.email}
      </span>
      <Preferences />
      <Button kind="quiet" size="small" busy={logout.isPending} onClick={() => logout.mutate()}>
        {t("nav.logout")}
      </Button>
    </div>
  );
}

/** Says that live updates are away, but only when they stay away. */
function LiveState() {
  const { t } = useLanguage();
  const { connected } = useLive();
  const [late, setLate] = useState(false);

  useEffect(() => {
    if (connected) {
      setLate(false);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), GRACE_MS);
    return () => clearTimeout(timer);
  }, [connected]);

  return late ? (
    <div className="live-strip">
      <Notice tone="busy">{t("live.offline")}</Notice>
    </div>
  ) : null;
}
