const UNITS = ["byte", "kilobyte", "megabyte"] as const;

/** 2_500_000 → "2.5 MB", as the reader's language writes it. */
export function fileSize(bytes: number, language: string): string {
  const step = Math.min(UNITS.length - 1, bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2);
  const unit = UNITS[step] ?? "byte";
  const format = new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: step === 2 ? 1 : 0,
  });
  return format.format(bytes / 1_000 ** step);
}
