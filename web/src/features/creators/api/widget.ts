import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/client/client";
import type { components } from "@/client/schema.gen";

export type WidgetConfig = components["schemas"]["WidgetConfigBody"];

const CONFIG = ["widget-config"] as const;

export function useEmbedCode() {
  return useQuery({
    queryKey: ["embed-code"],
    queryFn: () => answered(api.GET("/api/v1/creators/widget/embed-code")),
  });
}

export function useWidgetConfig() {
  return useQuery({ queryKey: CONFIG, queryFn: () => answered(api.GET("/api/v1/creators/widget/config")) });
}

export function useSaveWidgetConfig() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: WidgetConfig) => answered(api.PUT("/api/v1/creators/widget/config", { body })),
    onSuccess: (saved) => queries.setQueryData(CONFIG, saved),
  });
}
