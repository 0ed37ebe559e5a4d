import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { answered, api } from "@/client/client";
import type { Event as LiveEvent } from "@/protocol.gen";
import { LiveSocket } from "./live-socket";

type EventListener = (event: LiveEvent) => void;

interface Live {
  connected: boolean;
  subscribe: (listener: EventListener) => () => void;
}

const LiveContext = createContext<Live | null>(null);

/** Live events for every page below it. Mount it only while somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [connected, setConnected] = useState(false);
  const listeners = useRef(new Set<EventListener>());

  useEffect(() => {
    const socket = new LiveSocket({
      ticket: () => answered(api.POST("/api/v1/auth/socket-tickets")),
      open: (url) => new WebSocket(url),
      onEvent: (event) => {
        for (const listener of listeners.current) listener(event);
      },
      onConnected: setConnected,
    });
    socket.start();
    return () => socket.stop();
  }, []);

  const live = useMemo<Live>(
    () => ({
      connected,
      subscribe: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [connected],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLive needs a LiveProvider above it.");
  return live;
}

/** Calls `listener` for each live event while the component is there. */
export function useLiveEvent(listener: EventListener): void {
  const { subscribe } = useLive();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => subscribe((event) => latest.current(event)), [subscribe]);
}
