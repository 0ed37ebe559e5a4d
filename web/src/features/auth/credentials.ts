import { useMutation } from "@tanstack/react-query";
import { answered, api } from "@/client/client";
import { tokens } from "@/client/tokens";
import type { Language } from "@/shared/i18n/language";

export interface Credentials {
  email: string;
  password: string;
}

export interface Registration extends Credentials {
  name: string;
  language: Language;
}

export function useLogin() {
  return useMutation({
    mutationFn: (body: Credentials) => answered(api.POST("/api/v1/auth/login", { body })),
    onSuccess: (session) => tokens.set(session.access_token),
  });
}

/** Registers and signs in. */
export function useRegister() {
  return useMutation({
    mutationFn: (body: Registration) => answered(api.POST("/api/v1/auth/register", { body })),
    onSuccess: (session) => tokens.set(session.access_token),
  });
}
