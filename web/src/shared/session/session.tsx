import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { tokens } from "@/client/tokens";

/** `checking` until the refresh cookie was tried once; `ended` is signed out by the server's no. */
export type SessionState = "checking" | "signed-in" | "signed-out" | "ended";

const SessionContext = createContext<SessionState | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<SessionState>("checking");
  const queries = useQueryClient();

  useEffect(() => {
    const stop = tokens.onChange((signedIn, reason) => {
      if (!signedIn) queries.clear();
      setState(signedIn ? "signed-in" : reason === "ended" ? "ended" : "signed-out");
    });
    void tokens.renew().then((renewed) => {
      if (!renewed) setState("signed-out");
    });
    return stop;
  }, [queries]);

  const value = useMemo(() => state, [state]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (state === null) throw new Error("useSession needs a SessionProvider above it.");
  return state;
}
