import { useRef, useState, type DragEvent } from "react";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { UploadIcon } from "@/shared/ui/icons";
import { ACCEPTED } from "../api/upload-document";

/** Takes files by drop, by click and by keyboard. */
export function DropZone({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const { t } = useLanguage();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };

  return (
    // Dropping is an extra for the mouse: the button inside does the same by keyboard and touch.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className="drop-zone"
      aria-label={t("knowledge.choose")}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <UploadIcon />
      <p>
        <strong>{t("knowledge.drop")}</strong>
      </p>
      <p className="soft small">{t("knowledge.formats")}</p>
      <Button onClick={() => input.current?.click()}>{t("knowledge.choose")}</Button>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        tabIndex={-1}
        aria-label={t("knowledge.choose")}
        multiple
        accept={ACCEPTED}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </section>
  );
}
