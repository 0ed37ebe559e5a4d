import { useMutation, useQuery } from "@tanstack/react-query";
import { answered, api } from "@/client/client";
import { tokens } from "@/client/tokens";

/** Who is signed in. */
export function useProfile() {
  return useQuery({
    queryKey: ["profile"],
    queryFn: () => answered(api.GET("/api/v1/auth/profile")),
    staleTime: Infinity,
  });
}

/** Ends the session here even when the server cannot be reached. */
export function useLogout() {
  return useMutation({
    mutationFn: () => answered(api.POST("/api/v1/auth/logout")),
    onSettled: () => tokens.clear(),
  });
}
